"""Who is signed in at the pages: the holder of a session's key, or of the account for which a provider vouched."""

from uuid import UUID

from api.access.accounts import find_account
from api.access.principal import Principal
from api.http.auth import principal_of, principal_of_provider
from api.pages.ground.browser_sessions import Session
from api.runtime.services import Services


def principal_of_session(services: Services, session: Session) -> Principal | None:
    """The person signed in, with the roles that they have now, for the body that they chose where it is still theirs.

    None where nothing lets them in any more: the account was closed, or its last role ended. Raises Problem 403 where
    their organisation is no longer there.
    """
    principal = _principal(services, session, None)
    chosen = session.acting_for
    if principal is None or chosen is None or chosen not in principal.speaks_for:
        return principal
    return _principal(services, session, chosen)


def has_lost_its_body(session: Session, principal: Principal) -> bool:
    """The body that somebody chose to act for is theirs no longer; until they choose again, they are to be told."""
    return session.acting_for is not None and session.acting_for != principal.organisation_id


def _principal(services: Services, session: Session, acting_for: UUID | None) -> Principal | None:
    chosen = None if acting_for is None else str(acting_for)
    if session.key is not None:
        account_id = session.key.account_id
        if account_id is not None and not _is_open(services, account_id):
            return None
        principal = principal_of(services.recorder, session.key, chosen)
        return None if account_id is not None and not principal.roles else principal
    if services.sign_on is None or session.account_id is None:
        return None
    rows = services.sign_on.rows_now(session.conditions)
    return principal_of_provider(services.recorder, session.account_id, rows, chosen)


def _is_open(services: Services, account_id: UUID) -> bool:
    with services.recorder.connections.borrow() as connection:
        account = find_account(connection, account_id)
    return account is not None and account.closed_at is None

"""Who is signed in at the pages: the holder of a session's key, or of the account for which a provider vouched."""

from api.access.principal import Principal
from api.http.auth import principal_of, principal_of_provider
from api.pages.ground.browser_sessions import Session
from api.runtime.services import Services


def principal_of_session(services: Services, session: Session) -> Principal | None:
    """Whoever signed in, with the roles that they have now; None where nothing lets them in any more.

    Raises Problem 403 where their organisation, or their key's account, is no longer there.
    """
    if session.key is not None:
        return principal_of(services.recorder, session.key)
    if services.sign_on is None or session.account_id is None:
        return None
    rows = services.sign_on.rows_now(session.conditions)
    return principal_of_provider(services.recorder, session.account_id, rows)

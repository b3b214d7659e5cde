"""Authentication: from the key in a request to who asks, and the refusals of those who may not ask for it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from api.access.accounts import find_account
from api.access.keys import KeyInForce, key_in_force
from api.access.principal import NotItsBody, OrganisationUnknown, Principal, principal_of_account, principal_of_key
from api.access.signed_on import account_of, principal_of_signed_on
from api.access.user_roles import RIGHTS_IN_WORDS, Right
from api.http.acting_for import ACTING_FOR
from api.http.problems import Problem
from api.runtime.services import Services
from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on_faults import ProviderUnreachable, TokenRefused
from domain.log.recorder import LogRecorder

_LOG: Final = structlog.get_logger("api")
_DOTS_OF_A_TOKEN: Final = 2
_AWAY: Final = "The provider that issued this token cannot be reached, so it cannot be checked now. Keys go on working."
_CLOSED: Final = "The account that this key belongs to is closed."


def authenticate(services: Services, authorization: str | None, acting_for: str | None = None) -> Principal:
    """The holder of the key or token in a request.

    Raises Problem 401 without one in force, not saying which part failed; 403, and 503 where it cannot be told now.
    """
    log = services.recorder
    scheme, _, text = (authorization or "").partition(" ")
    is_bearer, text = scheme.lower() == "bearer", text.strip()
    if is_bearer and text.count(".") == _DOTS_OF_A_TOKEN:
        return _bearer(services, text, acting_for)
    key = key_in_force(log, text) if is_bearer else None
    if key is None:
        raise _no_key_in_force(None if authorization is None else "invalid_token")
    return principal_of(log, key, acting_for)


def principal_of(log: LogRecorder, key: KeyInForce, acting_for: str | None = None) -> Principal:
    """The holder of a key in force. Raises Problem 403 where its organisation, or its account, is no longer there."""
    try:
        if key.account_id is None:
            return principal_of_key(log, key, _body(acting_for))
        with log.connections.borrow() as connection:
            account = find_account(connection, key.account_id)
        if account is None or account.closed_at is not None:
            raise Problem("not-allowed", _CLOSED)
        return principal_of_account(log, account, key=key, acting_for=_body(acting_for))
    except (OrganisationUnknown, NotItsBody) as error:
        raise Problem("not-allowed", str(error)) from None


def principal_of_provider(
    log: LogRecorder, account_id: UUID, rows: Sequence[ClaimRow], acting_for: str | None = None
) -> Principal | None:
    """Somebody whom a provider vouched for, by the rows that let them in; None where none does now.

    Raises Problem 403 where their organisation is not in the register, or they do not speak for whom they act for.
    """
    try:
        return principal_of_signed_on(log, account_id, rows, _body(acting_for))
    except (OrganisationUnknown, NotItsBody) as error:
        raise Problem("not-allowed", str(error)) from None


def _bearer(services: Services, token: str, acting_for: str | None) -> Principal:
    """The holder of a provider's token. Raises Problem 401, 403, and 503 while the provider's keys are not known."""
    sign_on = services.sign_on
    if sign_on is None:
        raise _no_key_in_force("invalid_token")
    try:
        signed_on = sign_on.bearer(token)
        account_id = account_of(services.recorder, services.vault, signed_on) if signed_on.rows else None
    except TokenRefused as error:
        _LOG.info("token refused", fault=error.fault.value)
        raise _no_key_in_force("invalid_token") from None
    except ProviderUnreachable:
        raise Problem("unavailable", _AWAY, headers={"Retry-After": "10"}) from None
    except OrganisationUnknown as error:
        raise Problem("not-allowed", str(error)) from None
    principal = None
    if account_id is not None:
        principal = principal_of_provider(services.recorder, account_id, signed_on.rows, acting_for)
    if principal is None:
        detail = f"Nothing lets you in here now, whatever the provider says of you: ask {sign_on.ask}."
        raise Problem("not-allowed", detail)
    return principal


def require(principal: Principal, right: Right, partnership_id: UUID | None = None) -> None:
    """Refuse who has not a right, within a partnership or where none is concerned.

    Raises Problem 403, or 404 for a partnership of which nothing may be known: whether or not there is such a one.
    """
    if partnership_id is not None and not principal.may(right, partnership_id):
        if not principal.may(Right.READ_FIGURES, partnership_id):
            raise no_partnership()
        raise not_allowed(right, "there")
    if partnership_id is None and not principal.may_outside(right):
        raise not_allowed(right, "for all" if principal.may(right) else "")


def require_at_all(principal: Principal, right: Right) -> None:
    """Refuse who has not a right anywhere, before anything of what is asked for is looked at. Raises Problem 403."""
    if not principal.may(right):
        raise not_allowed(right, "")


def no_partnership() -> Problem:
    """The refusal of a partnership that is not there, or of which the asker may know nothing."""
    return Problem("not-found", "There is no partnership with this id.")


def not_allowed(right: Right, where: str) -> Problem:
    """The refusal of who has not a right, or not there."""
    has = " ".join(["Nothing that you hold lets you", RIGHTS_IN_WORDS[right]])
    return Problem("not-allowed", f"{has}{f', {where}' if where else ''} (`{right}`).")


def _body(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text.strip())
    except ValueError:
        raise Problem("not-allowed", f"{ACTING_FOR} must be the id of a body that you may speak for.") from None


def _no_key_in_force(error: str | None) -> Problem:
    challenge = 'Bearer realm="folkmoot"' + (f', error="{error}"' if error else "")
    detail = "Give a key that is in force." if error else "No key was given."
    return Problem("key-required", detail, headers={"WWW-Authenticate": challenge})

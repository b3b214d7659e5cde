"""The owner of a webhook when something is to be sent: whether they may have it sent, and what they may know of."""

from uuid import UUID

from api.access.accounts import find_account
from api.access.principal import OrganisationUnknown, principal_of_account
from api.access.sight import sight_of
from api.access.user_roles import Right
from api.runtime.services import Services
from domain.errors import FolkmootError
from domain.log.event import LogEvent


class NoOwner(FolkmootError):
    """Nobody is behind a webhook who may have something sent: the account is closed, or lost the right to it."""


class OwnersSight:
    """The events that may be sent for an account, by its roles as they are now."""

    def __init__(self, services: Services, account_id: UUID) -> None:
        """Look the roles up. Raises NoOwner."""
        log = services.handler.recorder
        with log.connections.borrow() as connection:
            account = find_account(connection, account_id)
        if account is None or account.closed_at is not None:
            raise NoOwner
        try:
            principal = principal_of_account(log, account)
        except OrganisationUnknown:
            raise NoOwner from None
        if not principal.may(Right.SEND_ON):
            raise NoOwner
        self._within = principal.within(Right.SEND_ON)
        self._sight = sight_of(log, principal, Right.READ_FIGURES)

    def covers(self, event: LogEvent, partnership_id: UUID | None) -> bool:
        """The event may be told of: the owner may know of it, and have things sent from where it belongs."""
        if self._within is not None and partnership_id is not None and partnership_id not in self._within:
            return False
        return self._sight is None or self._sight.lists(event)

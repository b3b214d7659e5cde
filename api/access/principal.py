"""Who is asking: the roles held by the holder of a key or a session, how far they reach, and the actor in the record.

The organisation is looked up in the register at every request, and so are the roles, so that an amendment or a
revocation takes effect at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from api.access.accounts import Account
from api.access.grants import Grant, grants_in_force
from api.access.keys import KeyInForce, Scope
from api.access.reach import Reach, partnerships_within
from api.access.user_roles import OF_THE_INSTALLATION, RIGHTS_OF, Right, UserRole
from domain.decisions.command_context import Actor
from domain.decisions.facts import Facts, Party
from domain.decisions.references import READS
from domain.errors import FolkmootError
from domain.events.selection import on
from domain.handling.operator import operator_party
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.vault import Asker
from domain.vocabulary import Assurance

_READING: Final = frozenset({Right.OWN_KEYS, Right.READ_FIGURES, Right.READ_WORDS})
RIGHTS_OF_SCOPE: Final[dict[Scope, frozenset[Right]]] = {
    Scope.READ: _READING,
    Scope.RECORD: _READING | {Right.RECORD, Right.REVIEW, Right.READ_PROOFS},
    Scope.STEWARD: frozenset(Right),
}
"""The rights of a key that belongs to no account: one made on the command line, everywhere."""
_MOST_OF_SCOPE: Final[dict[Scope, frozenset[Right]]] = {
    Scope.READ: frozenset(
        {
            Right.OWN_KEYS,
            Right.READ_FIGURES,
            Right.READ_WORDS,
            Right.READ_ALL_WORDS,
            Right.READ_PROOFS,
            Right.READ_TRAILS,
        }
    ),
    Scope.RECORD: frozenset(Right) - OF_THE_INSTALLATION - {Right.LET_IN, Right.SEND_ON},
    Scope.STEWARD: frozenset(Right),
}
"""The rights that a key can take over from its account at most."""


class OrganisationUnknown(FolkmootError):
    """The organisation or group behind a key or an account does not stand in the register."""


class NotItsBody(FolkmootError):
    """A body that somebody chose to act for is none for which they speak."""


class HeldRole(Struct, frozen=True, kw_only=True):
    """A role as it is held at one request: its rights, the partnerships in reach (None: every one), whose word."""

    role: UserRole | None
    rights: frozenset[Right]
    partnership_ids: frozenset[UUID] | None
    reach: Reach | None = None
    bodies: frozenset[UUID] = frozenset()
    until_at: datetime | None = None

    def reaches(self, partnership_id: UUID) -> bool:
        """The partnership is within its reach."""
        return self.partnership_ids is None or partnership_id in self.partnership_ids


class Principal(Struct, frozen=True, kw_only=True):
    """The asker of one request: through a key, or a session without one; a key of no account stands for itself.

    `actor` is who records where no partnership is concerned; within one it is `actor_in`.
    """

    key_id: UUID | None
    account_id: UUID | None = None
    organisation_id: UUID | None
    actor: Actor
    roles: tuple[HeldRole, ...]

    @property
    def principal_id(self) -> UUID:
        """The identity by which what it does is told apart: its account's, else its key's."""
        return self.actor.actor_id

    @property
    def sender_id(self) -> UUID:
        """Whose its requests are: an account's in the organisation that it acts for, an organisation's, or a key's."""
        if self.account_id is None:
            return self.organisation_id or self.principal_id
        return uuid5(self.account_id, str(self.organisation_id))

    @property
    def assurance(self) -> Assurance:
        """How it was assured who asks: by a key, or by the provider that signed them on."""
        return Assurance.SIGNED_IN if self.key_id is None else Assurance.KEY

    @property
    def speaks_for(self) -> frozenset[UUID]:
        """The parties whose word it may set down, its own included."""
        return self.actor.speaks_for | {self.actor.party.party_id}

    @property
    def asker(self) -> Asker:
        """The same one as the trail of openings names them."""
        return Asker(
            actor_id=self.key_id or self.principal_id, account_id=self.account_id, organisation_id=self.organisation_id
        )

    def may(self, right: Right, partnership_id: UUID | None = None) -> bool:
        """It has a right: within a partnership, or, where none is given, anywhere at all."""
        return any(
            right in each.rights and (partnership_id is None or each.reaches(partnership_id)) for each in self.roles
        )

    def may_everywhere(self, right: Right) -> bool:
        """It has a right by a role that reaches all."""
        return any(right in each.rights and each.partnership_ids is None for each in self.roles)

    def may_outside(self, right: Right) -> bool:
        """It has a right where no partnership is concerned: one of the installation only by a role that reaches all."""
        return self.may_everywhere(right) if right in OF_THE_INSTALLATION else self.may(right)

    def within(self, right: Right = Right.READ_FIGURES) -> frozenset[UUID] | None:
        """The partnerships in which it has a right; None for every one."""
        if self.may_everywhere(right):
            return None
        return frozenset().union(*(each.partnership_ids or () for each in self.roles if right in each.rights))

    def bodies_in(self, partnership_id: UUID) -> frozenset[UUID]:
        """The bodies as which it reads what is said at a table: its own, and those of roles that reach there."""
        if self.account_id is None:
            return self.speaks_for
        reading = (each for each in self.roles if Right.READ_WORDS in each.rights and each.reaches(partnership_id))
        return _bodies(reading) | {self.actor.party.party_id}

    def actor_in(self, partnership_id: UUID | None, right: Right = Right.RECORD) -> Actor:
        """The actor that it is in a partnership: whose word it may set down there, and whether it may set down any."""
        if self.account_id is None:
            return self.actor
        looks_after = right if right in {Right.LOOK_AFTER, Right.FORGET} else Right.LOOK_AFTER
        if partnership_id is None:
            return replace(self.actor, steward=self.may_everywhere(looks_after))
        recording = (each for each in self.roles if Right.RECORD in each.rights and each.reaches(partnership_id))
        return replace(
            self.actor,
            speaks_for=self.actor.speaks_for & _bodies(recording),
            steward=self.may(looks_after, partnership_id),
        )


def principal_of_key(log: LogRecorder, key: KeyInForce, acting_for: UUID | None = None) -> Principal:
    """The holder of a key in force that belongs to no account, and acts for its own organisation alone.

    Raises OrganisationUnknown, NotItsBody.
    """
    if acting_for not in {None, key.party_id}:
        raise NotItsBody("A key that belongs to no account acts for its own organisation alone.")
    role = HeldRole(role=None, rights=RIGHTS_OF_SCOPE[key.scope], partnership_ids=None, bodies=key.speaks_for)
    actor = _actor(log, key.key_id, key.party_id, key.speaks_for, steward=key.scope is Scope.STEWARD)
    return Principal(key_id=key.key_id, organisation_id=key.party_id, actor=actor, roles=(role,))


def principal_of_account(
    log: LogRecorder,
    account: Account,
    *,
    key: KeyInForce | None = None,
    further_roles: Sequence[HeldRole] = (),
    acting_for: UUID | None = None,
) -> Principal:
    """The holder of an open account, by the roles granted to it and those further ones that its sign-on brings.

    A key leaves of each role what its scope lets through. `acting_for` is the body that it chose to speak for alone:
    it then records, and reads what is said at tables, only by roles that let it speak for that.

    Raises OrganisationUnknown, NotItsBody.
    """
    with log.connections.borrow() as connection:
        grants = grants_in_force(connection, account.account_id)
    most = frozenset(Right) if key is None else _MOST_OF_SCOPE[key.scope]
    roles = tuple(
        replace(each, rights=each.rights & most) for each in (*(_held(log, grant) for grant in grants), *further_roles)
    )
    organisation_id, bodies = account.organisation_id, _bodies(each for each in roles if Right.RECORD in each.rights)
    if acting_for is not None and acting_for != organisation_id:
        if acting_for not in bodies:
            raise NotItsBody("You do not speak for the body that you chose to act for.")
        roles = tuple(each if acting_for in each.bodies else _silent(each) for each in roles)
        organisation_id, bodies = acting_for, bodies & {acting_for}
    actor = _actor(
        log,
        account.account_id,
        organisation_id,
        bodies,
        steward=any(Right.LOOK_AFTER in each.rights and each.partnership_ids is None for each in roles),
    )
    return Principal(
        key_id=None if key is None else key.key_id,
        account_id=account.account_id,
        organisation_id=organisation_id,
        actor=actor,
        roles=roles,
    )


def body_actor(log: LogRecorder, actor_id: UUID, party_id: UUID) -> Actor:
    """A body as the actor of a command, who speaks for it alone by something that is no key, such as a link.

    Raises OrganisationUnknown.
    """
    return _actor(log, actor_id, party_id, frozenset(), steward=False)


def is_registered(log: LogRecorder, party_id: UUID) -> bool:
    """An organisation or group stands in the register, so that a key or an account can belong to it."""
    return _registered(log, party_id) is not None


def _held(log: LogRecorder, grant: Grant) -> HeldRole:
    return HeldRole(
        role=grant.role,
        rights=RIGHTS_OF[grant.role],
        partnership_ids=partnerships_within(log, grant.reach),
        reach=grant.reach,
        bodies=grant.bodies,
        until_at=grant.until_at,
    )


def _silent(role: HeldRole) -> HeldRole:
    return replace(role, rights=role.rights - {Right.RECORD, Right.READ_WORDS})


def _bodies(roles: Iterable[HeldRole]) -> frozenset[UUID]:
    return frozenset().union(*(each.bodies for each in roles))


def _actor(
    log: LogRecorder, actor_id: UUID, organisation_id: UUID | None, speaks_for: frozenset[UUID], *, steward: bool
) -> Actor:
    """The actor in the record, by the register as it is now; one without an organisation stands for the operator."""
    if organisation_id is None:
        return Actor(actor_id=actor_id, party=operator_party(log), speaks_for=speaks_for, steward=steward)
    party = _registered(log, organisation_id)
    if party is None:
        message = "The organisation or group that this key belongs to is not in the register."
        raise OrganisationUnknown(message)
    return Actor(
        actor_id=actor_id,
        party=party.at,
        speaks_for=speaks_for,
        steward=steward,
        part_of=party.part_of,
        paid_by=party.paid_by,
    )


def _registered(log: LogRecorder, party_id: UUID) -> Party | None:
    facts = Facts.from_records(find_records(log, frozenset({on("party", party_id, *READS["party"])})))
    return facts.party(party_id)

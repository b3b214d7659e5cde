"""Who may let whom in: nobody's role is wider than that of whoever gave it, and nobody gives one to themselves.

An administrator whose account belongs to no organisation looks after every account, and so does a steward's key of no
account; one of an organisation looks after the accounts of that organisation. Roles that somebody gave stay when their
own role ends, for else work would stop with every administrator who leaves; none of them is wider than that role was.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.accounts import Account
from api.access.grants import Grant
from api.access.keys import Scope
from api.access.principal import HeldRole, Principal
from api.access.reach import EVERYWHERE, Reach
from api.access.user_roles import OF_AN_ORGANISATION, RIGHTS_OF, Right, UserRole
from domain.vocabulary import CodeList

Covers = Callable[[Reach, Reach], bool]
"""Whether nothing is in the second reach that is not in the first."""


class AccessFault(CodeList):
    """A reason why somebody is not let in as was asked for. Codes are permanent."""

    TO_YOURSELF = "to-yourself"
    ROLE_NOT_YOURS_TO_GIVE = "role-not-yours-to-give"
    REACH_BEYOND_YOURS = "reach-beyond-yours"
    TERM_BEYOND_YOURS = "term-beyond-yours"
    BODY_NOT_THEIRS = "body-not-theirs"
    ORGANISATION_NOT_YOURS = "organisation-not-yours"
    HOLDS_MORE_THAN_YOU_GIVE = "holds-more-than-you-give"
    SCOPE_BEYOND_YOURS = "scope-beyond-yours"
    TERM_OVER = "term-over"
    ORGANISATION_NEEDED = "organisation-needed"
    ACCOUNT_CLOSED = "account-closed"
    HAS_A_KEY = "has-a-key"


_MORE_THAN_GIVEN: Final = (
    "it holds the role of {role}, which is not yours to give or to take away: ask an administrator of the whole "
    "installation"
)
FAULTS_IN_WORDS: Final[dict[AccessFault, str]] = {
    AccessFault.TO_YOURSELF: "Nobody gives a role to themselves, takes away their own or closes their own account",
    AccessFault.ROLE_NOT_YOURS_TO_GIVE: "This role is not yours to give or to take away",
    AccessFault.REACH_BEYOND_YOURS: "It would reach further than your own role",
    AccessFault.TERM_BEYOND_YOURS: "It would last longer than your own role, or than the key that you use",
    AccessFault.BODY_NOT_THEIRS: "That organisation's word is not yours to give",
    AccessFault.ORGANISATION_NOT_YOURS: "You let in people of your own organisation alone",
    AccessFault.HOLDS_MORE_THAN_YOU_GIVE: "The account holds a role that is not yours to give",
    AccessFault.SCOPE_BEYOND_YOURS: "The key would do more than the one that makes it",
    AccessFault.TERM_OVER: "The term would be over already",
    AccessFault.ORGANISATION_NEEDED: "This role is for somebody of an organisation",
    AccessFault.ACCOUNT_CLOSED: "The account is closed",
    AccessFault.HAS_A_KEY: "The account has a key already",
}
NOT_ALLOWED: Final = frozenset(AccessFault) - {
    AccessFault.TERM_OVER,
    AccessFault.ORGANISATION_NEEDED,
    AccessFault.ACCOUNT_CLOSED,
    AccessFault.HAS_A_KEY,
}
"""The faults that somebody else could do without; the others stand in everybody's way."""


class FoundFault(Struct, frozen=True):
    """One fault of what was asked for: its code, where it lies in what was sent, and what to do."""

    fault: AccessFault
    pointer: str
    detail: str


class KeyBounds(Struct, frozen=True):
    """The bounds of a key that is made: the scope of the key that makes it, and the end of that one, if it has any."""

    scope: Scope
    ends_at: datetime | None = None


class Giver(Struct, frozen=True, kw_only=True):
    """Somebody who lets others in: their account, its organisation, the roles by which they do so, and every role."""

    account_id: UUID | None
    organisation_id: UUID | None
    roles: tuple[HeldRole, ...]
    all_roles: tuple[HeldRole, ...]

    @property
    def bodies(self) -> frozenset[UUID]:
        """The bodies whose word it may give, each as far as the role of its own reaches that has it."""
        return frozenset().union(*(each.bodies for each in self.all_roles))

    def looks_after(self, account: Account) -> bool:
        """The account is one for which it may do anything at all."""
        return bool(self.roles) and self.organisation_id in {None, account.organisation_id}


class RoleToGive(Struct, frozen=True, kw_only=True):
    """A role that somebody asks to give to an account."""

    role: UserRole
    reach: Reach
    bodies: frozenset[UUID] = frozenset()
    until_at: datetime | None = None


def giver_of(principal: Principal, account: Account | None) -> Giver:
    """The giver that somebody who asks is; `account` is theirs, whichever body they act for now."""
    return Giver(
        account_id=principal.account_id,
        organisation_id=None if account is None else account.organisation_id,
        roles=tuple(each for each in principal.roles if Right.LET_IN in each.rights),
        all_roles=principal.roles,
    )


def roles_to_give(giver: Giver) -> tuple[UserRole, ...]:
    """The roles that somebody may give, in their order."""
    if not giver.roles:
        return ()
    return tuple(each for each in UserRole if giver.organisation_id is None or each in OF_AN_ORGANISATION)


def faults_of_account(giver: Giver, organisation_id: UUID | None) -> list[FoundFault]:
    """The faults of making an account of an organisation."""
    if giver.organisation_id in {None, organisation_id}:
        return []
    detail = "leave it out, or give the id of your own organisation"
    return [FoundFault(AccessFault.ORGANISATION_NOT_YOURS, "#/organisation", detail)]


def faults_of_giving(
    giver: Giver, account: Account, asked: RoleToGive, covers: Covers, now: datetime
) -> list[FoundFault]:
    """The faults of giving a role, by whichever of the giver's own roles has the fewest; none where it may be given."""
    everywhere = [
        *_about_account(giver, account),
        *_about_role(giver, account, asked),
        *_about_bodies(giver, account, asked, covers),
    ]
    if asked.until_at is not None and asked.until_at <= now:
        detail = "give a day from today on, or an instant that is yet to come"
        everywhere.append(FoundFault(AccessFault.TERM_OVER, "#/until", detail))
    by_role = [list(_beyond(each, asked, covers)) for each in giver.roles]
    return [*everywhere, *min(by_role, key=len, default=[])]


def faults_of_taking_away(giver: Giver, grant: Grant, covers: Covers) -> list[FoundFault]:
    """The faults of taking a role away: as of giving it, but that any term may be cut short."""
    faults = list(_about_oneself(giver, grant.account_id))
    if not _is_within(giver, grant, covers):
        faults.append(FoundFault(AccessFault.ROLE_NOT_YOURS_TO_GIVE, "#", _more_than_given(grant)))
    return faults


def faults_of_closing(giver: Giver, account: Account, grants: Iterable[Grant], covers: Covers) -> list[FoundFault]:
    """The faults of closing an account that holds these roles now."""
    return [*_about_oneself(giver, account.account_id), *_about_holding(giver, grants, covers)]


def faults_of_letting_in(giver: Giver, account: Account, grants: Iterable[Grant], covers: Covers) -> list[FoundFault]:
    """The faults of making a key or a link by which an account that holds these roles now is entered."""
    beyond = (
        FoundFault(AccessFault.HOLDS_MORE_THAN_YOU_GIVE, "#", _more_than_given(grant))
        for grant in grants
        if not _could_be_given(giver, account, grant, covers)
    )
    return [*_about_account(giver, account, "#"), *beyond]


def faults_of_changing(giver: Giver, account: Account, grants: Iterable[Grant], covers: Covers) -> list[FoundFault]:
    """The faults of renaming an account that holds these roles now, or of taking its keys away; of one's own, none."""
    return [] if giver.account_id == account.account_id else list(_about_holding(giver, grants, covers))


def faults_of_key(bounds: KeyBounds, scope: Scope, ends_at: datetime | None, now: datetime) -> list[FoundFault]:
    """The faults of a key that somebody makes by another: it does no more, and lasts no longer."""
    faults = []
    if scope > bounds.scope:
        detail = f"give {bounds.scope.name.lower()} or less: the key that you use does no more"
        faults.append(FoundFault(AccessFault.SCOPE_BEYOND_YOURS, "#/scope", detail))
    if bounds.ends_at is not None and (ends_at is None or ends_at > bounds.ends_at):
        detail = (
            f"the key that you use makes none that lasts beyond {bounds.ends_at:%Y-%m-%d}: let this one end by then"
        )
        faults.append(FoundFault(AccessFault.TERM_BEYOND_YOURS, "#/until", detail))
    if ends_at is not None and ends_at <= now:
        faults.append(FoundFault(AccessFault.TERM_OVER, "#/until", "give a day from today on"))
    return faults


def _about_account(giver: Giver, account: Account, at: str = "#/account") -> Iterator[FoundFault]:
    yield from _about_oneself(giver, account.account_id)
    if account.closed_at is not None:
        yield FoundFault(AccessFault.ACCOUNT_CLOSED, at, "it was closed for good: make another account")


def _about_oneself(giver: Giver, account_id: UUID) -> Iterator[FoundFault]:
    if giver.account_id == account_id:
        yield FoundFault(AccessFault.TO_YOURSELF, "#", "this account is your own: ask another administrator")


def _about_role(giver: Giver, account: Account, asked: RoleToGive) -> Iterator[FoundFault]:
    if asked.role not in roles_to_give(giver):
        allowed = ", ".join(roles_to_give(giver))
        detail = f"give one of {allowed}, or ask an administrator of the whole installation"
        yield FoundFault(AccessFault.ROLE_NOT_YOURS_TO_GIVE, "#/role", detail)
    rights = RIGHTS_OF[asked.role]
    if Right.RECORD in rights and Right.LOOK_AFTER not in rights and account.organisation_id is None:
        detail = "who holds it records as their organisation's word: give it to an account of an organisation"
        yield FoundFault(AccessFault.ORGANISATION_NEEDED, "#/role", detail)


def _about_bodies(giver: Giver, account: Account, asked: RoleToGive, covers: Covers) -> Iterator[FoundFault]:
    if giver.organisation_id is None:
        return
    spoken_for = frozenset().union(*(own.bodies for own in giver.all_roles if not list(_beyond(own, asked, covers))))
    for body in sorted(asked.bodies - spoken_for - {giver.organisation_id, account.organisation_id}):
        detail = f"{body} is neither your organisation nor a body for which you speak there, for as long: leave it out"
        yield FoundFault(AccessFault.BODY_NOT_THEIRS, "#/bodies", detail)


def _beyond(own: HeldRole, asked: RoleToGive, covers: Covers) -> Iterator[FoundFault]:
    if not covers(own.reach or EVERYWHERE, asked.reach):
        detail = "name only partnerships and places that are within your own reach"
        yield FoundFault(AccessFault.REACH_BEYOND_YOURS, "#/reach", detail)
    if own.until_at is not None and (asked.until_at is None or asked.until_at > own.until_at):
        detail = f"your own role ends on {own.until_at:%Y-%m-%d}: let this one end by then"
        yield FoundFault(AccessFault.TERM_BEYOND_YOURS, "#/until", detail)


def _about_holding(giver: Giver, grants: Iterable[Grant], covers: Covers) -> Iterator[FoundFault]:
    for grant in grants:
        if not _is_within(giver, grant, covers):
            yield FoundFault(AccessFault.HOLDS_MORE_THAN_YOU_GIVE, "#", _more_than_given(grant))


def _is_within(giver: Giver, grant: Grant, covers: Covers) -> bool:
    return grant.role in roles_to_give(giver) and any(
        covers(own.reach or EVERYWHERE, grant.reach) for own in giver.roles
    )


def _could_be_given(giver: Giver, account: Account, grant: Grant, covers: Covers) -> bool:
    """The giver could give this very role: of a reach and term within those of one of theirs, for these bodies."""
    asked = RoleToGive(role=grant.role, reach=grant.reach, bodies=grant.bodies, until_at=grant.until_at)
    is_within = any(not list(_beyond(own, asked, covers)) for own in giver.roles)
    return is_within and grant.role in roles_to_give(giver) and not list(_about_bodies(giver, account, asked, covers))


def _more_than_given(grant: Grant) -> str:
    return _MORE_THAN_GIVEN.format(role=grant.role)

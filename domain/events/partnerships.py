"""Partnerships: who sits in them, by what rules, under which method."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import PARTNERSHIP
from domain.values import Label, Name, PartyAt, Sha256, Share, Text, When
from domain.vocabulary import Level, PartyKind, PublicReport, Role


class ExpectedBody(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A body expected at the table: one by name, or any of a kind."""

    kind: PartyKind
    party_id: UUID | None = None


@event(family=PARTNERSHIP, version=2, upcasts={1: dict}, begins="partnership_id", sentence="{name} was formed")
class PartnershipFormed(EventBody, frozen=True, kw_only=True):
    """A partnership began, and with it two bodies: itself, and residents at large.

    Since version 2 it says whether nobody who looks after the record vouched for it.
    """

    partnership_id: UUID
    name: Name
    kind: PartyKind
    itself: PartyAt
    residents: PartyAt
    place_id: UUID | None = None
    programme: Label | None = None
    unvouched: bool = False


@event(family=PARTNERSHIP, version=2, upcasts={1: dict}, begins="member_id", sentence="{party} joined as {role}")
class MemberJoined(EventBody, frozen=True, kw_only=True):
    """A body took, or was given, a seat, with or without a named person in it.

    Since version 2 it says whether the body has still to accept; every seat recorded before counts as accepted.
    """

    member_id: UUID
    party: PartyAt
    role: Role = Role.MEMBER
    voting: bool = False
    person_id: UUID | None = None
    awaits_acceptance: bool = False


@event(
    family=PARTNERSHIP,
    about="member_id",
    voices={"party": Voice.TAKES_ON, "vouched_by": Voice.ACTS},
    sentence="[{vouched_by} vouched for the seat of {party}|{party} accepted its seat]",
)
class SeatAccepted(EventBody, frozen=True, kw_only=True):
    """A body accepted the seat that another had given it, or somebody who looks after the record vouched for it."""

    member_id: UUID
    party: PartyAt
    vouched_by: PartyAt | None = None


@event(family=PARTNERSHIP, about="member_id", sentence="{party} left[: {reasons}]")
class MemberLeft(EventBody, frozen=True, kw_only=True):
    """A seat was given up."""

    member_id: UUID
    party: PartyAt
    reasons: Text | None = None


@event(family=PARTNERSHIP, begins="rule_id", sentence="Rules were adopted")
class RuleAdopted(EventBody, frozen=True, kw_only=True):
    """The partnership settled its own rules; they bind from adoption or recording, whichever is later."""

    rule_id: UUID
    members_min: Annotated[int, Meta(ge=1, le=200)] | None = None
    residents_voting_share_min: Share | None = None
    quorum: Annotated[int, Meta(ge=1, le=200)] | None = None
    meetings_a_year: Annotated[float, Meta(gt=0, le=366)] | None = None
    level_promised: Level | None = None
    weights: dict[str, float] | None = None
    resolver: PartyAt | None = None


@event(family=PARTNERSHIP, begins="method_id", sentence="The method {title} was adopted for figures")
class MethodAdopted(EventBody, frozen=True, kw_only=True):
    """The partnership chose the method by which its figures are made."""

    method_id: UUID
    title: Label
    method_sha256: Sha256


@event(family=PARTNERSHIP, begins="expectation_id", sentence="Who is expected at the table was set")
class ExpectedBodiesSet(EventBody, frozen=True, kw_only=True):
    """Who ought to be at the table was written down; replaces the earlier list."""

    expectation_id: UUID
    bodies: tuple[ExpectedBody, ...]


@event(
    family=PARTNERSHIP,
    begins="arrangement_id",
    voices={"between": Voice.ACTS},
    sentence="A data-sharing arrangement was agreed [between {between}|by all members]: {covers}",
)
class DataSharingRecorded(EventBody, frozen=True, kw_only=True):
    """Bodies agreed what they may tell each other and keep; replaces the earlier arrangement.

    Without `between` it binds all members.
    """

    arrangement_id: UUID
    covers: Text
    between: tuple[PartyAt, ...] = ()
    whereabouts: Text | None = None
    review_due: When | None = None


@event(
    family=PARTNERSHIP,
    begins="publication_id",
    sentence="[From {opens} anybody may read: {reports}|Nothing is open to anybody any longer]",
)
class PublicationDecided(EventBody, frozen=True, kw_only=True):
    """The partnership decided which reports anybody may read; replaces the earlier decision, and may open none."""

    publication_id: UUID
    reports: tuple[PublicReport, ...] = ()
    opens: When | None = None
    decision_id: UUID | None = None


@event(family=PARTNERSHIP, begins="pause_id", sentence="The partnership paused[: {reasons}]")
class PartnershipPaused(EventBody, frozen=True, kw_only=True):
    """Work rested for a while."""

    pause_id: UUID
    reasons: Text | None = None


@event(family=PARTNERSHIP, begins="closure_id", sentence="The partnership closed[: {reasons}]")
class PartnershipClosed(EventBody, frozen=True, kw_only=True):
    """The partnership ended; nothing new is recorded in it but what mends or settles the record."""

    closure_id: UUID
    reasons: Text | None = None

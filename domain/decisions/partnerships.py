"""Deciding about partnerships: forming them, who sits in them, by what rules and method; pausing and closing them."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.facts import KnownEvent
from domain.decisions.references import MemberRef, MethodRef, PartyRef, PersonRef, PlaceRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events import partnerships
from domain.events.stewardship import MethodPublished
from domain.values import Clear, DimensionCode, Label, Name, PartyAt, Plain, Share, When
from domain.vocabulary import PARTNERSHIP_KINDS, SIDE_OF_KIND, Level, PartyKind, Role, Side

FORMED_KINDS = PARTNERSHIP_KINDS | {PartyKind.BIG_LOCAL_PARTNERSHIP}
"""What may be formed as a partnership: those with mixed seats, and the resident-led ones of Big Local."""

Weight = Annotated[float, Meta(ge=0, le=1_000)]


class FirstSeat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who sits in a partnership from its beginning."""

    party: PartyRef
    role: Role = Role.MEMBER
    voting: bool = False
    person: PersonRef | None = None


@command
class FormPartnership(Command, frozen=True, kw_only=True):
    """Begin a partnership with itself and residents at large as bodies of their own, and perhaps its first seats."""

    refuses: ClassVar = (Code.KIND_NOT_OF_SIDE,)
    within_partnership: ClassVar[bool] = False

    name: Name
    kind: PartyKind
    place: PlaceRef | None = None
    programme: Label | None = None
    members: Annotated[tuple[FirstSeat, ...], Meta(max_length=100)] = ()
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the beginning and the seats as one."""
        if self.kind not in FORMED_KINDS:
            case.fault(Code.KIND_NOT_OF_SIDE, "kind", f"a partnership is one of: {', '.join(sorted(FORMED_KINDS))}")
        happened = case.happened(self.happened)
        partnership_id = case.identity("partnership")
        case.record(
            partnerships.PartnershipFormed(
                happened=happened,
                partnership_id=partnership_id,
                name=self.name,
                kind=self.kind,
                itself=PartyAt(case.context.new_id("itself"), SIDE_OF_KIND[self.kind], self.kind),
                residents=PartyAt(case.context.new_id("residents"), Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE),
                place_id=case.thing("place", self.place, "place"),
                programme=self.programme,
                unvouched=not case.context.actor.steward,
            ),
            partition_id=partnership_id,
        )
        for index, seat in enumerate(self.members):
            case.record(_seat(case.part("members", index), seat, happened), partition_id=partnership_id)


def _seat(case: Case, seat: "FirstSeat | AddMember", happened: str) -> partnerships.MemberJoined:
    """The seat: accepted at once where the key speaks for who is to sit there, or looks after the record."""
    party = case.party(seat.party, "party")
    waits = not case.context.actor.may_speak_for(party.party_id)
    if waits:
        case.warn(Slip.SEAT_WAITS, "party", party.party_id)
    return partnerships.MemberJoined(
        happened=happened,
        member_id=case.identity("member"),
        party=party,
        role=seat.role,
        voting=seat.voting,
        person_id=case.person(seat.person, "person"),
        awaits_acceptance=waits,
    )


@command
class AddMember(Command, frozen=True, kw_only=True):
    """Seat a body, with or without a named person in it. Whoever formed the partnership may seat the first.

    A seat given to another body waits until that accepts it, or a key that looks after the record vouches for it.
    """

    refuses: ClassVar = (Code.ALREADY_DONE,)
    needs_seat: ClassVar[bool] = False

    party: PartyRef
    role: Role = Role.MEMBER
    voting: bool = False
    person: PersonRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the seat; a body may hold several, but a person only one for it."""
        formation = _formation(case)
        former = None if formation is None else formation.word
        if former is None or former.party_id not in case.spoken_for():
            case.must_have_seat()
        party = case.party(self.party, "party")
        person_id = case.person(self.person, "person")
        seats = {(seat.party.party_id, seat.person_id) for seat in case.facts.seats()}
        if person_id is not None and (party.party_id, person_id) in seats:
            case.fault(Code.ALREADY_DONE, "person", "this person sits here for that organisation already")
        case.record(_seat(case, self, case.happened(self.happened)))


@command
class AcceptSeat(Command, frozen=True, kw_only=True):
    """Accept, for the body itself, a seat that another gave it; who looks after the record may vouch for it instead.

    Until then the seat neither votes nor is given notice: its silence agrees to nothing.
    """

    refuses: ClassVar = (Code.ALREADY_DONE, Code.ALREADY_ENDED, Code.MAY_NOT_SPEAK_FOR)
    needs_seat: ClassVar[bool] = False

    member: MemberRef
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the acceptance, as the body's own word or as that of who vouches for it."""
        entry = case.find("member", self.member, "member", partnerships.MemberJoined)
        if entry is None:
            return
        seat = entry[1]
        if case.facts.is_accepted(seat):
            case.fault(Code.ALREADY_DONE, "member", "this seat is accepted already")
        if case.facts.about("member_id", self.member, partnerships.MemberLeft):
            case.fault(Code.ALREADY_ENDED, "member", "this seat has been given up")
        pen, is_own = case.context.actor.party, case.facts.passed_on([seat.party.party_id]) & case.spoken_for()
        if not is_own and not case.context.actor.steward:
            case.fault(Code.MAY_NOT_SPEAK_FOR, "member", "only who speaks for the organisation that sits there accepts")
        case.record(
            partnerships.SeatAccepted(
                happened=case.happened(self.happened),
                member_id=self.member,
                party=seat.party,
                vouched_by=None if is_own else pen,
            ),
            word=case.word_of(seat.party) if is_own else pen,
        )


@command
class EndMembership(Command, frozen=True, kw_only=True):
    """Record that a seat was given up."""

    refuses: ClassVar = (Code.ALREADY_ENDED, Code.ONLY_WHO_RECORDED_IT)

    member: MemberRef
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the leaving, by whoever sits there or gave the seat."""
        entry = case.find("member", self.member, "member", partnerships.MemberJoined)
        if entry is None:
            return
        if case.facts.about("member_id", self.member, partnerships.MemberLeft):
            case.fault(Code.ALREADY_ENDED, "member", "this seat has been given up")
        joined, party = entry[0], entry[1].party
        if not case.facts.passed_on([party.party_id]) & case.spoken_for():
            detail = "another organisation sits there, and another gave it the seat"
            case.must_be_of(joined.word, at="member", detail=detail)
        case.record(
            partnerships.MemberLeft(
                happened=case.happened(self.happened),
                member_id=self.member,
                party=party,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(party),
        )


@command
class AdoptRule(Command, frozen=True, kw_only=True):
    """Settle the partnership's own rules, all anew; they bind from adoption or recording, whichever is later."""

    refuses: ClassVar = (Code.NOTHING_TO_RECORD,)

    members_min: Annotated[int, Meta(ge=1, le=200)] | None = None
    residents_voting_share_min: Share | None = None
    quorum: Annotated[int, Meta(ge=1, le=200)] | None = None
    meetings_a_year: Annotated[float, Meta(gt=0, le=366)] | None = None
    level_promised: Level | None = None
    weights: dict[DimensionCode, Weight] | None = None
    resolver: PartyRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the rules."""
        adopted = partnerships.RuleAdopted(
            happened=case.happened(self.happened),
            rule_id=case.identity("rule"),
            members_min=self.members_min,
            residents_voting_share_min=self.residents_voting_share_min,
            quorum=self.quorum,
            meetings_a_year=self.meetings_a_year,
            level_promised=self.level_promised,
            weights=self.weights,
            resolver=None if self.resolver is None else case.party(self.resolver, "resolver"),
        )
        rules = set(adopted.__struct_fields__) - {"happened", "rule_id"}
        if all(getattr(adopted, rule) is None for rule in rules):
            case.fault(Code.NOTHING_TO_RECORD, "", f"give at least one of: {', '.join(sorted(rules))}")
        if self.weights is not None and not any(self.weights.values()):
            case.fault(Code.NOTHING_TO_RECORD, "weights", "at least one dimension must weigh something")
        case.record(adopted)


@command
class AdoptMethod(Command, frozen=True, kw_only=True):
    """Choose the published method by which the partnership's figures are made.

    Refuses nothing of its own: going back to an earlier method is a choice too.
    """

    method: MethodRef
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the choice, with the digest of the method chosen."""
        entry = case.find("method", self.method, "method", MethodPublished)
        if entry is None:
            return
        published, method = entry
        case.record(
            partnerships.MethodAdopted(
                happened=case.happened(self.happened),
                method_id=self.method,
                title=method.title,
                method_sha256=method.method_sha256,
            ),
            follows=published,
        )


class Expected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that ought to be at the table: a certain one, or any of a kind."""

    party: PartyRef | None = None
    kind: PartyKind | None = None


@command
class SetExpectedBodies(Command, frozen=True, kw_only=True):
    """Write down who ought to be at the table, in place of any earlier list."""

    refuses: ClassVar = (Code.EXACTLY_ONE,)

    bodies: Annotated[tuple[Expected, ...], Meta(min_length=1, max_length=100)]
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the list."""
        listed = (_expected(case.part("bodies", index), each) for index, each in enumerate(self.bodies))
        case.record(
            partnerships.ExpectedBodiesSet(
                happened=case.happened(self.happened),
                expectation_id=case.identity("expectation"),
                bodies=tuple(each for each in listed if each is not None),
            ),
        )


def _expected(case: Case, body: Expected) -> partnerships.ExpectedBody | None:
    party = None if body.party is None else case.party(body.party, "party")
    kind = body.kind if party is None else party.kind
    if kind is None or (body.party is not None and body.kind is not None):
        case.fault(Code.EXACTLY_ONE, "", "name one organisation, or a kind that any organisation of may fill")
        return None
    return partnerships.ExpectedBody(kind, None if party is None else party.party_id)


@command
class RecordDataSharing(Command, frozen=True, kw_only=True):
    """Record that bodies agreed what they may tell each other and keep, in place of any earlier arrangement.

    Without `between` it binds all members.
    """

    refuses: ClassVar = (Code.SAME_PARTY, Code.DUE_BEFORE_MADE)
    after_closure: ClassVar[bool] = True

    covers: Clear
    between: Annotated[tuple[PartyRef, ...], Meta(max_length=100)] = ()
    whereabouts: Clear | None = None
    review_due: When | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the arrangement."""
        case.real_date(self.review_due, "review_due")
        between = case.parties(self.between, "between")
        if len(between) == 1 or len(set(between)) < len(between):
            case.fault(Code.SAME_PARTY, "between", "name two or more organisations, each once, or none for all members")
        case.record(
            partnerships.DataSharingRecorded(
                happened=case.happened(self.happened),
                arrangement_id=case.identity("arrangement"),
                covers=Plain(self.covers),
                between=between,
                whereabouts=case.text(self.whereabouts),
                review_due=self.review_due,
            ),
            follows=_formation(case),
        )


def _formation(case: Case) -> KnownEvent | None:
    formed = case.facts.partnership()
    return None if formed is None else formed[0]


@command
class PausePartnership(Command, frozen=True, kw_only=True):
    """Record that work rests for a while.

    Refuses nothing of its own: what is recorded next shows that work goes on.
    """

    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the pause."""
        case.record(
            partnerships.PartnershipPaused(
                happened=case.happened(self.happened),
                pause_id=case.identity("pause"),
                reasons=case.text(self.reasons),
            ),
            follows=_formation(case),
        )


@command
class ClosePartnership(Command, frozen=True, kw_only=True):
    """End the partnership; only what mends its record can follow.

    Refuses nothing of its own: a closed partnership refuses everything that is not mending, this included.
    """

    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the end."""
        case.record(
            partnerships.PartnershipClosed(
                happened=case.happened(self.happened),
                closure_id=case.identity("closure"),
                reasons=case.text(self.reasons),
            ),
            follows=_formation(case),
        )

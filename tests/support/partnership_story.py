"""Stories for tests of projections: a partnership told event by event, on two clocks, as the log gives it back."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import msgspec

from domain.events import Envelope, EventBody, Participant
from domain.events.asks import AskAnswered, AskRaised
from domain.events.commitments import CommitmentMade, FulfilmentClaimed, FulfilmentConfirmed, FulfilmentDisputed
from domain.events.covered_acts import CoveredActs
from domain.events.declaration import encode, name_of
from domain.events.experience import PulseObserved
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnerships import MemberJoined, PartnershipFormed, SeatAccepted
from domain.events.recorded import Recorded
from domain.events.records import RecordConfirmed, RecordCorrected, RecordDisputed, RecordWithdrawn
from domain.values import PartyAt, Sealed, first_instant
from domain.vocabulary import Answer, AskKind, Facet, InteractionKind, PartyKind, Side, Source
from projections.history.history import History, history

SPACE = UUID("3f0b5a52-6a53-4c1e-9f0e-0f6a1f0c7a11")


def an_id(name: str) -> UUID:
    """The same id for the same name in every test."""
    return uuid5(SPACE, name)


def party(name: str, side: Side, kind: PartyKind, **details: bool) -> PartyAt:
    return PartyAt(an_id(name), side, kind, **details)


COUNCIL = party("council", Side.GOVERNMENT, PartyKind.UNITARY)
COUNTY = party("county", Side.GOVERNMENT, PartyKind.COUNTY)
ICB = party("icb", Side.AGENCY, PartyKind.ICB)
TENANTS = party("tenants", Side.RESIDENTS, PartyKind.TENANTS_RESIDENTS_ASSOCIATION, volunteer_run=True)
FORUM = party("forum", Side.RESIDENTS, PartyKind.NEIGHBOURHOOD_FORUM, volunteer_run=True)
RESIDENTS = party("residents at large", Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE)
BOARD = party("board", Side.PARTNERSHIP, PartyKind.NEIGHBOURHOOD_BOARD)
LOTTERY = party("lottery", Side.FUNDER, PartyKind.LOTTERY)
CHARITY = party("charity", Side.COMMUNITY_SECTOR, PartyKind.CHARITY)
COUNCILLOR = party("councillor", Side.GOVERNMENT, PartyKind.WARD_COUNCILLOR, office_holder=True)


def words(text: str = "words") -> Sealed:
    return Sealed(an_id(f"key of {text}"), text.encode())


def noon(day: str | date) -> datetime:
    return datetime.combine(date.fromisoformat(day) if isinstance(day, str) else day, time(12), UTC)


class PartnershipStory:
    """One partnership being told. Each telling gives the event's id; positions run from 1 unless set apart.

    `recorded` is the day (or instant) on which the log took it: by default the day it happened. `by` is whose
    word it is; the pen is `pen`, by default the side of that word.
    """

    def __init__(self, partition: str = "partnership", *, positions: Iterable[int] | None = None) -> None:
        self.partition_id = an_id(partition)
        self.records: list[Recorded] = []
        self._positions = iter(positions or count(1))
        self._last = datetime(2000, 1, 1, tzinfo=UTC)

    def tell(
        self,
        body: EventBody,
        *,
        by: PartyAt | None = None,
        recorded: str | datetime | None = None,
        pen: Side | None = None,
        claimed: str | None = None,
        mapping: str | None = None,
        key: str = "officer",
        covers: tuple[CoveredActs, ...] | None = None,
    ) -> UUID:
        """Record an event with a key; `claimed`: imported from a source that says it recorded it on that day.

        `mapping`: imported by it. `covers`: what the server stamps on it of what its source covers.
        """
        position = next(self._positions)
        recorded_at = (
            recorded if isinstance(recorded, datetime) else noon(recorded or first_instant(body.happened).date())
        )
        self._last = max(recorded_at, self._last + timedelta(microseconds=1))
        event_id = uuid5(self.partition_id, f"event {position}")
        envelope = Envelope(
            command_id=event_id,
            operation="test",
            actor=an_id(key),
            recorded_by=pen or (by.side if by else Side.PARTNERSHIP),
            on_behalf_of=by,
            source=Source.API if claimed is None and mapping is None else Source.IMPORT,
            source_reference=None if mapping is None else f"{mapping}/row",
            source_recorded_at=None if claimed is None else first_instant(claimed),
            covers=covers,
        )
        self.records.append(
            Recorded(
                event_id=event_id,
                position=position,
                partition_id=self.partition_id,
                occurred_at=first_instant(body.happened),
                recorded_at=self._last,
                body=body,
                envelope=envelope,
            )
        )
        return event_id

    @property
    def head(self) -> int:
        return self.records[-1].position if self.records else 0

    def at(self, as_of: str | date, *, known_at: int | None = None) -> History:
        """The history as it stood by the end of a day, as known at a position (default: all that was told)."""
        position = self.head if known_at is None else known_at
        last_recorded_at = max(
            (each.recorded_at for each in self.records if each.position <= position), default=self._last
        )
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        return history(self.records, as_of=day, position=position, recorded_at=last_recorded_at)

    # What is told most often; `how` passes to `tell`.

    def formed(self, on: str, *, unvouched: bool = False, **how: Any) -> UUID:
        body = PartnershipFormed(
            happened=on,
            partnership_id=self.partition_id,
            name="Riverside",
            kind=PartyKind.NEIGHBOURHOOD_BOARD,
            itself=BOARD,
            residents=RESIDENTS,
            unvouched=unvouched,
        )
        return self.tell(body, **how)

    def joined(
        self, who: PartyAt, on: str, *, voting: bool = True, seat: str = "", waits: bool = False, **how: Any
    ) -> UUID:
        member_id = an_id(f"seat of {seat or who.party_id}")
        body = MemberJoined(happened=on, member_id=member_id, party=who, voting=voting, awaits_acceptance=waits)
        return self.tell(body, **how)

    def accepted(self, who: PartyAt, on: str, *, seat: str = "", **how: Any) -> UUID:
        body = SeatAccepted(happened=on, member_id=an_id(f"seat of {seat or who.party_id}"), party=who)
        return self.tell(body, by=who, **how)

    def met(
        self,
        meeting: str,
        on: str,
        *participants: Participant,
        kind: InteractionKind = InteractionKind.MEETING,
        details: dict[str, Any] | None = None,
        **how: Any,
    ) -> UUID:
        body = InteractionRecorded(
            happened=on,
            interaction_id=an_id(meeting),
            kind=kind,
            participants=participants,
            **(details or {}),
        )
        return self.tell(body, **how)

    def minuted(self, meeting: str, on: str, *sides: Side, **how: Any) -> UUID:
        body = MinutesApproved(
            happened=on,
            interaction_id=an_id(meeting),
            approving_interaction_id=an_id(f"after {meeting}"),
            sides_present=sides,
        )
        return self.tell(body, **how)

    def promised(
        self,
        promise: str,
        on: str,
        *,
        who: PartyAt | tuple[PartyAt, ...] = COUNCIL,
        to: PartyAt | tuple[PartyAt, ...] = TENANTS,
        due: str | None = None,
        by: PartyAt | None = COUNCIL,
        details: dict[str, Any] | None = None,
        **how: Any,
    ) -> UUID:
        body = CommitmentMade(
            happened=on,
            commitment_id=an_id(promise),
            promisers=who if isinstance(who, tuple) else (who,),
            promisees=to if isinstance(to, tuple) else (to,),
            text=words(promise),
            due=due,
            **(details or {}),
        )
        return self.tell(body, by=by, **how)

    def reported_done(
        self, promise: str, on: str, *, by: PartyAt = COUNCIL, done_on: str | None = None, **how: Any
    ) -> UUID:
        body = FulfilmentClaimed(happened=on, commitment_id=an_id(promise), claimed_by=by, done=done_on)
        return self.tell(body, by=by, **how)

    def confirmed_done(
        self,
        promise: str,
        on: str,
        *,
        by: PartyAt = TENANTS,
        details: dict[str, Any] | None = None,
        **how: Any,
    ) -> UUID:
        body = FulfilmentConfirmed(happened=on, commitment_id=an_id(promise), confirmed_by=by, **(details or {}))
        return self.tell(body, by=by, **how)

    def said_not_done(self, promise: str, on: str, *, by: PartyAt = TENANTS, **how: Any) -> UUID:
        return self.tell(FulfilmentDisputed(happened=on, commitment_id=an_id(promise), disputed_by=by), by=by, **how)

    def rated(self, pulse: str, on: str, counts: tuple[int, ...], *, about: PartyAt = COUNCIL, **how: Any) -> UUID:
        """Count what residents said of a body, from 1 to 5."""
        body = PulseObserved(
            happened=on,
            pulse_id=an_id(pulse),
            about=about,
            rater_side=Side.RESIDENTS,
            facet=Facet.EXPRESSED,
            counts=counts,
        )
        return self.tell(body, **how)

    def asked(
        self,
        ask: str,
        on: str,
        *,
        of: PartyAt | None = COUNCIL,
        by: PartyAt = TENANTS,
        kind: AskKind = AskKind.REQUEST,
        details: dict[str, Any] | None = None,
        **how: Any,
    ) -> UUID:
        body = AskRaised(
            happened=on,
            ask_id=an_id(ask),
            kind=kind,
            raised_by=by,
            text=words(ask),
            addressee=of,
            **(details or {}),
        )
        return self.tell(body, by=by, **how)

    def answered(
        self,
        ask: str,
        on: str,
        *,
        by: PartyAt = COUNCIL,
        answer: Answer = Answer.ADOPTED,
        reasons: str | None = "reasons",
        **how: Any,
    ) -> UUID:
        body = AskAnswered(
            happened=on,
            ask_id=an_id(ask),
            answered_by=by,
            answer=answer,
            reasons=words(reasons) if reasons else None,
        )
        return self.tell(body, by=by, **how)

    def confirmed(self, record_id: UUID, on: str, *, by: PartyAt = TENANTS, **how: Any) -> UUID:
        return self.tell(RecordConfirmed(happened=on, record_id=record_id, confirmed_by=by), by=by, **how)

    def disputed(self, record_id: UUID, on: str, *, by: PartyAt = TENANTS, **how: Any) -> UUID:
        body = RecordDisputed(happened=on, record_id=record_id, disputed_by=by, reasons=words("wrong"))
        return self.tell(body, by=by, **how)

    def withdrawn(self, record_id: UUID, on: str, **how: Any) -> UUID:
        return self.tell(RecordWithdrawn(happened=on, record_id=record_id, reasons=words("mistake")), **how)

    def corrected(self, record_id: UUID, on: str, **how: Any) -> "Correcting":
        """The correction of a record: call the result with the fields that change."""
        return Correcting(self, record_id, on, how)


class Correcting:
    def __init__(self, story: PartnershipStory, record_id: UUID, on: str, how: dict[str, Any]) -> None:
        self._told, self._record_id, self._on, self._how = story, record_id, on, how

    def __call__(self, **changed: Any) -> UUID:
        original = next(each.body for each in self._told.records if each.event_id == self._record_id)
        replacement = msgspec.structs.replace(original, **changed)
        body = RecordCorrected(
            happened=self._on,
            record_id=self._record_id,
            replacement_name=name_of(replacement),
            replacement_version=1,
            replacement=encode(replacement),
            reasons=words("put right"),
        )
        return self._told.tell(body, **self._how)

"""The choices of a partnership for whoever records its meeting: who may have been there, and what is open."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.page import Visit
from api.reading.access import may_read_words
from api.reading.as_of import read_known
from api.reading.names_and_texts import RESIDENTS, NamesAndTexts
from api.reading.replay_answers import WordsBesideRows
from domain.events.partnerships import PartnershipFormed
from domain.values import first_instant
from domain.vocabulary import Attendance, InteractionKind
from projections.history.seats import Seat
from projections.lifecycles.asks import AskState
from projections.lifecycles.commitment_states import OWED
from projections.lifecycles.interactions import Contact, InteractionState, contacts
from projections.views import projection_called
from projections.views.asks import AskRow, ask_rows
from projections.views.commitments import CommitmentRow, commitment_rows

_WAITING: Final = frozenset({AskState.OPEN, AskState.OVERDUE, AskState.NOBODY_HAS_IT})
_UNRECORDED: Final = frozenset({InteractionState.PLANNED, InteractionState.LAPSED})


class OfferedBody(Struct, frozen=True):
    """An organisation or group that can be ticked or chosen."""

    party_id: str
    name: str


class OfferedPromise(Struct, frozen=True):
    """A promise that is still to be kept."""

    commitment_id: str
    text: str
    promisers: str
    promiser_id: str
    due_on: date | None
    is_reported: bool


class OfferedAsk(Struct, frozen=True):
    """An ask that still waits for its answer."""

    ask_id: str
    text: str
    asked_by: str


class EarlierMeeting(Struct, frozen=True):
    """A meeting on record, with who came."""

    interaction_id: str
    kind: InteractionKind
    happened: str
    came: tuple[str, ...]

    @property
    def began_at(self) -> datetime:
        """The first instant of when it was."""
        return first_instant(self.happened)


class PlannedMeeting(Struct, frozen=True):
    """A meeting in the diary that is not on record yet."""

    interaction_id: str
    kind: InteractionKind
    day: date


class Choices(Struct, frozen=True, kw_only=True):
    """Everything that can be chosen in the form of one partnership's meeting."""

    partnership_id: UUID
    name: str
    as_of: date
    members: tuple[OfferedBody, ...]
    other_members: tuple[OfferedBody, ...]
    guests: tuple[OfferedBody, ...]
    residents: OfferedBody
    promises: tuple[OfferedPromise, ...]
    asks: tuple[OfferedAsk, ...]
    meetings: tuple[EarlierMeeting, ...]
    plans: tuple[PlannedMeeting, ...]

    @property
    def bodies(self) -> tuple[OfferedBody, ...]:
        """Every body that can have said something, the members first."""
        return (*self.members, *self.other_members, self.residents, *self.guests)

    def last_meeting(self, kind: str) -> EarlierMeeting | None:
        """The last meeting of a kind that anybody came to, else the last of any kind."""
        alike = [meeting for meeting in self.meetings if meeting.kind == kind]
        meetings = alike or self.meetings
        return meetings[-1] if meetings else None

    def next_plan(self, day: date) -> PlannedMeeting | None:
        """The first meeting in the diary after a day."""
        later = sorted((plan for plan in self.plans if plan.day > day), key=lambda plan: plan.day)
        return later[0] if later else None

    def plan_of(self, kind: str, happened: str) -> PlannedMeeting | None:
        """The one plan of this kind for this day; None where there is none, or several."""
        plans = [plan for plan in self.plans if plan.kind == kind and plan.day.isoformat() == happened]
        return plans[0] if len(plans) == 1 else None

    def name_of(self, party_id: str) -> str:
        """The name of a body; empty for one that is not offered."""
        return next((body.name for body in self.bodies if body.party_id == party_id), "")


def choices_of(visit: Visit, partnership_id: UUID) -> Choices:
    """The choices of a partnership as it stands now. Raises Problem.

    The history is read once and only the words that are shown are opened: whole views would open every text there is.
    """
    partnership = read_known(visit.call("read-members", {"partnership_id": partnership_id}))
    words = NamesAndTexts(
        visit.services, entitled=may_read_words(visit.services.recorder, visit.visitor, partnership_id)
    )
    history, method = partnership.history, partnership.method
    [formed] = [body for _, body in history.each(PartnershipFormed)]
    meetings = [contact for contact in contacts(history, method) if contact.held is not None]
    earlier = tuple(sorted(filter(None, map(_earlier, meetings)), key=lambda meeting: meeting.began_at))
    seats = [seat for seat in history.seats if seat.is_taken_at(history.end)]
    voting, others = _members(seats, earlier[-1].came if earlier else ())
    residents_id = formed.residents.party_id
    came = dict.fromkeys(party_id for meeting in earlier for party_id in meeting.came)
    guests = [party_id for party_id in came if party_id not in {*voting, *others, str(residents_id)}]
    owed = [row for row in commitment_rows(history, method) if row.state in OWED]
    waiting = [row for row in ask_rows(history, method) if row.state in _WAITING]
    beside = {
        name: WordsBesideRows(partnership, words, projection_called(name), rows, also=map(UUID, also))
        for name, rows, also in (("commitments", owed, (*voting, *others, *guests)), ("asks", waiting, ()))
    }
    names = {identity: name for words_shown in beside.values() for identity, name in words_shown.names.items()}
    return Choices(
        partnership_id=partnership_id,
        name=formed.name,
        as_of=partnership.basis.as_of,
        members=_bodies(voting, names),
        other_members=_bodies(others, names),
        guests=_bodies(guests, names),
        residents=OfferedBody(str(residents_id), RESIDENTS),
        promises=tuple(_promises(owed, names, beside["commitments"].labels)),
        asks=tuple(_asks(waiting, names, beside["asks"].labels)),
        meetings=earlier,
        plans=tuple(
            PlannedMeeting(str(contact.interaction_id), contact.kind, contact.planned_for)
            for contact in contacts(history, method)
            if contact.state in _UNRECORDED and contact.planned_for
        ),
    )


def _members(seats: Sequence[Seat], came: Collection[str]) -> tuple[list[str], list[str]]:
    """Members with a vote, or who came last time, and the others; all together where nobody has a vote."""
    voting = dict.fromkeys(str(seat.party.party_id) for seat in seats if seat.voting)
    everybody = dict.fromkeys(str(seat.party.party_id) for seat in seats)
    regular = [party_id for party_id in everybody if party_id in voting or party_id in came]
    if not regular:
        return list(everybody), []
    return regular, [party_id for party_id in everybody if party_id not in regular]


def _bodies(party_ids: Iterable[str], names: Mapping[UUID, str]) -> tuple[OfferedBody, ...]:
    return tuple(OfferedBody(party_id, names[UUID(party_id)]) for party_id in party_ids if UUID(party_id) in names)


def _earlier(contact: Contact) -> EarlierMeeting | None:
    """A meeting on record; None where nobody came to it."""
    meeting = contact.held
    participants = () if meeting is None else meeting.participants
    came = dict.fromkeys(str(who.party.party_id) for who in participants if who.attendance is Attendance.ATTENDED)
    if meeting is None or not came:
        return None
    return EarlierMeeting(str(contact.interaction_id), contact.kind, meeting.happened, tuple(came))


def _promises(
    rows: Iterable[CommitmentRow], names: Mapping[UUID, str], labels: Mapping[UUID, str]
) -> Iterator[OfferedPromise]:
    """Open promises, soonest due last, and after those what is due on no day."""
    for row in sorted(rows, key=lambda row: (row.due_on or date.min, row.commitment_id), reverse=True):
        yield OfferedPromise(
            str(row.commitment_id),
            labels[row.commitment_id],
            ", ".join(names.get(party_id, "") for party_id in row.promiser_ids),
            str(row.promiser_ids[0]),
            row.due_on,
            row.is_reported,
        )


def _asks(rows: Iterable[AskRow], names: Mapping[UUID, str], labels: Mapping[UUID, str]) -> Iterator[OfferedAsk]:
    for row in rows:
        asked_by = names.get(row.raised_by_party_id, "")
        yield OfferedAsk(str(row.ask_id), labels[row.ask_id], asked_by)

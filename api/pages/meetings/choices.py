"""What a partnership offers whoever records its meeting: who may have been there, and what is open."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.page import Visit
from api.reading.names_and_texts import RESIDENTS
from domain.vocabulary import Attendance, InteractionKind
from projections.lifecycles.asks import AskState
from projections.lifecycles.commitment_states import OWED
from projections.lifecycles.interactions import InteractionState

_WAITING: Final = frozenset({AskState.OPEN, AskState.OVERDUE, AskState.NOBODY_HAS_IT})
_NO_WORDS: Final = "A text that you may not read"


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
    due_on: date
    is_reported: bool


class OfferedAsk(Struct, frozen=True):
    """An ask that still waits for its answer."""

    ask_id: str
    text: str
    asked_by: str
    holder_id: str


class EarlierMeeting(Struct, frozen=True):
    """A meeting on record, with who came."""

    interaction_id: str
    kind: InteractionKind
    happened: str
    came: tuple[str, ...]


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
    """What a partnership offers now. Raises Problem."""
    path = {"partnership_id": partnership_id}
    details = visit.ask("read-partnership", path).details
    members = visit.ask("read-members", path)
    contacts = visit.ask("read-interactions", path)
    commitments = visit.ask("read-commitments", path)
    asks = visit.ask("read-asks", path)
    meetings = _meetings(contacts)
    names = {**members.names, **contacts.names}
    voting, others = _members(members, meetings[-1].came if meetings else ())
    seated = {body.party_id for body in (*voting, *others)}
    residents_id = str(details["residents"]["party_id"])
    came = dict.fromkeys(party_id for meeting in meetings for party_id in meeting.came)
    guests = [party_id for party_id in came if party_id not in {*seated, residents_id}]
    return Choices(
        partnership_id=partnership_id,
        name=details["name"],
        as_of=members.as_of,
        members=voting,
        other_members=others,
        guests=_bodies(guests, names),
        residents=OfferedBody(residents_id, RESIDENTS),
        promises=_promises(commitments),
        asks=_asks(asks),
        meetings=meetings,
        plans=tuple(
            PlannedMeeting(str(row.interaction_id), row.kind, row.planned_for_on)
            for row in contacts.rows
            if row.state in {InteractionState.PLANNED, InteractionState.LAPSED} and row.planned_for_on
        ),
    )


def _members(answer: Any, came: Iterable[str]) -> tuple[tuple[OfferedBody, ...], tuple[OfferedBody, ...]]:  # noqa: ANN401
    """Members with a vote, or who came last time, and the others; all together where nobody has a vote."""
    seats = [row for row in answer.rows if row.is_taken]
    regular = dict.fromkeys(str(row.party_id) for row in seats if row.is_voting)
    regular |= dict.fromkeys(str(row.party_id) for row in seats if str(row.party_id) in set(came))
    everybody = dict.fromkeys(str(row.party_id) for row in seats)
    others = [party_id for party_id in everybody if party_id not in regular]
    if not regular:
        return _bodies(others, answer.names), ()
    return _bodies(regular, answer.names), _bodies(others, answer.names)


def _bodies(party_ids: Iterable[str], names: Mapping[UUID, str]) -> tuple[OfferedBody, ...]:
    return tuple(
        OfferedBody(party_id, names.get(UUID(party_id), "")) for party_id in party_ids if UUID(party_id) in names
    )


def _meetings(answer: Any) -> tuple[EarlierMeeting, ...]:  # noqa: ANN401
    """The meetings on record that anybody came to, the latest last."""
    meetings = [
        EarlierMeeting(
            str(row.interaction_id),
            row.kind,
            row.happened,
            tuple(
                dict.fromkeys(
                    str(participant.party_id)
                    for participant in answer.participants.get(row.interaction_id, ())
                    if participant.attendance is Attendance.ATTENDED
                )
            ),
        )
        for row in sorted(
            (row for row in answer.rows if row.state is InteractionState.HELD), key=lambda row: row.occurred_at
        )
    ]
    return tuple(meeting for meeting in meetings if meeting.came)


def _promises(answer: Any) -> tuple[OfferedPromise, ...]:  # noqa: ANN401
    """Open promises, soonest due last."""
    rows = [row for row in answer.rows if row.state in OWED]
    return tuple(
        OfferedPromise(
            str(row.commitment_id),
            answer.labels.get(row.commitment_id, _NO_WORDS),
            _joined(answer, row.promiser_ids),
            str(row.promiser_ids[0]),
            row.due_on,
            row.is_reported,
        )
        for row in sorted(rows, key=lambda row: (row.due_on, row.commitment_id), reverse=True)
    )


def _asks(answer: Any) -> tuple[OfferedAsk, ...]:  # noqa: ANN401
    return tuple(
        OfferedAsk(
            str(row.ask_id),
            answer.labels.get(row.ask_id, _NO_WORDS),
            answer.names.get(row.raised_by_party_id, ""),
            str(row.holder_party_id or ""),
        )
        for row in answer.rows
        if row.state in _WAITING
    )


def _joined(answer: Any, party_ids: Iterable[UUID]) -> str:  # noqa: ANN401
    return ", ".join(answer.names.get(party_id, "") for party_id in party_ids)

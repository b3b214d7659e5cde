"""Marks beside a timeline of trust: what became of each act that a figure rests on, when, and by which record.

Marks are for reading, not for scoring: they follow from the same evidence as the figure, and add what is no evidence
but belongs to the story, a promise let off by agreement and a dispute that has ended.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import fsum
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.commitments import FulfilmentDisputed
from domain.events.records import RecordDisputed
from domain.values import day_of, last_day
from domain.vocabulary import CodeList, Facet, Side
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment, commitments
from projections.method.method import Method
from projections.scoring.facets.evidence_periods import is_scored
from projections.scoring.formulas.evidence import Evidence


class MarkKind(CodeList):
    """A sort of outcome of one act."""

    KEPT = "kept"
    IN_PART = "in-part"
    SETTLED = "settled"
    LATE = "late"
    OVERDUE = "overdue"
    BROKEN = "broken"
    DISPUTED = "disputed"
    LET_OFF = "let-off"
    IN_TIME = "in-time"
    NO_ANSWER = "no-answer"


class TrustMark(Struct, frozen=True, kw_only=True):
    """The outcome of one act of a body, as one side met it."""

    kind: Annotated[MarkKind, Meta(description="What became of it")]
    on: Annotated[date, Meta(description="The day it was done, or due and not done")]
    due_on: Annotated[date | None, Meta(description="The day it was due, where it had one")]
    about: Annotated[UUID, Meta(description="The promise or ask, else the record that began it")]
    record: Annotated[UUID, Meta(description="The record that it rests on")]
    is_tacit: Annotated[bool, Meta(description="Whether it rests on silence after notice")] = False
    part_done: Annotated[float | None, Meta(description="How much of it is done, of one that is not done whole")] = None


WhoMetWhom = tuple[Facet, Side, Side, UUID]
"""An aspect, the side that met, and the side and id of the body that acted."""

_DONE_IN_PART: Final = frozenset({Facet.INTEGRITY, Facet.FLEXIBILITY, Facet.ENTRUSTED})


@once_per_history
def trust_marks(history: History, method: Method, evidence: Sequence[Evidence]) -> dict[WhoMetWhom, list[TrustMark]]:
    """The marks of every side's trust in every body, in order of day."""
    marks: dict[WhoMetWhom, list[TrustMark]] = {}
    acts: dict[tuple[WhoMetWhom, str], list[Evidence]] = {}
    for row in evidence:
        if row.stands_at(history.end):
            acts.setdefault((_met(row), row.act), []).append(row)
    things = _Things(history, method)
    for (view_key, _), rows in acts.items():
        marks.setdefault(view_key, []).append(things.mark(view_key, rows))
    for view_key, mark in (*things.let_off(), *_disputes(history, evidence)):
        marks.setdefault(view_key, []).append(mark)
    return {
        view_key: sorted(own, key=lambda mark: (mark.on, mark.kind, mark.record)) for view_key, own in marks.items()
    }


def _met(row: Evidence) -> WhoMetWhom:
    return row.facet, row.truster.side, row.trustee.side, row.trustee.party_id


class _Things:
    """The promises and asks of a partnership, to look up what evidence does not hold: days due, done and let off."""

    def __init__(self, history: History, method: Method) -> None:
        self._end = history.end
        self._promises = {f"promise {each.commitment_id}": each for each in commitments(history, method)}
        self._asks = {f"ask {each.ask_id}": each for each in asks(history, method)}

    def mark(self, view_key: WhoMetWhom, rows: Sequence[Evidence]) -> TrustMark:
        """The mark of an act as it stands."""
        promise, ask = self._promises.get(rows[0].act), self._asks.get(rows[0].act)
        if promise is not None:
            return self._of_promise(view_key, promise, rows)
        return _of_ask(ask, rows) if ask is not None else _of_other(rows)

    def _of_promise(self, view_key: WhoMetWhom, promise: Commitment, rows: Sequence[Evidence]) -> TrustMark:
        phase = next(iter(self._phases(promise, view_key)), None)
        kind = _kind(rows, partial=_partial(phase))
        done_on = None if phase is None else phase.done_on
        ending = None if phase is None else phase.ended_by
        due_on = None if phase is None else phase.due_on
        on = due_on if kind is MarkKind.OVERDUE else done_on
        return TrustMark(
            kind=kind,
            on=on or day_of(rows[-1].at),
            due_on=due_on,
            about=promise.commitment_id,
            record=promise.made.event_id if ending is None else ending.event_id,
            is_tacit=any(row.tacit for row in rows),
            part_done=None if phase is None else phase.fraction,
        )

    def _phases(self, promise: Commitment, view_key: WhoMetWhom) -> Iterator[Phase]:
        """The phases at the cut of what this body promised this side, those that are done first."""
        _, truster_side, trustee_side, trustee_id = view_key
        phases = [phase for strand in promise.strands if (phase := strand.at(self._end)) is not None]
        phases.sort(key=lambda phase: (phase.ended_by is None, phase.since))
        for phase in phases:
            is_theirs = (phase.promiser.side, phase.promiser.party_id) == (trustee_side, trustee_id)
            if is_theirs and phase.promisee.side is truster_side:
                yield phase

    def let_off(self) -> Iterator[tuple[WhoMetWhom, TrustMark]]:
        """The promises that whoever they were made to let the promiser off, which are no evidence."""
        for promise in self._promises.values():
            phases = (phase for strand in promise.strands if (phase := strand.at(self._end)) is not None)
            released = {
                (phase.promisee.side, phase.promiser.side, phase.promiser.party_id): (phase, phase.ended_by)
                for phase in phases
                if phase.state is CommitmentState.RELEASED and is_scored(phase.promiser)
            }
            for who, (phase, release) in released.items():
                if release is not None:
                    yield (
                        (Facet.RELIABILITY, *who),
                        TrustMark(
                            kind=MarkKind.LET_OFF,
                            on=day_of(release.occurred_at),
                            due_on=phase.due_on,
                            about=promise.commitment_id,
                            record=release.event_id,
                        ),
                    )


def _partial(phase: Phase | None) -> MarkKind:
    """The kind of mark of a promise that is worth something and less than all."""
    if phase is None or phase.fraction is None:
        return MarkKind.LATE
    return MarkKind.SETTLED if phase.state is CommitmentState.SETTLED else MarkKind.IN_PART


def _of_ask(ask: Ask, rows: Sequence[Evidence]) -> TrustMark:
    kind = _kind(rows, whole=MarkKind.IN_TIME, partial=MarkKind.LATE, owed=MarkKind.NO_ANSWER)
    is_answered = ask.answered_on is not None and kind is not MarkKind.NO_ANSWER
    return TrustMark(
        kind=kind,
        on=ask.answered_on if is_answered and ask.answered_on is not None else ask.due_on,
        due_on=ask.due_on,
        about=ask.ask_id,
        record=ask.answer.event_id if is_answered and ask.answer is not None else ask.raised.event_id,
    )


def _of_other(rows: Sequence[Evidence]) -> TrustMark:
    """The mark of notes, reasons, decisions and terms of money: named after the record that began it."""
    row = rows[-1]
    kind = _kind(rows, partial=MarkKind.IN_PART if row.facet in _DONE_IN_PART else MarkKind.LATE)
    return TrustMark(
        kind=kind,
        on=day_of(row.begins_at if row.open_zero else row.at),
        due_on=None,
        about=row.causes[0],
        record=row.causes[0] if row.open_zero else row.causes[-1],
        is_tacit=row.tacit,
    )


def _kind(
    rows: Sequence[Evidence],
    *,
    partial: MarkKind,
    whole: MarkKind = MarkKind.KEPT,
    owed: MarkKind = MarkKind.OVERDUE,
) -> MarkKind:
    """The kind of a mark, from what the act is worth on average over those who met it, as plain counts have it."""
    if all(row.open_zero for row in rows):
        return owed
    value = fsum(row.value for row in rows) / len(rows)
    if value in (0, 1):
        return whole if value else MarkKind.BROKEN
    return partial


def _disputes(history: History, evidence: Sequence[Evidence]) -> Iterator[tuple[WhoMetWhom, TrustMark]]:
    """Every dispute of an act, also one that has ended: what was disputed once is told, not erased."""
    for fact, body in history.each(FulfilmentDisputed):
        act = f"promise {body.commitment_id}"
        for view_key in _each_once(row for row in evidence if row.act == act):
            yield view_key, _disputed(last_day(body.happened), body.commitment_id, fact.event_id)
    for fact, contest in history.each(RecordDisputed):
        disputed = (row for row in evidence if contest.record_id in row.causes)
        for view_key, row in {_met(row): row for row in disputed}.items():
            about = row.act.removeprefix("promise ").removeprefix("ask ")
            is_thing = about != row.act
            yield (
                view_key,
                _disputed(last_day(contest.happened), UUID(about) if is_thing else row.causes[0], fact.event_id),
            )


def _disputed(on: date, about: UUID, record: UUID) -> TrustMark:
    return TrustMark(kind=MarkKind.DISPUTED, on=on, due_on=None, about=about, record=record)


def _each_once(rows: Iterable[Evidence]) -> list[WhoMetWhom]:
    return list(dict.fromkeys(_met(row) for row in rows))

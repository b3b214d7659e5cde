"""Plays a plan through the real decisions into a log that is being seeded, as the right keys at the right times."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import msgspec

from domain.decisions.command_context import CommandContext
from domain.decisions.refusals import Refusal
from domain.errors import FolkmootError
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged, Handler, KeyReused
from domain.vocabulary import Source
from scripts.demonstration.agenda import PlannedAct, SeededChance, first_record
from scripts.demonstration.county import CountyPlan

_AT_ONCE: Final = 500
"""Acts recorded in one transaction."""


class ActRefused(FolkmootError):
    """A planned act breaks a rule of the house: mend the demonstration."""


def play(plan: CountyPlan, handler: Handler, progress: Callable[[int], None] | None = None) -> int:
    """Record every act of a plan and give the last position; acts recorded before are passed over.

    `progress` is told how many acts are done. Raises ActRefused and what the handler raises.
    """
    recorder = BulkRecorder(handler)
    for start in range(0, len(plan.acts), _AT_ONCE):
        acts = plan.acts[start : start + _AT_ONCE]
        for act in acts:
            _play_act(plan.seed, act, recorder)
        recorder.append_meanwhile()
        if progress is not None:
            progress(start + len(acts))
    recorder.append()
    return handler.recorder.head().position


def is_begun(plan: CountyPlan, handler: Handler) -> bool:
    """Whether the first act of a plan is in the log."""
    return _is_recorded(plan.acts[0], plan, handler)


def is_played(plan: CountyPlan, handler: Handler) -> bool:
    """Whether the last act of a plan is in the log."""
    return _is_recorded(plan.acts[-1], plan, handler)


def _is_recorded(act: PlannedAct, plan: CountyPlan, handler: Handler) -> bool:
    return handler.recorder.find(first_record(plan.seed.identity(act.name))) is not None


def _play_act(seed: SeededChance, act: PlannedAct, recorder: BulkRecorder) -> None:
    context = CommandContext(
        actor=act.key,
        command_id=seed.identity(act.name),
        now=act.at,
        person_of=_person_of,
        partnership_id=act.partnership_id,
        source=Source.DEMONSTRATION,
    )
    answer = recorder.record(act.command, context, msgspec.json.encode(act.command), recorded_at=act.at)
    match answer:
        case Acknowledged():
            return
        case Refusal():
            faults = "; ".join(f"{fault.code} at {fault.pointer}: {fault.detail}" for fault in answer.faults)
            raise ActRefused(f"{act.name}: {faults}")
        case KeyReused():
            raise ActRefused(f"{act.name}: the log holds another county under this seed; choose an empty folder")


def _person_of(reference: str) -> UUID | None:
    """Plans refer to people by their id."""
    try:
        return UUID(reference)
    except ValueError:
        return None

"""Contact: planned, moved, called off; a meeting recorded whole and added to; its minutes and notes."""

from api.recording import recording
from domain.decisions.interactions import (
    AddToInteraction,
    ApproveMinutes,
    CancelInteraction,
    PlanInteraction,
    RecordInteraction,
    RescheduleInteraction,
    ShareNotes,
)

_TAG = "Meetings"
_PLANS = "/v1/partnerships/{partnership_id}/plans"
_INTERACTIONS = "/v1/partnerships/{partnership_id}/interactions"
_INTERACTION = _INTERACTIONS + "/{interaction}"

OPERATIONS = (
    recording(_INTERACTIONS, RecordInteraction, tag=_TAG),
    recording(f"{_INTERACTION}/additions", AddToInteraction, tag=_TAG),
    recording(f"{_INTERACTION}/minutes-approvals", ApproveMinutes, tag=_TAG),
    recording(f"{_INTERACTION}/notes", ShareNotes, tag=_TAG),
    recording(_PLANS, PlanInteraction, tag=_TAG),
    recording(f"{_PLANS}/{{interaction}}/reschedulings", RescheduleInteraction, tag=_TAG),
    recording(f"{_PLANS}/{{interaction}}/cancellations", CancelInteraction, tag=_TAG),
)

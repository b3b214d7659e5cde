"""What was set going, what came of it, what is said to have contributed, and what was learned."""

from api.recording import recording
from domain.decisions.outcomes import ClaimContribution, DrawLesson, EndIntervention, ObserveOutcome, StartIntervention

_TAG = "Outcomes"
_PARTNERSHIP = "/v1/partnerships/{partnership_id}"

OPERATIONS = (
    recording(f"{_PARTNERSHIP}/interventions", StartIntervention, tag=_TAG),
    recording(f"{_PARTNERSHIP}/interventions/{{intervention}}/endings", EndIntervention, tag=_TAG),
    recording("/v1/places/{place}/outcomes", ObserveOutcome, tag=_TAG),
    recording(f"{_PARTNERSHIP}/contributions", ClaimContribution, tag=_TAG),
    recording(f"{_PARTNERSHIP}/lessons", DrawLesson, tag=_TAG),
)

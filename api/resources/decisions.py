"""Decisions: what was settled, who led, what another side says of that, and money spent."""

from api.recording import recording
from domain.decisions.decisions import AttestDecision, RecordSpending, TakeDecision

_PARTNERSHIP = "/v1/partnerships/{partnership_id}"

OPERATIONS = (
    recording(f"{_PARTNERSHIP}/decisions", TakeDecision, tag="Decisions"),
    recording(f"{_PARTNERSHIP}/decisions/{{decision}}/attestations", AttestDecision, tag="Decisions"),
    recording(f"{_PARTNERSHIP}/spending", RecordSpending, tag="Decisions"),
)

"""Expressed experience: ratings, counts of ratings, and which groups took part."""

from api.recording import recording
from domain.decisions.experience import GiveFeedback, RecordProfile, RecordPulse

_PARTNERSHIP = "/v1/partnerships/{partnership_id}"

OPERATIONS = (
    recording(f"{_PARTNERSHIP}/feedback", GiveFeedback, tag="Experience"),
    recording(f"{_PARTNERSHIP}/pulses", RecordPulse, tag="Experience"),
    recording(f"{_PARTNERSHIP}/profiles", RecordProfile, tag="Experience"),
)

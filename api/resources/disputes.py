"""Disagreements about anything but a record, and how they ended."""

from api.recording import recording
from domain.decisions.disputes import RaiseDispute, SettleDispute

_DISPUTES = "/v1/partnerships/{partnership_id}/disputes"

OPERATIONS = (
    recording(_DISPUTES, RaiseDispute, tag="Disputes"),
    recording(f"{_DISPUTES}/{{dispute}}/settlements", SettleDispute, tag="Disputes"),
)

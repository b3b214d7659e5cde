"""Consultations: opened, closed, and answered to those consulted."""

from api.recording import recording
from domain.decisions.consultations import CloseConsultation, GiveConsultationFeedback, OpenConsultation

_TAG = "Consultations"
_CONSULTATIONS = "/v1/partnerships/{partnership_id}/consultations"

OPERATIONS = (
    recording(_CONSULTATIONS, OpenConsultation, tag=_TAG),
    recording(f"{_CONSULTATIONS}/{{consultation}}/closings", CloseConsultation, tag=_TAG),
    recording(f"{_CONSULTATIONS}/{{consultation}}/feedback", GiveConsultationFeedback, tag=_TAG),
)

"""Looking after the record: methods published, texts taken out."""

from api.recording import recording
from domain.decisions.stewardship import PublishMethod, RedactText

OPERATIONS = (
    recording("/v1/methods", PublishMethod, tag="Stewardship"),
    recording("/v1/records/{record}/redactions", RedactText, tag="Stewardship"),
)

"""The outcome of a job, whatever it is to do."""

from msgspec import Struct


class JobOutcome(Struct, frozen=True, kw_only=True):
    """The outcome of a job: the manifest of an extract, or a result."""

    manifest_sha256: str | None = None
    result: Struct | None = None

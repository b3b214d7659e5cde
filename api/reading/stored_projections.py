"""How each stored projection stands: its build, how far it has come, and how much it holds."""

from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from projections.declaration import Projection
from projections.engine.status import ProjectionStatus
from projections.views import stored_projections

STORED_LISTS: Final = "/v1/projections"


class StoredProjection(Struct, frozen=True, kw_only=True):
    """How one stored projection stands. Without a build it cannot be listed yet.

    `lag_seconds` is how long the oldest event that it does not hold has waited; `is_followed`, whether this release
    keeps it level with the record; `parked`, how many partnerships it could not take in.
    """

    name: str
    question: str
    kept_for: str
    address: str
    version: int
    build: int | None
    built_version: int | None
    log_id: UUID | None
    is_followed: bool
    position: int
    as_of: date | None
    lag_events: int
    lag_seconds: float
    partnerships: int
    rows: int
    parked: int


def list_address(projection: Projection) -> str:
    """The address at which the rows of a stored projection are listed."""
    return f"{STORED_LISTS}/{projection.name.replace('_', '-')}"


def stored_projection(standing: ProjectionStatus) -> StoredProjection:
    """One stored projection and how it stands, as it is shown."""
    projection = stored_projections()[standing.projection]
    fields = {name: value for name, value in asdict(standing).items() if name in StoredProjection.__struct_fields__}
    return StoredProjection(
        **fields
        | {
            "name": projection.name,
            "question": projection.question,
            "kept_for": projection.stored,
            "address": list_address(projection),
            "partnerships": standing.partitions,
            "parked": len(standing.parked),
        }
    )

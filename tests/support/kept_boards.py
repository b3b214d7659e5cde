"""Boards as the release before 2026-11 recorded them, byte for byte, under review by folkmoot-2026.

Two of its demonstration with their places, and two told for what that has little of: promises without a day or kept in
part, and one event of every type there was.
"""

import gzip
import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from domain.events import decode
from domain.events.partnerships import PartnershipFormed
from domain.events.stewardship import ReviewRegistered
from domain.events.tags import stored_tags
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from projections.reviews.extract import ExtractRequest
from projections.reviews.table_files import ExtractFormat
from tests.support.partnership_story import PartnershipStory, an_id
from tests.support.seeded_logs import stored

FOLDER: Final = Path(__file__).parents[1] / "golden" / "reviews"
EVENTS: Final = FOLDER / "boards.msgpack.gz"
DIGESTS: Final = FOLDER / "boards.sha256"
FOLKMOOT_2026_SHA256: Final = "86b9052d972d563aaf7901f88cbf495c399cd4bae376d9bfd9dc6a9112f1ca20"
AS_OF: Final = date(2026, 6, 30)


class KeptEvent(msgspec.Struct, array_like=True):
    """One event as it was stored; sealed texts are left out."""

    type: str
    version: int
    data: bytes
    event_id: UUID
    partition_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    envelope: bytes


def kept_events() -> list[KeptEvent]:
    return msgspec.msgpack.decode(gzip.decompress(EVENTS.read_bytes()), type=list[KeptEvent])


def _registered(story: PartnershipStory, boards: dict[str, UUID]) -> None:
    body = ReviewRegistered(
        happened="2026-07-01",
        review_id=story.partition_id,
        question="Do promises hold?",
        cohort_partnership_ids=(boards["Harrowfold Neighbourhood Board"], an_id("told board")),
        comparison_partnership_ids=(boards["Yarrow Bridge Neighbourhood Board"], an_id("everything")),
        window_start_on=date(2025, 7, 1),
        window_end_on=AS_OF,
        baseline_start_on=date(2024, 6, 1),
        outcomes=("reliability", "wellbeing"),
        retrospective=True,
        method_sha256=FOLKMOOT_2026_SHA256,
    )
    story.tell(body)


def write_kept_boards(log: LogRecorder) -> ExtractRequest:
    """Record the boards and a review of them as they were, and say which extract was frozen then."""
    boards: dict[str, UUID] = {}
    with log.transaction() as cursor:
        events = kept_events()
        for row in events:
            body = decode(row.type, row.version, row.data)
            if isinstance(body, PartnershipFormed):
                boards[body.name] = body.partnership_id
            event = LogEvent(
                type=row.type,
                version=row.version,
                data=row.data,
                tags=sorted(stored_tags(body, row.partition_id)),
                event_id=row.event_id,
                partition_id=row.partition_id,
                occurred_at=row.occurred_at,
                envelope=row.envelope,
            )
            log.append_in(cursor, [event], recorded_at=row.recorded_at)
        review = PartnershipStory("the review of the boards")
        _registered(review, boards)
        registration = stored(review.records[0])
        registration.tags = sorted(stored_tags(review.records[0].body, review.partition_id))
        log.append_in(cursor, [registration], recorded_at=events[-1].recorded_at + timedelta(days=1))
    return ExtractRequest(
        review_id=review.partition_id, position=log.head().position, as_of=AS_OF, forms=(ExtractFormat.CSV,)
    )


def pinned_digests() -> dict[str, str]:
    return {name: sha256 for sha256, name in map(str.split, DIGESTS.read_text().splitlines())}


def digests_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The SHA-256 of each table of an extract and of its method: all that depends on the record and on the method."""
    for name in sorted(("panel.csv", "cells.csv", "events.csv", "partnerships.csv", "outcomes.csv", "method.json")):
        yield name, hashlib.sha256((folder / name).read_bytes()).hexdigest()

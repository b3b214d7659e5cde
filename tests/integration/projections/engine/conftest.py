"""Stored projections over a database of their own."""

import msgspec
import pytest

from projections import declaration
from projections.views import stored_projections
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.stored_stage import BAD_DAY, BROKEN, record, stage

__all__ = ["stage"]


@pytest.fixture
def two(stage):
    """Two partnerships as told, recorded and built; each has promised lights."""
    both = PartnershipStory("one"), PartnershipStory("other")
    for story in both:
        story.formed("2025-01-01")
        for who in (COUNCIL, TENANTS):
            story.joined(who, "2025-01-01")
        story.promised("lights", "2025-02-01", due="2025-06-01")
        record(stage, story)
    stage.rebuild()
    return both


@pytest.fixture
def cannot_take_the_bad_day(monkeypatch):
    """Let one projection fail wherever something is due on a certain day."""
    projection = stored_projections()[BROKEN]

    def project(history, method):
        rows = projection.project(history, method)
        if any(row.due_on == BAD_DAY for row in rows):
            raise ZeroDivisionError("words that someone wrote")
        return rows

    monkeypatch.setitem(declaration.DECLARED, BROKEN, msgspec.structs.replace(projection, project=project))

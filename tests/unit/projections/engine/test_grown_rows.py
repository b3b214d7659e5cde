"""Rows made by difference are those made from nothing, to the byte, after every event of any story."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.engine.follow_counts import FollowCounts
from projections.engine.held_partitions import HOLD, HeldPartition, MethodInForce, WholePartition
from projections.engine.row_sets import RowSet, difference_from, project_row_sets
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import stored_projections
from tests.support.growing_stories import GrowingStory, recorded
from tests.support.partnership_story import PartnershipStory

METHOD = default_method()
IN_FORCE = MethodInForce(METHOD, method_sha256(METHOD))
FIRST = date(2025, 1, 6)


class SameObjects(WholePartition):
    """A partition that is projected whole, and gives a row that is equal to one it gave before as the same object."""

    made_whole = ""

    def __init__(self, records):
        super().__init__(records)
        self._given = {}

    def rows(self, as_of, method, projections):
        for projection, rows in super().rows(as_of, method, projections):
            given_rows = self._given.get(projection.name, [])
            kept_rows = tuple(next((each for each in given_rows if each == row), row) for row in rows)
            self._given[projection.name] = kept_rows
            yield projection, kept_rows


steps = st.lists(st.one_of(recorded, recorded, recorded, st.sampled_from(["midnight", "evict"])), max_size=40)


@pytest.mark.parametrize("hold", [HOLD, SameObjects])
def test_rows_by_difference_are_those_from_nothing_after_every_event(hold, rounds):
    @settings(max_examples=rounds(60))
    @given(steps)
    def follow(story_steps):
        growing = GrowingStory(PartnershipStory(), FIRST)
        growing.begin()
        partition = HeldPartition(hold(growing.story.records))
        tables = {}
        for step in story_steps:
            if step == "midnight":
                growing.today += timedelta(days=1)
            elif step == "evict":
                partition = HeldPartition(hold(growing.story.records))
            else:
                growing.grow(*step)
                partition.take(growing.story.records[-1:])
            results = partition.results(growing.today, IN_FORCE, stored_projections().values(), FollowCounts())
            hold_to_nothing(growing, results)
            write(partition, results, tables)

    follow()


def hold_to_nothing(growing, results):
    """Hold row sets against those that are projected from nothing: rows, their order, their bytes and headers."""
    anew = project_row_sets(growing.story.records, growing.today, METHOD, stored_projections().values())
    for (projection, result), (_, expected) in zip(results, anew, strict=True):
        assert result[:2] == expected[:2], projection.name
        if isinstance(expected, RowSet):
            assert list(result.encoded.items()) == list(expected.encoded.items())
            assert list(result.made.order) == sorted(expected.encoded)


def write(partition, results, tables):
    """Take each row set's difference to a table of its own, which then has to hold exactly its rows."""
    row_sets = [(projection, result) for projection, result in results if isinstance(result, RowSet)]
    for projection, row_set in row_sets:
        table = tables.setdefault(projection.name, {})
        stored = partition.stored.get(projection.name)
        difference = difference_from(row_set, stored.encoded if stored else dict(table))
        for key in difference.removed:
            del table[key]
        for key, row in difference.written.items():
            assert row in row_set.rows
            table[key] = row_set.encoded[key]
        assert table == row_set.encoded
    partition.note_stored(row_sets)

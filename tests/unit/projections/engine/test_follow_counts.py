"""A follower's counts: of what was made again and why, told step by step."""

from contextlib import suppress

from projections.engine.follow_counts import FollowCounts
from projections.engine.row_differences import EncodedRows, encode_rows
from projections.method.document import default_method
from projections.views import projection_called
from tests.support.partnership_story import PartnershipStory


def asked(*asks):
    story = PartnershipStory()
    story.formed("2025-01-01")
    for name in asks:
        story.asked(name, "2025-02-01")
    return projection_called("asks").project(story.at("2025-03-01"), default_method())


def made(rows, before: EncodedRows | None = None):
    return encode_rows(projection_called("asks"), rows, before)


def test_rows_that_are_the_same_objects_are_not_counted_as_encoded_again():
    counts, rows = FollowCounts(), asked("bench", "lamp")
    first = made(rows)
    counts.count_made("first", [first])
    assert (counts.partitions, counts.whole, counts.rows_encoded, counts.row_sets_kept) == (1, {"first": 1}, 2, 0)
    counts.count_made("", [made(rows, first), made([*rows, *asked("tree")], first)])
    assert (counts.partitions, counts.whole, counts.rows_encoded, counts.row_sets_kept) == (2, {"first": 1}, 3, 1)


def test_the_difference_from_earlier_counts_names_only_what_changed():
    counts = FollowCounts()
    counts.count_made("new day", [])
    before = counts.copy()
    assert counts.since(before) == {}
    counts.count_made("new day", [])
    counts.count_made("first", [])
    counts.rows_written += 4
    assert counts.since(before) == {"partitions": 2, "rows_written": 4, "whole": {"new day": 1, "first": 1}}
    assert before.whole == {"new day": 1}


def test_seconds_are_added_to_what_they_were_spent_on_even_where_it_fails():
    counts = FollowCounts()
    for _ in range(2):
        with suppress(ZeroDivisionError), counts.timed("writing"):
            assert 1 / 0
    assert counts.writing_s > 0
    assert counts.projecting_s == counts.encoding_s == 0

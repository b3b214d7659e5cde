"""Stored rows are those of a replay, however they came to be stored."""

from datetime import date, timedelta

import pytest

from projections.engine.digest import digest
from projections.engine.replay import replay
from projections.views import projection_called
from tests.support.seeded_logs import seeded, write
from tests.support.stored_stage import DAY, staged
from tests.unit.projections.engine.test_laws import telling

FIRST = date(2025, 1, 1)
ACTS = [
    ("promise", 0, FIRST, 0),
    ("meet", 0, FIRST + timedelta(days=10), 1),
    ("ask", 0, FIRST + timedelta(days=20), 0),
    ("answer", 5, FIRST + timedelta(days=40), 0),
    ("finish", 3, FIRST + timedelta(days=60), 20),
    ("confirm", 7, FIRST + timedelta(days=70), 0),
    ("correct", 3, FIRST + timedelta(days=90), 0),
]


@pytest.fixture
def stage(database_url):
    with seeded(database_url) as log, staged(database_url, log) as stage:
        yield stage


def test_a_first_rebuild_stores_what_replay_says(stage):
    story = telling(ACTS)
    write(stage.log, story.records)
    report = stage.rebuild(today=DAY)
    assert report.is_swapped
    assert not report.drifts
    assert not report.parked
    assert report.run.events == len(story.records)
    for (name, partition_id), (header, rows) in stage.stored().items():
        answer = replay(stage.log, partition_id, name, as_of=DAY)
        assert header.digest == answer.digest == digest(projection_called(name), rows.values())
        assert header.position == story.head


def test_following_after_a_rebuild_stores_what_a_rebuild_stores(stage):
    story = telling(ACTS)
    write(stage.log, story.records[:4])
    stage.rebuild(today=DAY)
    write(stage.log, story.records[4:])
    assert stage.follower(today=DAY).catch_up() == story.head
    after_following = stage.stored()
    report = stage.rebuild(today=DAY)
    assert report.is_swapped
    assert not report.drifts
    assert stage.stored() == after_following
    later = DAY + timedelta(days=400)
    stage.follower(today=later).catch_up()
    swept = stage.stored()
    assert {header.as_of for header, _ in swept.values()} == {later}
    assert not stage.verify(today=later).drifts
    report = stage.rebuild(today=later, workers=2)
    assert not report.drifts
    assert report.is_swapped
    assert stage.stored() == swept

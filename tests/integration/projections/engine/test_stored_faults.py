"""A partition that cannot be projected is set aside alone and named; another log is never followed."""

from datetime import date
from uuid import uuid4

import msgspec
import pytest

from domain.events.envelope import encode_envelope
from domain.log.errors import RebuildNeeded
from domain.log.event import LogEvent
from projections import declaration
from projections.engine.rebuild import LogAltered
from projections.engine.runs import Finding, parked
from projections.engine.swap import roll_back
from projections.views import stored_projections
from tests.integration.domain.log.test_following import UNGUARD
from tests.support.stored_stage import BAD_DAY, BROKEN, record


def of_a_newer_release(story):
    return LogEvent(
        type="parade-held",
        version=1,
        data=b"\x80",
        tags=[],
        event_id=uuid4(),
        partition_id=story.partition_id,
        occurred_at=story.records[0].occurred_at,
        envelope=encode_envelope(story.records[0].envelope),
    )


def set_aside(stage):
    with stage.owner() as connection:
        return parked(connection, stage.live().values())


@pytest.mark.usefixtures("cannot_take_the_bad_day")
def test_one_partition_that_one_projection_cannot_take_is_set_aside_alone(stage, two):
    one, other = two
    good = stage.stored()[BROKEN, one.partition_id]
    promise = one.promised("bins", "2025-03-01", due=BAD_DAY.isoformat())
    at_fault = record(stage, one)
    other.promised("bins", "2025-03-01", due="2025-06-01")
    head = record(stage, other)
    assert stage.follower().catch_up() == head
    finding = Finding(
        projection=BROKEN,
        partition_id=one.partition_id,
        fault="ZeroDivisionError",
        position=at_fault,
        event_name="commitment-made",
    )
    assert set_aside(stage) == [finding]
    live_rows = stage.stored()
    assert live_rows.pop((BROKEN, one.partition_id)) == good
    assert {header.position for (_, which), (header, _) in live_rows.items() if which == one.partition_id} == {at_fault}
    assert {header.position for (_, which), (header, _) in live_rows.items() if which == other.partition_id} == {head}
    assert not stage.verify().drifts
    one.confirmed(one.corrected(promise, "2025-04-01")(due="2026-02-01"), "2025-04-02")
    record(stage, one)
    stage.follower().catch_up()
    assert set_aside(stage) == []
    assert stage.hold_to_replay()


@pytest.mark.usefixtures("cannot_take_the_bad_day")
def test_a_rebuild_that_cannot_take_something_in_names_it_and_keeps_its_last_good_rows(stage, two):
    one, other = two
    promise = one.promised("bins", "2025-03-01", due=BAD_DAY.isoformat())
    at_fault = record(stage, one)
    other.promised("bins", "2025-03-01", due="2025-06-01")
    head = record(stage, other)
    good, live = stage.stored()[BROKEN, one.partition_id], stage.live()
    report = stage.rebuild()
    assert report.is_swapped
    assert stage.live().keys() == live.keys()
    assert not {build.build for build in stage.live().values()} & {build.build for build in live.values()}
    (finding,) = report.parked
    assert (finding.projection, finding.partition_id) == (BROKEN, one.partition_id)
    assert (finding.position, finding.event_name) == (at_fault, "commitment-made")
    assert report.run.state == "done"
    assert f"{BROKEN}, partition {one.partition_id}, commitment-made at position {at_fault}" in report.run.fault
    assert "words" not in report.run.fault
    live_rows = stage.stored()
    assert live_rows.pop((BROKEN, one.partition_id)) == good
    assert {header.position for (_, which), (header, _) in live_rows.items() if which == one.partition_id} == {at_fault}
    assert {header.position for (_, which), (header, _) in live_rows.items() if which == other.partition_id} == {head}
    assert stage.verify().drifts == ()
    one.confirmed(one.corrected(promise, "2025-04-01")(due="2026-02-01"), "2025-04-02")
    record(stage, one)
    report = stage.rebuild()
    assert report.is_swapped
    assert not report.parked
    assert stage.hold_to_replay()


def test_a_rebuild_after_the_fault_was_in_the_code_begins_anew(stage, two, monkeypatch):
    projection = stored_projections()[BROKEN]
    broken = msgspec.structs.replace(projection, project=lambda *_: 1 // 0)
    with monkeypatch.context() as patch:
        patch.setitem(declaration.DECLARED, BROKEN, broken)
        report = stage.rebuild()
        assert {each.partition_id for each in report.parked} == {story.partition_id for story in two}
        assert (report.is_swapped, report.run.state) == (False, "failed")  # it can take in nothing: what is live stays
    report = stage.rebuild()
    assert (report.is_resumed, report.is_swapped) == (False, True)
    assert stage.hold_to_replay()


def test_a_partition_with_an_event_of_a_newer_release_is_set_aside_whole(stage, two):
    one, other = two
    good = {key: row_set for key, row_set in stage.stored().items() if key[1] == one.partition_id}
    at_fault = stage.log.append([of_a_newer_release(one)])
    other.promised("bins", "2025-03-01", due="2025-06-01")
    head = record(stage, other)
    assert stage.follower(batch=1).catch_up() == head
    assert [(each.projection, each.partition_id, each.position, each.event_name) for each in set_aside(stage)] == [
        (name, one.partition_id, at_fault, "parade-held") for name in sorted(stored_projections())
    ]
    live_rows = stage.stored()
    assert {key: each for key, each in live_rows.items() if key[1] == one.partition_id} == good
    assert {header.position for (_, which), (header, _) in live_rows.items() if which == other.partition_id} == {head}
    report = stage.rebuild()
    assert report.is_swapped
    assert len(report.parked) == len(stored_projections())
    assert stage.stored() == live_rows


def put_under_another_id(connection):
    connection.execute("UPDATE log.header SET log_id = gen_random_uuid()")
    connection.execute("UPDATE log.kept SET log_id = header.log_id FROM log.header")


def lose_the_last(connection):
    connection.execute("DELETE FROM log.event WHERE position > 6")
    connection.execute("DELETE FROM log.kept WHERE position > 6")


@pytest.mark.parametrize("restore", [put_under_another_id, lose_the_last])
@pytest.mark.parametrize("goes_on", [False, True], ids=["as it was", "gone on"])
def test_another_or_a_restored_log_is_not_followed_and_a_rebuild_mends_it(stage, two, restore, goes_on):
    one, _ = two
    stage.rebuild()
    before = stage.stored()
    with stage.owner() as connection:
        connection.execute(UNGUARD)
        restore(connection)
    if goes_on:
        for number in range(5):
            one.asked(f"bench {number}", "2025-05-01")
        record(stage, one)
    with pytest.raises(RebuildNeeded):
        stage.follower().catch_up()
    assert stage.stored() == before
    report = stage.rebuild()
    assert report.is_swapped
    assert {each.projection for each in report.drifts if each.fault == "tracking"} == set(stored_projections())
    assert stage.hold_to_replay()
    assert stage.follower().catch_up() == stage.log.head().position
    with stage.connections.open("rollback") as connection, pytest.raises(RebuildNeeded):
        roll_back(stage.log, connection, stored_projections(), date(2026, 1, 1))
    assert stage.hold_to_replay()


@pytest.mark.usefixtures("two")
def test_what_is_altered_as_soon_as_a_rebuild_has_read_it_is_put_in_place_nowhere(stage):
    before = stage.live()

    def alter(progress):
        if progress.phase == "filling" and progress.done == progress.of:
            with stage.owner() as owner:
                owner.execute(UNGUARD)
                owner.execute("UPDATE log.event SET data = data || '\\x00'::bytea WHERE position = 1")

    with pytest.raises(LogAltered, match=r"event 1 .*its content is not what its leaf says"):
        stage.rebuild(report_progress=alter)
    assert stage.live() == before

"""Whatever is changed in what is stored by another hand than ours is found, named and mended, every time."""

from datetime import date, timedelta

import pytest

from projections.engine.columns import columns_of
from projections.views import stored_projections
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.worker_processes import append, appended, follow, process, stored
from tests.unit.projections.engine.test_laws import tell

NAME = "commitments"
CHANGED = {
    "text": "coalesce({column}, '') || 'x'",
    "text[]": "array_append({column}, 'x')",
    "uuid": "gen_random_uuid()",
    "uuid[]": "array_append({column}, gen_random_uuid())",
    "bigint": "coalesce({column}, 0) + 1",
    "double precision": "coalesce({column}, 0) + 0.001",
    "boolean": "NOT coalesce({column}, false)",
    "timestamptz": "coalesce({column}, now()) + interval '1 second'",
    "date": "coalesce({column}, current_date) + 1",
    "jsonb": "'{{\"changed\": true}}'",
}


def partnership(name):
    story, first = PartnershipStory(name), date(2025, 1, 1)
    story.formed(first.isoformat())
    for who in (COUNCIL, TENANTS):
        story.joined(who, first.isoformat())
    for number, act in enumerate(
        ("promise", "meet", "ask", "answer", "promise", "finish", "confirm", "ask", "correct", "rate")
    ):
        tell(story, act, number, (first + timedelta(days=10 * number)).isoformat())
    return story


def given_partnerships(stage, count):
    stories = [partnership(f"partnership {number}") for number in range(count)]
    for story in stories:
        stage.log.append([stored(record) for record in story.records])
    stage.rebuild()
    return sorted(story.partition_id for story in stories)


def found(report):
    return [(each.projection, each.partition_id, each.fault) for each in report.drifts]


@pytest.mark.parametrize("name", sorted(stored_projections()))
def test_a_change_of_any_column_of_any_projection_is_found_and_named(stage, name):
    projection = stored_projections()[name]
    columns = columns_of(projection)
    partnerships = given_partnerships(stage, len(columns.names))
    table = stage.live()[name].table
    with stage.owner() as connection:
        for partition_id, column, kind in zip(partnerships, columns.names, columns.types, strict=True):
            changed = CHANGED[kind].format(column=f'"{column}"')
            connection.execute(
                f'UPDATE projection.{table} SET "{column}" = {changed} WHERE (partition_id, row_key) = '  # noqa: S608 - names of our own
                f"(SELECT partition_id, row_key FROM projection.{table} WHERE partition_id = %s LIMIT 1)",
                (partition_id,),
            )
    report = stage.verify()
    assert found(report) == [(name, partition_id, "rows") for partition_id in partnerships]
    for column, drift in zip(columns.names, report.drifts, strict=True):
        assert drift.row_key.keys() == set(projection.key)
        assert {name for name in columns.names if drift.live[name] != drift.rebuilt[name]} == {column}
    report = stage.rebuild()
    assert found(report) == [(name, partition_id, "rows") for partition_id in partnerships]
    assert report.is_swapped
    assert not stage.verify().drifts
    assert stage.hold_to_replay()


COPIED = "INSERT INTO {table} SELECT (jsonb_populate_record(r, '{copy}')).* FROM {table} r WHERE {row}"
ANOTHER_KEY = '{{"row_key": "\\\\x00"}}'
ANOTHER_ROW = '{{"row_key": "\\\\x00", "commitment_id": "3f0b5a52-6a53-4c1e-9f0e-0f6a1f0c7a11"}}'
ALL_ROWS = "DELETE FROM {table} WHERE partition_id = '{one}'"
ALL_HEADERS = "DELETE FROM projection.row_set WHERE build = {build} AND partition_id = '{one}'"
ROWS = {  # what is done, and whether a row is then live that should not be, or is not that should
    "a row is removed": ("DELETE FROM {table} WHERE {row}", False),
    "a row is added": (COPIED.replace("{copy}", ANOTHER_ROW), True),
    "a row stands twice": (COPIED.replace("{copy}", ANOTHER_KEY), True),
    "a row stands under another key": ("UPDATE {table} SET row_key = '\\x00' WHERE {row}", True),
    "all rows are removed": (ALL_ROWS, False),
    "all rows and the header are removed": (f"{ALL_ROWS}; {ALL_HEADERS}", False),
}
HEADER = "UPDATE projection.row_set SET {change} WHERE build = {{build}} AND partition_id = '{{one}}'"
HEADERS = {
    **{
        f"its header says {change}": HEADER.format(change=change)
        for change in (
            "position = position + 1",
            "position = position - 1",
            "as_of = as_of + 1",
            "as_of = as_of - 1",
            "method_sha256 = 'another'",
            "rows = rows + 1",
            "digest = 'another'",
        )
    },
    "its header is removed": ALL_HEADERS,
}
TRACKING = "UPDATE projection.tracking SET notification_id = {change} WHERE application_name = '{{name}}'"
BUILD = "UPDATE projection.build SET {change} WHERE build = {{build}}"
POSITIONS = {
    "its tracking is ahead": TRACKING.format(change="notification_id + 1"),
    "its tracking is behind": TRACKING.format(change="notification_id - 1"),
    "its tracking is removed": "DELETE FROM projection.tracking WHERE application_name = '{name}'",
    "its position is ahead": BUILD.format(change="position = position + 1"),
    "its position is behind": BUILD.format(change="position = position - 1"),
    "its leaf is another": BUILD.format(change="leaf = decode(repeat('00', 32), 'hex')"),
    "its log is another": BUILD.format(change="log_id = gen_random_uuid()"),
}


def corrupt(stage, statements, one):
    build = stage.live()[NAME]
    with stage.owner() as connection:
        table = f"projection.{build.table}"
        row = f"ctid = (SELECT ctid FROM {table} WHERE partition_id = '{one}' LIMIT 1)"  # noqa: S608 - our own
        text = statements.format(table=table, row=row, name=build.table, build=build.build, one=one)
        for statement in text.split(";"):
            assert connection.execute(statement).rowcount > 0


@pytest.mark.parametrize(("statements", "is_live"), ROWS.values(), ids=ROWS)
def test_rows_that_are_not_as_written_are_found(stage, statements, is_live):
    one, _ = given_partnerships(stage, 2)
    corrupt(stage, statements, one)
    for report in (stage.verify(), stage.rebuild()):
        assert found(report) == [(NAME, one, "rows")]
        (drift,) = report.drifts
        assert drift.row_key.keys() == {"commitment_id"}
        assert (drift.live is not None, drift.rebuilt is not None) == (is_live, not is_live)
    assert not stage.verify().drifts


@pytest.mark.parametrize("statements", HEADERS.values(), ids=HEADERS)
def test_a_header_that_is_not_as_written_is_found(stage, statements):
    one, _ = given_partnerships(stage, 2)
    corrupt(stage, statements, one)
    for report in (stage.verify(), stage.rebuild()):
        ((name, partition_id, fault),) = found(report)
        assert (name, partition_id) == (NAME, one)
        (drift,) = report.drifts
        assert fault == ("rows" if drift.row_key else "header")
        assert drift.live != drift.rebuilt
    assert not stage.verify().drifts


@pytest.mark.parametrize("statements", POSITIONS.values(), ids=POSITIONS)
def test_a_position_that_is_not_as_written_is_found(stage, statements):
    one, _ = given_partnerships(stage, 2)
    corrupt(stage, statements, one)
    for report in (stage.verify(), stage.rebuild()):
        assert (NAME, None, "tracking") in found(report)
        assert {each.projection for each in report.drifts} == {NAME}
    assert not stage.verify().drifts


def test_rows_of_what_is_no_partnership_are_found(stage):
    one, _ = given_partnerships(stage, 2)
    elsewhere = "3f0b5a52-6a53-4c1e-9f0e-0f6a1f0c7a11"
    corrupt(stage, "UPDATE {table} SET partition_id = '3f0b5a52-6a53-4c1e-9f0e-0f6a1f0c7a11' WHERE {row}", one)
    for report in (stage.verify(), stage.rebuild()):
        assert {(str(each.partition_id), each.fault) for each in report.drifts} == {
            (str(one), "rows"),
            (elsewhere, "stray"),
        }
    assert not stage.verify().drifts


def test_what_is_found_stays_written_down_with_the_night_that_found_it(stage):
    one, _ = given_partnerships(stage, 2)
    corrupt(stage, HEADERS["its header is removed"], one)
    report = stage.verify()
    with stage.owner() as connection:
        row = connection.execute(
            "SELECT is_check, drifted, state FROM projection.run WHERE run_id = %s", (report.run.run_id,)
        ).fetchone()
    assert row == (True, 1, "done")


def test_a_follower_at_work_is_no_drift(stage):
    for _ in appended(stage.log, "before", most=100):
        pass
    stage.rebuild()
    before = stage.live()[NAME].position
    with process(append, stage.dsn, "meanwhile", 0.01), process(follow, stage.dsn, "folkmoot-follower", 50):
        assert [found(stage.verify()) for _ in range(8)] == [[]] * 8
        assert not stage.rebuild().drifts
        assert stage.live()[NAME].position > before

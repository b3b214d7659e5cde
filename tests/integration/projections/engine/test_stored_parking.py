"""Whatever one partition holds, the lists of the others move: what cannot be written is set aside and named."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.log.errors import LogError
from domain.log.recorder import LogRecorder
from projections import declaration
from projections.engine.columns import columns_of
from projections.engine.parking import Unwritable, attempt, attempt_in_one_turn
from projections.engine.replay import replay
from projections.engine.row_sets import RowSet, project_row_sets
from projections.engine.runs import parked
from projections.engine.streams import send_row_sets
from projections.method.document import default_method
from projections.views import stored_projections
from scripts.commands import rebuild
from scripts.support.exits import Exit
from tests.integration.projections.engine.test_stored_laws import fresh_database  # noqa: F401 - a fixture
from tests.support.log_events import eventually
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.stored_stage import DAY, record, staged
from tests.support.worker_processes import follow, process

NAME = "commitments"
NUL = "a\x00b"
patches = pytest.MonkeyPatch.context


def partnership(name):
    story = PartnershipStory(name)
    story.formed("2025-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2025-01-01")
    story.promised("lights", "2025-02-01", due="2025-06-01")
    return story


@pytest.fixture
def two(stage):
    both = partnership("one"), partnership("other")
    for story in both:
        record(stage, story)
    stage.rebuild(today=DAY)
    return both


def set_aside(stage):
    with stage.owner() as connection:
        return {(each.projection, each.partition_id): each for each in parked(connection, stage.live().values())}


def moved(stage, story):
    """Check of one partition that all that is stored of it is what its replay says, up to its last event."""
    for name in stored_projections():
        header, _ = stage.stored()[name, story.partition_id]
        answer = replay(stage.log, story.partition_id, name, as_of=header.as_of)
        assert (header.position, header.digest) == (last_of(stage, story), answer.digest)
    return True


def last_of(stage, story):
    return stage.log.read_partition(story.partition_id)[-1].position


# The row's own example


@pytest.mark.parametrize("takes_in", ["follow", "sweep", "rebuild"])
def test_a_label_with_a_nul_parks_its_partition_alone_until_the_record_is_mended(stage, two, takes_in):
    one, other = two
    good = stage.stored()[NAME, one.partition_id]
    promise = one.promised("bins", "2025-03-01", details={"theme": NUL})
    at_fault = record(stage, one)
    if takes_in == "sweep":  # what a day brings is written without any event
        stage.follower(today=DAY).catch_up()
    other.promised("bins", "2025-03-01")
    record(stage, other)
    if takes_in == "rebuild":
        assert stage.rebuild(today=DAY).is_swapped
    else:
        stage.follower(today=DAY.replace(day=2) if takes_in == "sweep" else DAY).catch_up()
    assert stage.is_level()
    assert moved(stage, other)
    findings = set_aside(stage)
    assert {which for _, which in findings} == {one.partition_id}
    finding = findings[NAME, one.partition_id]
    assert (finding.position, finding.event_name) == (at_fault, "commitment-made")
    assert finding.fault == "cannot be written: CharacterNotInRepertoire"
    assert stage.stored()[NAME, one.partition_id] == good
    assert not stage.verify(today=DAY).drifts
    one.corrected(promise, "2025-04-01")(theme="ab")
    record(stage, one)
    report = stage.rebuild(today=DAY.replace(day=2))
    assert (report.is_swapped, report.parked) == (True, ())
    assert set_aside(stage) == {}
    assert stage.hold_to_replay()


def test_the_follower_that_runs_goes_on_and_the_command_says_what_is_parked_until_it_is_mended(stage, two, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    one, other = two
    parser = ArgumentParser()
    rebuild.configure(parser)
    everything = parser.parse_args(["--all", "--workers", "1"])
    with process(follow, stage.dsn, "folkmoot-follower", 50) as follower:
        promise = one.promised("bins", "2025-03-01", details={"theme": NUL})
        record(stage, one)
        other.promised("bins", "2025-03-01")
        record(stage, other)
        eventually(stage.is_level)
        assert rebuild.run(everything) is Exit.POISON_EVENT
        other.promised("benches", "2025-03-01")
        record(stage, other)
        eventually(stage.is_level)
        assert moved(stage, other)
        assert {which for _, which in set_aside(stage)} == {one.partition_id}
        one.corrected(promise, "2025-04-01")(theme="ab")
        record(stage, one)
        eventually(stage.is_level)
        assert set_aside(stage) == {}
        assert rebuild.run(everything) is Exit.DONE
        assert follower.is_alive()
    assert stage.hold_to_replay()


def test_where_every_partition_is_parked_the_rest_of_what_is_stored_of_them_moves(stage, two):
    for story in two:
        story.promised("bins", "2025-03-01", details={"theme": NUL})
        record(stage, story)
    stage.follower(today=DAY).catch_up()
    assert {which for name, which in set_aside(stage) if name == NAME} == {story.partition_id for story in two}
    before = stage.stored()
    report = stage.rebuild(today=DAY)
    assert (report.is_swapped, len(report.parked) > 0) == (True, True)
    assert stage.stored() == before


def test_a_partition_that_was_never_good_is_named_and_has_no_rows(stage):
    one, other = partnership("one"), partnership("other")
    one.promised("bins", "2025-03-01", details={"theme": NUL})
    for story in (one, other):
        record(stage, story)
    assert stage.rebuild(today=DAY, shards=1).is_swapped
    assert {which for name, which in stage.stored() if name == NAME} == {other.partition_id}
    assert moved(stage, other)
    assert (NAME, one.partition_id) in set_aside(stage)
    assert not stage.verify(today=DAY).drifts


def test_what_was_parked_by_mistake_is_shown_as_drift_even_where_it_cannot_be_kept_as_json(stage, two):
    one, _ = two
    one.promised("bins", "2025-03-01", details={"theme": NUL})
    record(stage, one)
    stage.follower(today=DAY).catch_up()
    with stage.owner() as connection:
        connection.execute("DELETE FROM projection.parked")
        header = "UPDATE projection.row_set SET position = %s WHERE partition_id = %s"
        connection.execute(header, (last_of(stage, one), one.partition_id))
    drifts = [each for each in stage.verify(today=DAY).drifts if each.projection == NAME]
    assert [(each.partition_id, each.fault) for each in drifts] == [(one.partition_id, "rows")]
    assert drifts[0].rebuilt["theme"] == "a\ufffdb"


def test_a_stored_value_beyond_the_calendar_is_written_anew_and_stops_nobody(stage, two):
    one, _ = two
    table = stage.live()[NAME].table
    with stage.owner() as connection:
        connection.execute(f"UPDATE projection.{table} SET due_on = 'infinity' WHERE due_on IS NOT NULL")  # noqa: S608 - a name of our own
    for story in two:
        story.promised("bins", "2025-03-01")
        record(stage, story)
    stage.follower(today=DAY).catch_up()
    assert stage.hold_to_replay()
    assert one.head


# What lies in the server parks nobody

SERVER = {
    "the disk is full": psycopg.errors.DiskFull,
    "another waits too long for a lock": psycopg.errors.LockNotAvailable,
    "two transactions cannot both be right": psycopg.errors.SerializationFailure,
    "it is told to stop": psycopg.errors.AdminShutdown,
    "it has no memory left": psycopg.errors.OutOfMemory,
    "the table is another": psycopg.errors.UndefinedColumn,
    "the connection is lost": psycopg.OperationalError,
}


@pytest.mark.parametrize("error", SERVER.values(), ids=SERVER)
def test_what_lies_in_the_server_is_raised_and_parks_nobody(stage, two, monkeypatch, error):
    one, _ = two
    one.promised("bins", "2025-03-01")
    record(stage, one)

    def fail(*_):
        raise error("not now")

    with monkeypatch.context() as patch:
        for module in ("updater.write_step", "fill.send_row_sets"):
            patch.setattr(f"projections.engine.{module}", fail)
        with pytest.raises((psycopg.Error, LogError)):
            stage.follower(today=DAY).catch_up()
        with pytest.raises((psycopg.Error, LogError)):
            stage.rebuild(today=DAY)
    assert set_aside(stage) == {}
    stage.follower(today=DAY).catch_up()
    assert stage.hold_to_replay()


# The property: values of every kind that some table does not take, in any column, at any moment

WRONG = {
    "text": (NUL, "\ud800", b"bytes", 7),
    "text[]": ((NUL,), ("\ud800",), 7),
    "uuid": ("no id", 7),
    "uuid[]": (("no id",), 7),
    "bigint": (2**63, -(2**63) - 1, 2**70, "many"),
    "double precision": ("much", 10**400),
    "boolean": ("perhaps",),
    "date": ("2025-02-30", datetime(2025, 1, 1, tzinfo=UTC), 7),
    "timestamptz": ("soon", 7),
    "jsonb": ({"a\x00": 1}, {"a": float("inf")}, {"a": float("nan")}, {"a": "\ud800"}, {1: object()}, "\x00"),
}
COLUMNS = [
    (name, column, value)
    for name, projection in sorted(stored_projections().items())
    for column, kind in zip(columns_of(projection).names, columns_of(projection).types, strict=True)
    for value in WRONG[kind]
]
FAULTS = st.sampled_from([*COLUMNS, *((name, "twice", None) for name in sorted(stored_projections()))])


def test_whatever_a_column_is_given_it_is_written_or_named_and_the_transaction_goes_on(stage, two):
    one, _ = two
    one.asked("bench", "2025-03-01")
    one.rated("pulse", "2025-03-01", (0, 1, 2, 3, 4))
    row_sets = dict(project_row_sets(one.records, DAY, default_method(), stored_projections().values()))
    outcomes = []
    with stage.owner() as connection, connection.transaction():
        for projection, original in row_sets.items():
            build = stage.live()[projection.name]
            elsewhere = original.header._replace(partition_id=UUID(int=1))
            for name, column, value in COLUMNS:
                if name == projection.name:
                    wrong = msgspec.structs.replace(original.rows[0], **{column: value})
                    row_set = RowSet(elsewhere, (wrong, *original.rows[1:]), original.encoded)
                    outcomes.append(
                        attempt(
                            connection, partial(send_row_sets, connection, build, projection, [row_set]), keep=False
                        )
                    )
                    assert connection.execute("SELECT 1").fetchone() == (1,)
    kinds = {each.kind.removeprefix("cannot be written: ") for each in outcomes if isinstance(each, Unwritable)}
    assert kinds >= {"CharacterNotInRepertoire", "UntranslatableCharacter", "OverflowError", "UnicodeEncodeError"}
    assert len(outcomes) == len(COLUMNS)


def test_a_turn_that_breaks_off_is_undone_alone_and_what_it_would_have_sent_can_be_sent_again(stage):
    with stage.owner() as connection, connection.transaction():
        connection.execute("CREATE TEMP TABLE numbers (number smallint)")

        def write(one, other):
            connection.execute("INSERT INTO numbers VALUES (%s::integer)", (one,))
            connection.execute("INSERT INTO numbers SELECT %s::integer", (other,))

        connection.prepare_threshold = 0
        fault = attempt_in_one_turn(connection, partial(write, 100_000, 2))
        assert fault == Unwritable("cannot be written: NumericValueOutOfRange")
        assert attempt_in_one_turn(connection, partial(write, 3, 4)) is None
        assert connection.execute("SELECT number FROM numbers ORDER BY number").fetchall() == [(3,), (4,)]
        with pytest.raises(psycopg.errors.UndefinedTable):
            attempt_in_one_turn(connection, lambda: connection.execute("INSERT INTO elsewhere VALUES (1)"))
        assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (2,)


def spoilt(projection, partition_id, column, value):
    """Let a projection make of one partition a row that holds a value, or the same row twice."""

    def project(history, method):
        rows = list(projection.project(history, method))
        if history.partition_id != partition_id or not rows:
            return rows
        if column == "twice":
            return [*rows, rows[0]]
        return [msgspec.structs.replace(rows[0], **{column: value}), *rows[1:]]

    return msgspec.structs.replace(projection, project=project)


def lived_through(stage, patch, fault, acts):
    name, column, value = fault
    one, others = partnership("one"), [partnership("other"), partnership("third")]
    for story in (one, *others):
        record(stage, story)
    if acts[0] == "rebuild":
        stage.rebuild(today=DAY, shards=1)
    projection = stored_projections()[name]
    patch.setitem(declaration.DECLARED, name, spoilt(projection, one.partition_id, column, value))
    for number, act in enumerate(acts):
        for story in (one, *others):
            story.asked(f"ask {number}", "2025-03-01")
            story.promised(f"promise {number}", "2025-03-01", due="2025-05-01")
            record(stage, story)
        if act == "follow" and stage.live():
            assert stage.follower(today=DAY, batch=3).catch_up() == stage.log.head().position
        else:
            assert stage.rebuild(today=DAY, shards=2).is_swapped
        assert stage.is_level()
        assert all(moved(stage, story) for story in others)
        assert set_aside(stage).keys() <= {(name, one.partition_id)}
    assert {(each.projection, each.partition_id) for each in stage.verify(today=DAY).drifts} <= {
        (name, one.partition_id)  # a row that a table takes as another is no drift of anybody else's
    }
    patch.setitem(declaration.DECLARED, name, projection)
    report = stage.rebuild(today=DAY)
    assert (report.is_swapped, report.parked) == (True, ())
    assert stage.hold_to_replay()


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(fault=FAULTS, acts=st.lists(st.sampled_from(["follow", "rebuild"]), min_size=1, max_size=3))
@example(fault=(NAME, "theme", NUL), acts=["follow", "rebuild", "follow"])
@example(fault=("trust", "n", 2**63), acts=["rebuild", "follow", "rebuild"])
def test_whatever_one_partition_holds_the_lists_of_the_others_move(fresh_database, fault, acts):  # noqa: F811 - the fixture that is imported
    with fresh_database() as dsn, LogRecorder(dsn) as log, staged(dsn, log) as stage, patches() as patch:
        lived_through(stage, patch, fault, acts)

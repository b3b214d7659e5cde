"""The ground of stored projections is looked at before they are followed, swapped or put back; refusals name it."""

import json
from argparse import Namespace
from datetime import date

import psycopg
import pytest
from psycopg.sql import SQL

from domain.log.errors import RebuildNeeded
from projections.declaration import ProjectionRow
from projections.engine import rebuild, runs
from projections.engine.builds import LEADING, ViewHeld, builds, qualified, take_lock
from projections.engine.follow import AnotherLeads
from projections.engine.shard_tasks import DatabaseAddresses
from projections.engine.shards import Unproven
from projections.engine.swap import roll_back
from projections.views import stored_projections
from scripts.commands import follow, status
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import ProjectionDatabase
from tests.integration.projections.engine.test_stored_drift import given_partnerships
from tests.support.stored_declarations import declare_stored
from tests.support.stored_stage import BAD_DAY, record
from tests.support.worker_processes import appended

DAY = date(2026, 1, 1)


@pytest.mark.parametrize("change", ["leaf = 'x'", "log_id = gen_random_uuid()", "position = position + 1"])
def test_every_live_build_is_looked_at_not_only_the_rearmost(stage, change):
    given_partnerships(stage, 2)
    before = stage.stored()
    with stage.owner() as connection:
        connection.execute(SQL("UPDATE projection.build SET {} WHERE name = 'trust'").format(SQL(change)))
        connection.execute(
            "UPDATE projection.tracking SET notification_id = (SELECT position FROM projection.build "
            "WHERE name = 'trust' AND state = 'live') WHERE application_name LIKE 'trust%'"
        )
    with pytest.raises(RebuildNeeded, match="trust"):
        stage.follower().catch_up()
    assert stage.stored() == before


@pytest.mark.parametrize("change", ["leaf = 'x'", "log_id = gen_random_uuid()", "position = position + 9"])
def test_a_kept_build_of_other_events_is_not_put_back(stage, change):
    given_partnerships(stage, 2)
    stage.rebuild()
    before = stage.live()
    with stage.owner() as connection:
        which = SQL("UPDATE projection.build SET {} WHERE state = 'previous' AND name = 'asks'")
        connection.execute(which.format(SQL(change)))
    with stage.connections.open("rollback") as connection, pytest.raises(RebuildNeeded, match="asks"):
        roll_back(stage.log, connection, stored_projections(), DAY)
    assert stage.live() == before


def test_kept_builds_at_unequal_positions_are_put_back_level(stage):
    given_partnerships(stage, 2)
    stage.rebuild(names=["trust"])
    list(appended(stage.log, 3, most=20))
    stage.follower().catch_up()
    stage.rebuild(names=["health"])
    list(appended(stage.log, 4, most=20))
    stage.rebuild(names=["asks", "commitments", "expressed", "glance", "worklist"])
    with stage.owner() as connection:
        assert len({each.position for each in builds(connection, "previous").values()}) > 1
    with stage.connections.open("rollback") as connection:
        roll_back(stage.log, connection, stored_projections(), DAY)
    stage.follower().catch_up()
    assert stage.hold_to_replay()


def test_a_swap_and_the_note_of_it_are_one(stage, monkeypatch):
    given_partnerships(stage, 2)
    before, finish = stage.live(), runs.end_run

    def lose_the_connection(connection, run_id, state, fault=None):
        if state == "done":
            raise psycopg.OperationalError("the connection was lost")
        finish(connection, run_id, state, fault)

    with monkeypatch.context() as patch:
        patch.setattr(runs, "end_run", lose_the_connection)
        with pytest.raises(Exception, match=r"lost|database"):
            stage.rebuild()
    assert stage.live() == before
    report = stage.rebuild()
    assert (report.is_swapped, report.run.state) == (True, "done")
    assert stage.hold_to_replay()


def test_a_view_of_somebody_else_is_never_pulled_down(stage):
    given_partnerships(stage, 2)
    before = stage.live()
    table = qualified(before["trust"].table)
    with stage.owner() as connection:
        connection.execute("DROP VIEW projection.trust")
        connection.execute(SQL("CREATE VIEW projection.trust AS SELECT r FROM {}").format(table))
        connection.execute("ALTER VIEW projection.trust OWNER TO folkmoot_projector")
        connection.execute("CREATE VIEW public.mine AS SELECT * FROM projection.trust")
    with pytest.raises(ViewHeld, match=r"projection\.trust .* view mine depends on view"):
        stage.rebuild()
    assert stage.live() == before
    with stage.owner() as connection:
        connection.execute("DROP VIEW public.mine")
    assert stage.rebuild().is_swapped


def test_who_would_catch_up_while_another_leads_is_told_so(stage):
    given_partnerships(stage, 1)
    with stage.connections.open("leader") as leader:
        assert take_lock(leader, LEADING)
        with pytest.raises(AnotherLeads):
            stage.follower().catch_up()
        with pytest.raises(CommandFailed) as refused:
            follow._caught_up(stage.follower())
    assert refused.value.code is Exit.ANOTHER_RUN_HOLDS_THE_LOCK


def the_room(stage):
    return ProjectionDatabase(log=stage.log, connections=stage.connections, source=DatabaseAddresses(stage.dsn))


@pytest.mark.usefixtures("cannot_take_the_bad_day")
def test_first_builds_are_put_in_place_without_what_they_could_not_take_in_which_is_named(stage, two, capsys):
    one, other = two
    one.promised("benches", "2025-03-01", due=BAD_DAY.isoformat())
    record(stage, one)
    with stage.owner() as connection:
        connection.execute("UPDATE projection.build SET state = 'retired'")
    follow.build_missing(the_room(stage))
    assert f"Built without commitments of {one.partition_id}" in capsys.readouterr().err
    assert stage.is_level()
    assert {which for name, which in stage.stored() if name == "commitments"} == {other.partition_id}


def test_first_builds_that_are_not_read_back_as_written_end_the_command(stage, monkeypatch):
    def unproven(*_):
        raise Unproven("the rows read back are not those that were written")

    given_partnerships(stage, 1)
    with stage.owner() as connection:
        connection.execute("UPDATE projection.build SET state = 'retired'")
    monkeypatch.setattr(rebuild, "prove_shard", unproven)
    with pytest.raises(CommandFailed) as refused:
        follow.build_missing(the_room(stage))
    assert refused.value.code is Exit.UNEXPECTED


@pytest.mark.usefixtures("cannot_take_the_bad_day")
def test_what_kept_a_new_build_out_of_view_is_told_by_status(stage, two, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    for story in two:  # a projection that can take in none is itself at fault
        story.promised("benches", "2025-03-01", due=BAD_DAY.isoformat())
        record(stage, story)
    assert not stage.rebuild().is_swapped
    assert status.run(Namespace(nights=1, json=True)) is Exit.POISON_EVENT
    findings = json.loads(capsys.readouterr().out)["kept_from_view"]
    assert {(each["projection"], each["partition_id"]) for each in findings} == {
        ("commitments", str(story.partition_id)) for story in two
    }


NEED_NOT = {
    "folkmoot_reader": ("SELECT FROM projection.run", "SELECT FROM projection.drift"),
    "folkmoot_writer": ("SELECT FROM projection.drift", "DELETE FROM projection.run"),
    "folkmoot_projector": ("DELETE FROM projection.run",),
}


@pytest.mark.parametrize("role", NEED_NOT)
def test_no_role_does_to_the_nights_what_it_need_not(stage, role):
    for statement in NEED_NOT[role]:
        with stage.owner() as connection:
            connection.execute(f"SET ROLE {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_names_kept_back_are_those_of_the_schema(stage):
    with stage.owner() as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'projection' AND tablename !~ '_v[0-9]+_b[0-9]+$'"
        ).fetchall()
    for (table,) in tables:
        with pytest.raises(TypeError, match="meaning of its own"):
            declare_stored(table, ProjectionRow)

"""Rows sent by a rebuild to its tables come back as the same bytes; others end the rebuild."""

import hashlib

import pytest
from psycopg.sql import SQL

from projections.engine.builds import builds, qualified
from projections.engine.shards import Unproven
from projections.engine.streams import hash_stored
from projections.views import stored_projections
from tests.integration.projections.engine.test_stored_drift import given_partnerships

BYTES = "SELECT build, sha256 FROM projection.sent WHERE shard = 0"


@pytest.mark.parametrize("name", sorted(stored_projections()))
def test_what_was_sent_comes_back_byte_by_byte(stage, name):
    partnerships = given_partnerships(stage, 3)
    stage.rebuild(shards=1)
    with stage.owner() as connection:
        build = builds(connection, "live")[name]
        digests = dict(connection.execute(BYTES).fetchall())
        came, rows = hash_stored(connection, build, stored_projections()[name], partnerships)
        count = connection.execute(SQL("SELECT count(*) FROM {}").format(qualified(build.table))).fetchone()
    assert (hashlib.sha256(came).digest(), rows) == (digests[build.build], count[0])
    assert rows


def rows_changed(connection, build):
    statement = SQL("UPDATE {} SET causes = causes || gen_random_uuid()")
    connection.execute(statement.format(qualified(build.table)))


def header_changed(connection, build):
    connection.execute("UPDATE projection.row_set SET rows = rows + 1 WHERE build = %s", (build.build,))


def row_gone(connection, build):
    lost = SQL("DELETE FROM {0} WHERE ctid IN (SELECT ctid FROM {0} LIMIT 1)")
    connection.execute(lost.format(qualified(build.table)))


def partition_gone(connection, build):
    row = connection.execute("SELECT partition_id FROM projection.row_set WHERE build = %s", (build.build,)).fetchone()
    connection.execute(SQL("DELETE FROM {} WHERE partition_id = %s").format(qualified(build.table)), row)
    connection.execute("DELETE FROM projection.row_set WHERE build = %s AND partition_id = %s", (build.build, row[0]))


@pytest.mark.parametrize("harm", [rows_changed, header_changed, row_gone, partition_gone])
@pytest.mark.parametrize("is_remembered", [True, False])
def test_what_was_written_is_not_put_in_place_unless_it_is_read_back_so(stage, harm, is_remembered):
    given_partnerships(stage, 3)
    before = stage.live()

    def harm_once_filled(progress):
        if progress.phase == "filling" and progress.done == progress.of:
            with stage.owner() as connection:
                harm(connection, builds(connection, "building")["trust"])
                if not is_remembered:
                    connection.execute("DELETE FROM projection.sent")

    with pytest.raises(Unproven, match="trust_v4"):
        stage.rebuild(report_progress=harm_once_filled)
    assert stage.live() == before
    assert stage.rebuild().is_swapped


def test_a_rebuild_whose_notes_of_what_was_sent_are_lost_is_proven_row_by_row(stage):
    given_partnerships(stage, 3)

    def forget(progress):
        if progress.phase == "filling":
            with stage.owner() as connection:
                connection.execute("DELETE FROM projection.sent")

    assert stage.rebuild(report_progress=forget).is_swapped
    assert stage.hold_to_replay()

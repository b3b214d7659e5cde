"""Rows that cannot be compared are named, and never keep a rebuild from mending them."""

from datetime import date

import pytest
from psycopg.sql import SQL, Identifier

from tests.support.seeded_logs import seeded, write
from tests.support.stored_stage import staged
from tests.unit.projections.engine.test_laws import telling

DAY = date(2026, 6, 1)
ACTS = [("promise", 0, date(2025, 1, 1), 0)]


@pytest.fixture
def stage(database_url):
    with seeded(database_url) as log, staged(database_url, log) as stage:
        write(log, telling(ACTS).records)
        yield stage


@pytest.mark.parametrize(
    "damage",
    ["DROP TABLE {} CASCADE", "UPDATE {} SET due_on = 'infinity'", "ALTER TABLE {} DROP COLUMN due_on CASCADE"],
)
def test_a_table_that_cannot_be_read_is_drift_and_is_mended(stage, damage):
    stage.rebuild(today=DAY)
    table = Identifier("projection", stage.live()["commitments"].table)
    with stage.owner() as connection:
        connection.execute(SQL(damage).format(table))
    assert {each.fault for each in stage.verify(today=DAY).drifts} == {"unreadable"}
    rebuilt = stage.rebuild(today=DAY)
    assert "unreadable" in {each.fault for each in rebuilt.drifts}
    assert rebuilt.is_swapped
    assert stage.verify(today=DAY).drifts == ()


def test_a_check_says_what_it_could_not_compare(stage):
    drifts = stage.verify(today=DAY, names=["asks"]).drifts
    assert [(each.projection, each.fault) for each in drifts] == [("asks", "not compared")]

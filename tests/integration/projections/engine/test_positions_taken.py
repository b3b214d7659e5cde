"""A position is taken once: by several builds at a time just where the event-sourcing library lets each of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.engine.tracking import FollowedAlready, keep_position, take_position
from projections.views import stored_projections

NAMES = sorted(stored_projections())[:3]
steps = st.lists(st.tuples(st.integers(-3, 6), st.sets(st.sampled_from(NAMES), min_size=1)), max_size=8)


def positions(connection, tables):
    rows = connection.execute("SELECT application_name, notification_id FROM projection.tracking")
    return {table: position for table, position in rows.fetchall() if table in tables}


def takes(connection, take):
    """Try a way to take a position in a transaction of its own; says whether it was taken."""
    try:
        with connection.transaction():
            take()
    except FollowedAlready:
        return False
    return True


@pytest.mark.usefixtures("two")
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(steps)
def test_several_builds_take_a_position_just_where_the_library_lets_each_of_them(stage, positions_tried):
    live = stage.live()
    tables = {name: live[name].table for name in NAMES}
    with stage.owner() as connection, connection.transaction(force_rollback=True):
        begun_at = live[NAMES[0]].position
        for table in tables.values():
            keep_position(connection, f"{table} alone", begun_at)
        for further, names in positions_tried:
            position = begun_at + further
            before = positions(connection, tables.values())
            are_let = []
            for name in sorted(names):
                alone = f"{tables[name]} alone"
                are_let.append(takes(connection, lambda alone=alone, to=position: keep_position(connection, alone, to)))
            behind = {live[name].build: tables[name] for name in sorted(names)}
            assert takes(connection, lambda them=behind, to=position: take_position(connection, them, to)) == all(
                are_let
            )
            expected = {tables[name]: position for name in names} if all(are_let) else {}
            assert positions(connection, tables.values()) == before | expected
            for name in names:  # where one refuses, none of them takes it
                connection.execute(
                    "UPDATE projection.tracking SET notification_id = %s WHERE application_name = %s",
                    ((before | expected)[tables[name]], f"{tables[name]} alone"),
                )

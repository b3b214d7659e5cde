"""Sessions of people at pages: open with their token alone, for 20 hours, while their key is in force."""

import psycopg
import pytest

from api.access.keys import Scope, create_key, key_in_force, revoke_key
from api.access.sign_in_links import create_link, use_link
from api.pages.ground.browser_sessions import (
    begin_session,
    end_session,
    find_session,
    note_look,
)


@pytest.fixture
def key_id(services, database_url):
    with psycopg.connect(database_url) as connection:
        key = create_key(connection, name="for a test", scope=Scope.READ)
    return key_in_force(services.recorder, key).key_id


@pytest.fixture
def later(database_url):
    """Let hours pass for every session and link."""

    def passed(hours):
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE api.session SET expires_at = expires_at - %s * interval '1 hour'", (hours,))
            connection.execute("UPDATE api.sign_in_link SET expires_at = expires_at - %s * interval '1 hour'", (hours,))

    return passed


@pytest.fixture
def link(database_url, key_id):
    with psycopg.connect(database_url) as connection:
        return create_link(connection, key_id)


def test_a_token_opens_its_session_and_nothing_else_does(services, key_id):
    token = begin_session(services.recorder, key_id)
    assert find_session(services.recorder, token).key.key_id == key_id
    for wrong in ("", token[:-1], token.swapcase(), "é\ud800", str(key_id)):
        assert find_session(services.recorder, wrong) is None


def test_the_database_holds_no_token(services, database_url, key_id, link):
    token = begin_session(services.recorder, key_id)
    with psycopg.connect(database_url) as connection:
        sessions = connection.execute("SELECT s::text FROM api.session s").fetchall()
        links = connection.execute("SELECT l::text FROM api.sign_in_link l").fetchall()
    assert sessions
    assert links
    for secret in (token, link):
        assert secret not in str((sessions, links))


def test_a_session_that_was_ended_opens_nothing(services, key_id):
    first, other = (begin_session(services.recorder, key_id) for _ in range(2))
    end_session(services.recorder, first)
    assert find_session(services.recorder, first) is None
    assert find_session(services.recorder, other) is not None


def test_a_session_lasts_twenty_hours(services, key_id, later):
    token = begin_session(services.recorder, key_id)
    later(19.9)
    assert find_session(services.recorder, token) is not None
    later(0.2)
    assert find_session(services.recorder, token) is None


def test_a_session_is_over_when_its_key_is_taken_away(services, database_url, key_id):
    token = begin_session(services.recorder, key_id)
    with psycopg.connect(database_url) as connection:
        revoke_key(connection, key_id)
    assert find_session(services.recorder, token) is None


def test_a_link_signs_in_once(services, key_id, link):
    assert use_link(services.recorder, link).key_id == key_id
    assert use_link(services.recorder, link) is None


def test_a_link_that_has_run_out_or_whose_key_was_taken_away_signs_nobody_in(
    services, database_url, key_id, link, later
):
    with psycopg.connect(database_url) as connection:
        other = create_link(connection, key_id)
    later(12.1)
    assert use_link(services.recorder, link) is None
    later(-12.1)
    with psycopg.connect(database_url) as connection:
        revoke_key(connection, key_id)
    assert use_link(services.recorder, other) is None


def test_a_session_knows_how_far_its_holder_had_looked_before_it_began(services, key_id):
    first = find_session(services.recorder, begin_session(services.recorder, key_id))
    assert first.since == 0
    for position in (7, 5):
        note_look(services.recorder, first, position)
    assert find_session(services.recorder, begin_session(services.recorder, key_id)).since == 7

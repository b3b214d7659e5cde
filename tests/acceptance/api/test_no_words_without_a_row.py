"""No words leave without a row that says so, wherever the server is killed."""

import signal
import socket
import threading
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.acceptance.scripts.test_serve import (
    MEETING,
    a_partnership,
    environment,
    headers,
    officer_key,
    serving,
)
from tests.support.log_events import eventually

__all__ = ["environment"]


class Caller:
    """Somebody who asks for one record, and keeps every byte that comes back."""

    def __init__(self, address, path, key):
        parts = urlsplit(str(address))
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=60)
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        )
        self.socket.sendall(request.encode())
        self.received = b""
        self.thread = threading.Thread(target=self._receive)
        self.thread.start()

    def _receive(self):
        try:
            while block := self.socket.recv(65536):
                self.received += block
        except OSError:
            pass  # the server is gone

    def ends(self):
        self.thread.join(timeout=60)
        self.socket.close()
        return self.received


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url) as connection:
        yield connection


@pytest.fixture
def board(environment):
    """A served record of a meeting with notes, and a key of somebody at its table."""
    key = officer_key(environment)
    with serving(environment) as server:
        path = a_partnership(server, key)
        receipt = server.client.post(f"{path}/interactions", headers=headers(key), json=MEETING).json()
        met = next(each["event_id"] for each in receipt["events"] if each["type"] == "interaction-recorded")
        yield server, f"/v1/records/{met}", key


def openings(database_url):
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT count(*) FROM vault.opening").fetchone()[0]


def waits_to_record(database_url):
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%record_opening%' AND wait_event_type = 'Lock'"
        ).fetchone() != (0,)


def test_a_server_killed_before_the_row_is_written_has_sent_nothing(board, owner, database_url):
    server, record, key = board
    owner.execute("LOCK TABLE vault.opening_lock IN EXCLUSIVE MODE")
    caller = Caller(server.client.base_url, record, key)
    eventually(lambda: waits_to_record(database_url))
    assert caller.received == b"", "words were opened, and nothing left before the row is there"
    server.end(signal.SIGKILL)
    assert caller.ends() == b""
    owner.rollback()
    eventually(lambda: not waits_to_record(database_url))
    assert openings(database_url) <= 1


def test_the_words_come_once_the_row_is_there(board, owner, database_url):
    server, record, key = board
    owner.execute("LOCK TABLE vault.opening_lock IN EXCLUSIVE MODE")
    caller = Caller(server.client.base_url, record, key)
    eventually(lambda: waits_to_record(database_url))
    assert (caller.received, openings(database_url)) == (b"", 0)
    owner.rollback()
    assert MEETING["notes"].encode() in caller.ends()
    assert openings(database_url) == 1


def test_where_the_row_waits_too_long_the_request_fails_without_words(board, owner, database_url):
    server, record, key = board
    owner.execute("LOCK TABLE vault.opening_lock IN EXCLUSIVE MODE")
    answer = Caller(server.client.base_url, record, key).ends()
    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert MEETING["notes"].encode() not in answer
    owner.rollback()
    assert openings(database_url) == 0

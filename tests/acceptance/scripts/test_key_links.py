"""Links that `folkmoot key link` prints: an address that signs in once, with a key that is in force."""

import base64
from uuid import uuid4

import psycopg
import pytest

from api.access.keys import Scope, create_key, list_keys, revoke_key
from api.app import create_app
from api.runtime.services import connected
from domain.vault import WrappingKey
from scripts.cli import main
from scripts.support.exits import Exit
from tests.support.page_visitor import PageVisitor

WRAPPING_KEY = b"k" * 32


@pytest.fixture
def key_id(monkeypatch, database_url):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(WRAPPING_KEY).decode())
    with psycopg.connect(database_url) as connection:
        create_key(connection, name="for a test", scope=Scope.READ)
        return list_keys(connection)[0].key_id


def test_an_address_is_printed_that_signs_in_once(key_id, database_url, capsys):
    assert main(["key", "link", str(key_id)]) == Exit.DONE
    address = capsys.readouterr().out.strip()
    with connected(database_url, [WrappingKey(WRAPPING_KEY)], threads=2) as services:
        visitor, another = (PageVisitor(create_app(services)) for _ in range(2))
        assert visitor.client.head(address).status_code == 410
        assert visitor.gets(address).headers["Location"] == "/partnerships"
        assert "Sign out" in visitor.reads("/sign-out")
        assert another.gets(address).status_code == 410


def test_a_key_that_opens_nothing_has_no_link(key_id, database_url, capsys):
    with psycopg.connect(database_url) as connection:
        revoke_key(connection, key_id)
    for unusable in (key_id, uuid4()):
        assert main(["key", "link", str(unusable)]) == Exit.USAGE
        assert "no key that is in force has this id" in capsys.readouterr().err

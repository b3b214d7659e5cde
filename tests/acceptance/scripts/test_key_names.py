"""The names that `folkmoot key create` takes: a body registered there is named by the rules of every other entry."""

import base64

import psycopg
import pytest

from scripts.cli import main
from scripts.support.exits import Exit

UNFIT = ["", "a\nb", "a\x00b", "\u200b\u200d", "\u2800", "a\u202eb", "x" * 301]
"""Names that the API refuses."""
BODY = ("--scope", "record", "--kind", "unitary", "--register")


@pytest.fixture
def create(monkeypatch, database_url):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"k" * 32).decode())
    return lambda *words: main(["key", "create", *words])


def count(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a table of ours


def test_a_name_that_nothing_else_takes_is_refused_with_a_sentence(create, database_url, capsys):
    for name in UNFIT:
        for words in (("--name", name, "--scope", "read"), ("--name", "desk", *BODY, name)):
            code = create(*words)
            output = capsys.readouterr()
            assert (code, output.out, "Traceback" in output.err) == (Exit.USAGE, "", False), (words, output.err)
    assert (count(database_url, "api.key"), count(database_url, "log.event")) == (0, 0)


def test_a_name_is_tidied_and_a_lookalike_is_asked_about(create, database_url, capsys):
    assert create("--name", " front  desk", *BODY, "Cyngor Sir G\u0175yr") == Exit.DONE
    assert "looks like" not in capsys.readouterr().err
    assert create("--name", "desk", *BODY, "Cyngor  Sir Gw\u0302yr") == Exit.DONE
    assert "looks like" in capsys.readouterr().err
    assert main(["key", "list"]) == Exit.DONE
    assert "  front desk\n" in capsys.readouterr().out
    assert count(database_url, "log.event") == 2


def test_nobody_speaks_for_a_body_that_is_not_registered(create, database_url, capsys):
    stranger = "6f2b1f0e-3a4d-4a53-9d0e-1f6d3c1a2b4c"
    assert create("--name", "desk", *BODY, "Exshire Council", "--speaks-for", stranger) == Exit.USAGE
    assert stranger in capsys.readouterr().err
    assert (count(database_url, "api.key"), count(database_url, "log.event")) == (0, 0)

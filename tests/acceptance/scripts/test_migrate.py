"""The schema is applied once, whole or not at all, and never over one that it does not know."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from argparse import Namespace
from pathlib import Path

import psycopg
import pytest

from domain.checkout import ROOT
from scripts.commands import migrate as migrate_command
from scripts.support import database_schema as schema
from scripts.support.database_schema import SchemaMismatch, migrate
from scripts.support.exits import CommandFailed, Exit
from tests.support.pooler import transaction_pooler


@pytest.fixture
def bare_url(server):
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare_for_migration")
        try:
            yield server.dsn("bare_for_migration")
        finally:
            connection.execute("DROP DATABASE bare_for_migration WITH (FORCE)")


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """One part of the house, whose schema files the test writes."""
    monkeypatch.setattr(schema, "_PARTS", {"part": tmp_path})
    return tmp_path


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_a_database_that_takes_no_writes_is_refused_with_a_sentence(bare_url):
    with psycopg.connect(bare_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
    with pytest.raises(SchemaMismatch, match="takes no writes"):
        migrate(bare_url)


def test_a_bare_database_gets_the_log_and_a_second_time_nothing(bare_url):
    assert migrate(bare_url)[0] == "log 1"
    assert migrate(bare_url) == []
    with psycopg.connect(bare_url) as connection:
        assert connection.execute("SELECT count(*) FROM log.header").fetchone() == (1,)


def test_two_that_start_together_migrate_once(bare_url):
    applied: list[list[str]] = []
    together = [threading.Thread(target=lambda: applied.append(migrate(bare_url))) for _ in range(2)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert sorted(map(bool, applied)) == [False, True]


def test_a_later_file_is_applied_on_top_of_an_earlier_one(bare_url, parts):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    assert migrate(bare_url) == ["part 1"]
    (parts / "002_second.sql").write_text("CREATE TABLE second ()")
    assert migrate(bare_url) == ["part 2"]
    assert tables(bare_url) == {"first", "second"}


def test_a_file_that_fails_leaves_the_database_as_it_was(bare_url, parts):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    (parts / "002_second.sql").write_text("CREATE TABLE second (); SELECT 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(bare_url)
    assert tables(bare_url) == set()


def test_a_file_edited_after_it_was_applied_is_refused(bare_url, parts):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    migrate(bare_url)
    (parts / "schema.sql").write_text("CREATE TABLE other ()")
    with pytest.raises(SchemaMismatch, match="part 1 was edited after it was applied"):
        migrate(bare_url)


def test_the_command_names_no_database_and_says_what_stands_in_the_way(bare_url, parts, monkeypatch):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(CommandFailed, match="set DATABASE_URL"):
        migrate_command.run(Namespace(catalogue=False))
    monkeypatch.setenv("DATABASE_URL", bare_url)
    assert migrate_command.run(Namespace(catalogue=False)) == Exit.DONE
    (parts / "schema.sql").write_text("CREATE TABLE other ()")
    with pytest.raises(CommandFailed, match="part 1 was edited"):
        migrate_command.run(Namespace(catalogue=False))


def test_a_database_of_a_newer_version_is_refused(bare_url, parts):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    (parts / "002_second.sql").write_text("CREATE TABLE second ()")
    migrate(bare_url)
    (parts / "002_second.sql").unlink()
    with pytest.raises(SchemaMismatch, match="part 2 was applied by a newer version"):
        migrate(bare_url)


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_pooler_of_transactions_ends_a_command_at_once_and_names_the_setting(bare_url, command):
    folder = Path(tempfile.mkdtemp(prefix="fm-"))
    try:
        with transaction_pooler(bare_url, folder) as pooled:
            environment = {**os.environ, "DATABASE_URL": pooled, "FOLKMOOT_WRAPPING_KEY": "A" * 43 + "="}
            process = subprocess.run(
                [sys.executable, "-m", "scripts.cli", command],
                env=environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
    finally:
        shutil.rmtree(folder)
    assert process.returncode == Exit.CONFIGURATION
    assert "set DATABASE_URL to the address of PostgreSQL itself" in process.stderr
    with psycopg.connect(bare_url) as connection:
        assert connection.execute("SELECT to_regnamespace('log')").fetchone() == (None,)

"""The schema is applied once, whole or not at all, and never over one that it does not know."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest

from domain.checkout import ROOT
from scripts.cli import main
from scripts.support import schema_files
from scripts.support.catalogue import lines
from scripts.support.database_schema import (
    Patience,
    SchemaHeld,
    SchemaMismatch,
    apply_as_it_was,
    migrate,
    require_schema,
)
from scripts.support.exits import Exit
from scripts.support.queue_schema import apply_library
from scripts.support.schema_files import shipped_schema
from tests.support.log_events import eventually
from tests.support.pooler import transaction_pooler

WAITS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE application_name = 'folkmoot-migrate' AND wait_event_type = 'Lock')
"""


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
    monkeypatch.setattr(schema_files, "PARTS", {"part": tmp_path})
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


def test_the_command_names_no_database_and_says_what_stands_in_the_way(bare_url, parts, monkeypatch, capsys):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["migrate"]) == Exit.CONFIGURATION
    assert "set DATABASE_URL" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", bare_url)
    assert main(["migrate"]) == Exit.DONE
    (parts / "schema.sql").write_text("CREATE TABLE other ()")
    assert main(["migrate"]) == Exit.CONFIGURATION
    assert "part 1 was edited" in capsys.readouterr().err


@pytest.fixture
def three_stages(bare_url, parts):
    """A database that a release serves, and the next one's files: two that add, one that ends what is used."""
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    migrate(bare_url)
    (parts / "002_second.sql").write_text("CREATE TABLE second ()")
    (parts / "003_post_first_no_more.sql").write_text("DROP TABLE first")
    (parts / "004_fourth.sql").write_text("CREATE TABLE fourth ()")
    return bare_url


def test_what_ends_what_earlier_releases_use_waits_until_none_of_them_runs(three_stages):
    assert migrate(three_stages) == ["part 2", "part 4"]
    assert tables(three_stages) == {"first", "second", "fourth"}
    assert migrate(three_stages) == []
    assert migrate(three_stages, finish=True) == ["part 3"]
    assert tables(three_stages) == {"second", "fourth"}


def test_a_plan_says_what_comes_in_which_order_and_when_and_changes_nothing(three_stages, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", three_stages)
    assert main(["migrate", "--plan"]) == Exit.DONE
    lines = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    assert lines == [["part", "002", "second"], ["part", "004", "fourth"], ["part", "003", "post_first_no_more"]]
    assert tables(three_stages) == {"first"}
    assert main(["migrate"]) == Exit.DONE
    assert "finish with `folkmoot migrate --finish`: part 3" in capsys.readouterr().out
    assert main(["migrate", "--plan"]) == Exit.DONE
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["003"]


def test_a_release_goes_on_over_a_newer_schema_that_only_added(three_stages, parts):
    migrate(three_stages)
    for newer in parts.glob("00*.sql"):
        newer.unlink()
    require_schema(three_stages)
    assert migrate(three_stages) == []


def test_a_release_is_refused_where_a_newer_one_has_ended_what_it_uses(three_stages, parts):
    migrate(three_stages, finish=True)
    for newer in parts.glob("00*.sql"):
        newer.unlink()
    for look in (require_schema, migrate):
        with pytest.raises(SchemaMismatch, match="part 3 was applied by a newer version"):
            look(three_stages)


def test_a_release_says_what_it_needs_of_an_older_schema(three_stages):
    with pytest.raises(
        SchemaMismatch, match=r"older than this version \(without part 2, part 4\): run `folkmoot migrate`"
    ):
        require_schema(three_stages)


def test_a_migration_lets_others_pass_while_somebody_holds_the_table(three_stages, parts):
    (parts / "002_second.sql").write_text("ALTER TABLE first ADD COLUMN note text")
    hurry = Patience(lock_s=0.2, tries=50, pause_s=0)
    applied: list[list[str]] = []
    with psycopg.connect(three_stages) as long_transaction:
        long_transaction.execute("SELECT FROM first")
        migrating = threading.Thread(target=lambda: applied.append(migrate(three_stages, patience=hurry)))
        migrating.start()
        with psycopg.connect(three_stages, autocommit=True) as reader:
            reader.execute("SET lock_timeout = '5s'")
            eventually(lambda: reader.execute(WAITS).fetchone() == (True,))
            reader.execute("SELECT FROM first")  # behind a migration that waited for ever it would wait as long
            assert reader.execute("SELECT count(*) FROM log.migration").fetchone() == (1,)
    migrating.join()
    assert applied == [["part 2", "part 4"]]


def test_a_migration_that_never_gets_a_table_ends_with_a_sentence_and_applies_nothing_of_its_file(three_stages, parts):
    (parts / "004_fourth.sql").write_text("CREATE TABLE fourth (); ALTER TABLE first ADD COLUMN note text")
    with psycopg.connect(three_stages) as long_transaction:
        long_transaction.execute("SELECT FROM first")
        with pytest.raises(SchemaHeld, match="somebody held a table that part 4 changes, 2 times"):
            migrate(three_stages, patience=Patience(lock_s=0.1, tries=2, pause_s=0))
    assert tables(three_stages) == {"first", "second"}


def test_a_statement_that_takes_too_long_is_cut_short_and_said(three_stages, parts, monkeypatch, capsys):
    (parts / "002_second.sql").write_text("SELECT pg_sleep(30)")
    monkeypatch.setenv("DATABASE_URL", three_stages)
    assert main(["migrate", "--statement-timeout", "0.2"]) == Exit.ANOTHER_RUN_HOLDS_THE_LOCK
    assert "takes longer than 0.2 s here" in capsys.readouterr().err
    assert tables(three_stages) == {"first"}


def test_a_database_of_a_newer_version_is_refused(bare_url, parts):
    (parts / "schema.sql").write_text("CREATE TABLE first ()")
    (parts / "002_post_second.sql").write_text("CREATE TABLE second ()")
    migrate(bare_url)
    (parts / "002_post_second.sql").unlink()
    with pytest.raises(SchemaMismatch, match="part 2 was applied by a newer version"):
        migrate(bare_url)


def test_in_whichever_order_an_upgrade_was_finished_the_schema_is_the_same(server, bare_url):
    """What comes after a file that ends something may be applied before it, and leaves the same."""
    migrate(bare_url)
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute("CREATE DATABASE in_their_order")
    try:
        in_order = server.dsn("in_their_order")
        with psycopg.connect(in_order) as connection:
            apply_as_it_was(connection, {})
            for part in schema_files.PARTS:
                for file in sorted(shipped_schema().values(), key=lambda file: file.number):
                    if file.part == part:
                        connection.execute(file.sql)
                        if file.key == ("work", 1):
                            apply_library(connection, ())
        with psycopg.connect(bare_url) as one, psycopg.connect(in_order) as other:
            assert lines(one) == lines(other)
    finally:
        with psycopg.connect(server.dsn(), autocommit=True) as superuser:
            superuser.execute("DROP DATABASE in_their_order WITH (FORCE)")


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

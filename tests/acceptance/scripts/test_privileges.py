"""With which rights each command makes do, and that what only reads changes nothing; an owner restores a dump."""

import base64
import subprocess
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from domain.embedded_server.installations import find_installations, server_user
from domain.log.memorandum import Memorandum
from scripts.cli import main
from scripts.support.database_schema import migrate
from scripts.support.exits import Exit
from tests.acceptance.scripts.test_restoring import Story

ROLES = ("folkmoot_writer", "folkmoot_reader", "folkmoot_projector")
SCHEMAS = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('log', 'vault', 'api', 'projection')"


@contextmanager
def login(server, *rights: str, grants=()):
    """Make a login with some rights for as long as it takes; give its name."""
    name = f"login_{uuid4().hex[:12]}"
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN " + " ".join(rights)).format(sql.Identifier(name)))
        for role in grants:
            superuser.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(name)))
        try:
            yield name
        finally:
            superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def database(server, owner=None):
    """Make an empty database for as long as it takes; give its address for its owner."""
    name = f"bare_{uuid4().hex}"
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        if owner:
            superuser.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(owner))
            )
        try:
            yield as_login(server.dsn(name), owner) if owner else server.dsn(name)
        finally:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def as_login(dsn: str, name: str) -> str:
    return dsn.replace("//folkmoot@", f"//{name}@")


@pytest.fixture
def give(monkeypatch, capsys):
    """A command run against a database: its exit code and what it said."""

    def given(dsn: str, *words: str):
        monkeypatch.setenv("DATABASE_URL", dsn)
        monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"k" * 32).decode())
        capsys.readouterr()
        code = main(list(words))
        return code, capsys.readouterr().err

    return given


READING = (
    "status",
    "verify",
    "key list",
    f"replay {UUID(int=7)} --view asks",
    "rebuild --dry-run",
    "rebuild --verify-only",
)


@pytest.mark.parametrize("words", READING)
def test_what_only_reads_says_that_a_database_is_empty_and_changes_nothing(server, give, words):
    with database(server) as dsn:
        code, messages = give(dsn, *words.split())
        with psycopg.connect(dsn) as superuser:
            assert superuser.execute(SCHEMAS).fetchone() == (0,)
    assert (code, "there is no Folkmoot in this database yet" in messages) == (Exit.CONFIGURATION, True)


def test_what_only_reads_makes_no_server_of_our_own(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("FOLKMOOT_DATA_DIR", str(tmp_path / "data"))
    for words in (["status"], ["verify"], ["key", "list"]):
        assert main(words) == Exit.CONFIGURATION
        assert "there is no Folkmoot in" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_migrating_without_the_right_to_make_roles_ends_with_a_sentence(server, template, give):
    assert template
    with login(server) as owner, database(server, owner) as dsn:
        code, messages = give(dsn, "migrate")
    assert (code, "(CREATEROLE)" in messages, "Traceback" in messages) == (Exit.CONFIGURATION, True, False)


@pytest.mark.parametrize("inherits", ["INHERIT", "NOINHERIT"])
def test_a_login_that_is_a_mere_member_of_the_writers_role_serves(server, database_url, give, inherits):
    story = Story(database_url, None)
    with login(server, inherits, grants=["folkmoot_writer"]) as member:
        dsn = as_login(database_url, member)
        assert migrate(dsn) == []
        with story.over(dsn, None) as house:
            assert story.reads(house) == ["of the person", "names a child"]
            story.destroys(house, "forgotten")
            assert story.reads(house) == [None, "names a child"]
        code, messages = give(dsn, "rebuild", "--all")
    assert (code, "Traceback" in messages) == (Exit.CONFIGURATION, False)


def test_a_login_that_may_read_nothing_is_told_so(server, database_url, give):
    with login(server) as stranger:
        code, messages = give(as_login(database_url, stranger), "status")
    assert (code, "may not read the log" in messages) == (Exit.CONFIGURATION, True)


def programs(server):
    """The folder of clients of the server's own version."""
    with psycopg.connect(server.dsn()) as connection:
        major = connection.info.server_version // 10_000
    for installation in find_installations(server_user(None), server.data_dir):
        if installation.major == major and (installation.folder / "pg_dump").exists():
            return installation.folder
    pytest.skip("no pg_dump of the server's version is installed")


@pytest.mark.parametrize("options", [["--no-owner"], []], ids=["as documented", "with owners"])
def test_an_owner_who_is_no_superuser_dumps_and_restores_and_goes_on(server, template, give, tmp_path, options):
    assert template
    folder, dump, memorandum = programs(server), tmp_path / "dump", Memorandum(tmp_path / "memorandum.jsonl")
    with (
        login(server, "CREATEROLE", grants=ROLES) as owner,
        database(server, owner) as before,
        database(server, owner) as after,
    ):
        migrate(before)
        story = Story(before, memorandum)
        assert give(before, "rebuild", "--all", "--workers", "1")[0] == Exit.DONE
        subprocess.run([folder / "pg_dump", "--format=custom", f"--file={dump}", before], check=True)
        with story.over(before, memorandum) as house:
            story.destroys(house, "forgotten")
        restored = subprocess.run(
            [folder / "pg_restore", *options, f"--dbname={after}", dump], check=False, capture_output=True, text=True
        )
        if options:
            assert (restored.returncode, restored.stderr) == (0, "")
        code, messages = give(after, "rebuild", "--all", "--workers", "1")
        assert code == Exit.DONE, messages
        with story.over(after, memorandum) as house:
            assert story.reads(house) == [None, "names a child"]
        code, messages = give(after, "verify", "--workers", "1")
        assert code == Exit.DONE, messages
        assert give(after, "rollback")[0] == Exit.DONE

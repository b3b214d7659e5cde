"""In a database of Folkmoot's own, real processes log in as roles that may do what they need and nothing else."""

import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from api.runtime.settings import read_settings
from domain.embedded_server import EmbeddedPostgres
from scripts.support.follower_process import follower_environment
from scripts.support.services import DATABASE
from tests.acceptance.scripts.test_serve import MEETING, a_partnership, folkmoot, headers, officer_key, serving
from tests.support.log_events import eventually

SESSIONS = """
    SELECT DISTINCT application_name, usename::text FROM pg_stat_activity
    WHERE application_name LIKE 'folkmoot-%' AND pid <> pg_backend_pid() ORDER BY 1
"""


@pytest.fixture
def environment():
    """The environment of an installation that has nothing but a data folder."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-own-"))
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FOLKMOOT_", "DATABASE_URL"))}
    try:
        yield {**ours, "FOLKMOOT_DATA_DIR": str(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def owner(environment):
    """A session of the owner's, which keeps the server up."""
    with EmbeddedPostgres(Path(environment["FOLKMOOT_DATA_DIR"]), fsync=False) as server:
        assert folkmoot(environment, "key", "list").returncode != 0  # there is nothing yet, and it makes nothing
        key = officer_key(environment)
        with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
            yield connection, key


def test_serving_and_following_log_in_as_their_roles_and_the_owner_nowhere(environment, owner):
    connection, key = owner
    with serving(environment) as server:
        partnership = a_partnership(server, key)
        recorded = server.client.post(f"{partnership}/interactions", headers=headers(key), json=MEETING)
        assert recorded.status_code == 201
        assert "A bench" in server.client.get(f"{partnership}/asks", headers=headers(key)).text
        eventually(lambda: _logins(connection, "folkmoot-follow"), within_s=60)
        lists = headers(key) | {"Prefer": "wait=30"}
        eventually(lambda: server.client.get("/v1/projections/worklist", headers=lists).status_code == 200)
        sessions = connection.execute(SESSIONS).fetchall()
    assert {name.split("-")[1]: login for name, login in sessions} == {
        "serve": "folkmoot_writer",
        "follow": "folkmoot_projector",
        "work": "folkmoot_worker",
    }
    assert {login for _, login in sessions} == {"folkmoot_writer", "folkmoot_projector", "folkmoot_worker"}


def _logins(connection, name) -> bool:
    return any(application.startswith(name) for application, _ in connection.execute(SESSIONS).fetchall())


COMMANDS = (
    "rebuild --all --workers 2",
    "follow --once",
    "status",
    "who-looked",
    "key list",
    "scrub",
    "verify --workers 1",
)


def test_every_command_makes_do_with_the_login_that_it_has(environment, owner):
    del owner
    for words in COMMANDS:
        ended = folkmoot(environment, *words.split())
        assert ended.returncode == 0, (words, ended.stderr)


def test_a_follower_is_given_no_key_and_no_login_but_its_own(monkeypatch, tmp_path):
    secrets = {
        "FOLKMOOT_WRAPPING_KEY_FILE": str(tmp_path / "wrapping-key"),
        "FOLKMOOT_COOKIE_SECRETS": "c" * 32,
        "FOLKMOOT_SIGN_ON_SECRET": "s" * 32,
        "FOLKMOOT_METRICS_PORT": "9464",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(secrets | {"FOLKMOOT_PUBLIC_URL": "https://folkmoot.example"})
    given = follower_environment(settings, "postgresql://folkmoot_writer@/folkmoot?host=%2Frun")
    assert given.keys() & secrets.keys() == set()
    assert "folkmoot_projector" in given["DATABASE_URL"]
    assert given["FOLKMOOT_MEMORANDUM_FILE"] == f"{tmp_path / 'wrapping-key'}.memorandum"

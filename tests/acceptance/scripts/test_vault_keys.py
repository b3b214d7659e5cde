"""Keys that were destroyed leave no trace in pages and statistics; a new wrapping key takes the place of the former."""

import base64
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from api.access.keys import Scope, create_key
from api.access.tampering import forged_access
from api.pages.ground.drafts import FormDrafts
from api.runtime.services import connected
from domain.vault import Vault, WrappingKey, WrongWrappingKey
from scripts.cli import main
from scripts.support.exits import Exit
from tests.acceptance.scripts.test_restoring import KEY, Story
from tests.support.word_readers import a_reader

NEW = b"n" * 32
PAGES = "SELECT pg_read_binary_file(pg_relation_filepath(%s::regclass))"
SAMPLED = "SELECT staattnum FROM pg_statistic WHERE starelid = 'vault.key'::regclass AND staattnum = {}"


@pytest.fixture
def story(database_url):
    return Story(database_url, None)


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def give(monkeypatch, dsn, *words, keys=(b"k" * 32,)) -> int:
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", " ".join(base64.b64encode(key).decode() for key in keys))
    return main(list(words))


def wrapped(owner) -> set[bytes]:
    return {key for (key,) in owner.execute("SELECT wrapped FROM vault.key").fetchall()}


def in_pages(owner, keys) -> int:
    """Count how many of the keys stand in the files of the vault's table, its indexes and the planner's statistics."""
    owner.execute("CHECKPOINT")
    relations = owner.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'vault'::regnamespace AND relkind IN ('r', 'i') "
        "UNION SELECT 'pg_statistic'"
    ).fetchall()
    whole = b"".join(owner.execute(PAGES, relation).fetchone()[0] for relation in relations)
    return sum(key in whole for key in keys)


def test_after_scrubbing_no_destroyed_key_stands_in_any_page(story, database_url, owner, monkeypatch, capsys):
    before = wrapped(owner)
    with story.over(database_url, None) as house:
        for what in ("forgotten", "taken out"):
            story.destroys(house, what)
    destroyed = before - wrapped(owner)
    assert len(destroyed) >= 3
    assert in_pages(owner, destroyed) == len(destroyed)
    assert give(monkeypatch, database_url, "scrub") == Exit.DONE
    assert "key" in capsys.readouterr().err
    assert in_pages(owner, destroyed) == 0
    assert in_pages(owner, wrapped(owner)) == len(wrapped(owner))
    with story.over(database_url, None) as house:
        assert story.reads(house) == [None, None]


def test_scrubbing_deletes_drafts_that_nobody_saved_for_90_days(database_url, owner, monkeypatch):
    with connected(database_url, [KEY], threads=1) as services:
        for _ in range(2):
            FormDrafts(services, uuid4()).save(uuid4(), uuid4(), "meeting", {"kind": ["call"]}, [uuid4()])
    old = owner.execute("SELECT draft_id FROM api.draft LIMIT 1").fetchone()
    owner.execute("UPDATE api.draft SET saved_at = saved_at - interval '91 days' WHERE draft_id = %s", old)
    assert give(monkeypatch, database_url, "scrub") == Exit.DONE
    assert owner.execute("SELECT count(*) FROM api.draft").fetchone() == (1,)
    assert owner.execute("SELECT count(*) FROM vault.key_subject").fetchone() == (1,)


def test_a_draft_is_opened_under_a_new_wrapping_key(database_url, monkeypatch):
    owner_id, draft_id = uuid4(), uuid4()
    with connected(database_url, [KEY], threads=1) as services:
        FormDrafts(services, owner_id).save(draft_id, uuid4(), "meeting", {"kind": ["call"]}, [])
    assert give(monkeypatch, database_url, "rewrap", keys=(NEW, b"k" * 32)) == Exit.DONE
    with (
        connected(database_url, [WrappingKey(NEW)], threads=1) as services,
        a_reader(services.vault, services.recorder) as reader,
    ):
        assert FormDrafts(replace(services, reader=reader), owner_id).find(draft_id).answers == {"kind": ["call"]}


def test_the_planner_samples_no_key(story, owner):
    assert story
    owner.execute("ANALYZE vault.key")
    columns = dict(
        owner.execute("SELECT attname, attnum FROM pg_attribute WHERE attrelid = 'vault.key'::regclass").fetchall()
    )
    assert owner.execute(SAMPLED.format(columns["wrapped"])).fetchall() == []
    assert owner.execute(SAMPLED.format(columns["purpose"])).fetchall() != []


def test_a_new_wrapping_key_takes_the_place_of_the_former(story, database_url, owner, monkeypatch, capsys):
    create_key(owner, name="a reader", scope=Scope.READ, vault=Vault(KEY))
    former = wrapped(owner)
    assert give(monkeypatch, database_url, "rewrap") == Exit.CONFIGURATION
    assert "the former one" in capsys.readouterr().err
    assert give(monkeypatch, database_url, "rewrap", keys=(NEW, b"k" * 32)) == Exit.DONE
    assert f"{len(former)} keys" in capsys.readouterr().err
    assert in_pages(owner, former) == 0
    assert forged_access(owner, Vault(WrappingKey(NEW))) == []
    with connected(database_url, [WrappingKey(NEW)], threads=1) as services:
        house = type("Opened", (), {"recorder": services.recorder, "vault": services.vault})
        assert story.reads(house) == ["of the person", "names a child"]
    with pytest.raises(WrongWrappingKey), connected(database_url, [KEY], threads=1):
        pass


@pytest.mark.parametrize("words", ["scrub", "rewrap"])
def test_only_the_owner_may_write_the_vault_anew(story, server, database_url, monkeypatch, capsys, words):
    assert story
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute("CREATE ROLE mere_writer LOGIN IN ROLE folkmoot_writer")
        try:
            dsn = database_url.replace("//folkmoot@", "//mere_writer@")
            assert give(monkeypatch, dsn, words, keys=(NEW, b"k" * 32)) == Exit.CONFIGURATION
        finally:
            superuser.execute("DROP ROLE mere_writer")
    assert "owns the database" in capsys.readouterr().err


def test_rewrapping_does_with_the_vaults_role_and_leaves_the_pages_to_the_owner(
    story, server, database_url, owner, monkeypatch, capsys
):
    assert story
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute("CREATE ROLE keeper_of_keys LOGIN IN ROLE folkmoot_vault")
        try:
            dsn = database_url.replace("//folkmoot@", "//keeper_of_keys@")
            assert give(monkeypatch, dsn, "rewrap", keys=(NEW, b"k" * 32)) == Exit.DONE
        finally:
            superuser.execute("DROP ROLE keeper_of_keys")
    assert "run `folkmoot scrub` as the owner" in capsys.readouterr().err
    used = owner.execute("SELECT DISTINCT wrapping_key_id FROM vault.key").fetchall()
    assert used == [(WrappingKey(NEW).key_id,)]

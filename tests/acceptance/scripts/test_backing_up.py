"""A backup is taken while people work, put back whole, and proven; whoever was forgotten stays forgotten."""

import base64
import gzip
import hashlib
import json
import os
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest

from domain.log.sessions import connect
from scripts.backups.backup_parts import write_manifest
from scripts.backups.put_back import put_back
from scripts.backups.stored_tables import LEFT_OUT
from scripts.backups.take_backup import take_backup
from scripts.support.database_schema import apply_as_it_was
from scripts.support.exits import Exit
from scripts.support.schema_files import shipped_schema
from tests.acceptance.scripts.test_privileges import as_login, database, give, login
from tests.acceptance.scripts.test_restoring import LEFT, TABLES, live_keys, memorandum, story
from tests.acceptance.scripts.test_serve import MEETING, a_partnership, folkmoot, headers, officer_key, serving

__all__ = ["give", "memorandum", "story"]
PARTS = {"record": "log", "vault": "vault", "installation": "api"}
SCHEMAS = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('log', 'vault', 'api', 'projection')"


def manifest(folder, part="record"):
    return json.loads((folder / part / "manifest.json").read_text())


def digests(folder, part):
    return {each["table"]: (each["rows"], each["sha256"]) for each in manifest(folder, part)["tables"]}


@pytest.fixture
def back_up(give, tmp_path, database_url):
    def taken(name, dsn=database_url):
        code, messages = give(dsn, "backup", str(tmp_path / name))
        assert code == Exit.DONE, messages
        return tmp_path / name

    return taken


@pytest.fixture
def empty(server):
    with database(server) as dsn:
        yield dsn


@pytest.fixture
def remembered(memorandum, monkeypatch):
    monkeypatch.setenv("FOLKMOOT_MEMORANDUM_FILE", str(memorandum.file))
    return memorandum


def test_what_was_put_back_is_what_was_taken_to_the_last_byte(story, back_up, give, empty, database_url, remembered):
    assert story
    assert remembered.file.exists()
    assert give(database_url, "key", "create", "--name", "kept", "--scope", "read")[0] == Exit.DONE
    taken = back_up("taken")
    assert give(empty, "restore", str(taken))[0] == Exit.DONE
    again = back_up("again", empty)
    for part in PARTS:
        assert digests(again, part) == digests(taken, part)
    assert digests(taken, "record")["event"][0] == manifest(taken)["position"] > 5
    assert digests(taken, "installation")["key"][0] == 1
    assert manifest(again)["root_sha256"] == manifest(taken)["root_sha256"]
    assert give(empty, "rebuild", "--all")[0] == Exit.DONE
    code, messages = give(empty, "verify")
    assert (code, "are as they were recorded" in messages) == (Exit.DONE, True), messages


def test_every_table_is_in_a_backup_but_those_left_out_for_a_reason(story, back_up, database_url):
    assert story
    taken = back_up("taken")
    with psycopg.connect(database_url) as owner:
        for part, schema in PARTS.items():
            names = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)).fetchall()
            assert set(digests(taken, part)) == {name for (name,) in names} - LEFT_OUT.get(schema, {}).keys()
        numbered = "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE attidentity <> '' AND"
        schemas = "relnamespace::regnamespace::text IN ('log', 'vault', 'api')"
        assert owner.execute(f"{numbered} {schemas}").fetchone() == (0,)


@pytest.mark.parametrize("what", LEFT)
def test_an_older_vault_opens_nothing_that_was_destroyed_since(story, back_up, give, empty, database_url, what):
    before = back_up("before")
    with story.over(database_url, None) as house:
        story.destroys(house, what)
    after = back_up("after")
    kept_keys = live_keys(database_url)
    code, messages = give(empty, "restore", str(after), "--vault", str(before))
    assert code == Exit.DONE, messages
    assert live_keys(empty) == kept_keys
    with story.over(empty, None) as house:
        assert story.reads(house) == LEFT[what]


@pytest.mark.parametrize("what", LEFT)
def test_a_backup_from_before_forgets_again_by_the_memorandum(
    story, back_up, give, empty, database_url, remembered, what
):
    before = back_up("before")
    with story.over(database_url, remembered) as house:
        story.destroys(house, what)
    code, messages = give(empty, "restore", str(before))
    assert (code, "Recorded again from the memorandum: 1 " in messages) == (Exit.DONE, True), messages
    with story.over(empty, None) as house:
        assert story.reads(house) == LEFT[what]


def test_a_restore_without_a_memorandum_says_what_it_cannot_know(story, back_up, give, empty):
    assert story
    code, messages = give(empty, "restore", str(back_up("taken")))
    assert (code, "No memorandum speaks of this log" in messages) == (Exit.DONE, True)


def test_a_database_that_is_not_empty_is_refused_and_left_as_it_is(story, back_up, give, database_url):
    taken = back_up("taken")
    with story.over(database_url, None) as house:
        story.destroys(house, "taken out")
    code, messages = give(database_url, "restore", str(taken))
    assert (code, "the database is not empty" in messages) == (Exit.CONFIGURATION, True)
    with story.over(database_url, None) as house:
        assert story.reads(house) == LEFT["taken out"]


def test_a_folder_that_is_there_already_is_left_as_it_is(story, give, database_url, tmp_path):
    assert story
    (tmp_path / "kept").mkdir()
    code, messages = give(database_url, "backup", str(tmp_path / "kept"))
    assert (code, "is there already" in messages) == (Exit.CONFIGURATION, True)
    assert list((tmp_path / "kept").iterdir()) == []


def rewrite(folder, table, change, *, also_the_manifest):
    """Change the rows of a table of the record as somebody would who has the backup in hand."""
    file = folder / "record" / f"{table}.copy.gz"
    rows = change(gzip.decompress(file.read_bytes()))
    file.write_bytes(gzip.compress(rows))
    if also_the_manifest:
        whole = manifest(folder)
        for each in whole["tables"]:
            if each["table"] == table:
                each |= {"sha256": hashlib.sha256(rows).hexdigest(), "rows": rows.count(b"\n")}
        (folder / "record" / "manifest.json").write_text(json.dumps(whole))


@pytest.mark.parametrize(
    ("change", "also_the_manifest", "sentence"),
    [
        (lambda rows: rows.replace(b"person-registered", b"person-registerex"), False, "is not as it was taken"),
        (lambda rows: rows[: rows.rindex(b"\n", 0, -1) + 1], False, "is not as it was taken"),
        (lambda rows: rows.replace(b"person-registered", b"person-registerex"), True, "is not the one that was taken"),
        (lambda rows: rows[: rows.rindex(b"\n", 0, -1) + 1], True, "is not the one that was taken"),
    ],
    ids=["changed", "shortened", "changed with its hash", "shortened with its hash"],
)
def test_a_backup_that_was_altered_is_refused_and_nothing_is_put_back(
    story, back_up, give, empty, change, also_the_manifest, sentence
):
    assert story
    taken = back_up("taken")
    rewrite(taken, "event", change, also_the_manifest=also_the_manifest)
    code, messages = give(empty, "restore", str(taken))
    assert (code, sentence in messages, "Traceback" in messages) == (Exit.CONFIGURATION, True, False), messages
    with psycopg.connect(empty) as owner:
        assert owner.execute(SCHEMAS).fetchone() == (0,)


@pytest.mark.parametrize("part", PARTS)
def test_a_backup_without_one_of_its_parts_is_refused(story, back_up, give, empty, part):
    assert story
    taken = back_up("taken")
    shutil.rmtree(taken / part)
    code, messages = give(empty, "restore", str(taken))
    assert (code, f"holds no {part}" in messages) == (Exit.CONFIGURATION, True)


def test_the_record_is_put_back_without_keys_of_the_api_when_asked_to(story, back_up, give, empty):
    assert story
    taken = back_up("taken")
    shutil.rmtree(taken / "installation")
    assert give(empty, "restore", str(taken), "--without-installation")[0] == Exit.DONE
    with psycopg.connect(empty) as owner:
        assert owner.execute("SELECT count(*) FROM api.key").fetchone() == (0,)


def test_an_owner_who_is_no_superuser_takes_it_and_puts_it_back(server, template, give, tmp_path):
    assert template
    roles = ["folkmoot_writer", "folkmoot_reader", "folkmoot_projector"]
    with (
        login(server, "CREATEROLE", grants=roles) as owner,
        database(server, owner) as one,
        database(server, owner) as other,
    ):
        assert give(one, "migrate")[0] == Exit.DONE
        assert give(one, "key", "create", "--name", "kept", "--scope", "read")[0] == Exit.DONE
        assert give(one, "backup", str(tmp_path / "taken"))[0] == Exit.DONE
        assert give(other, "restore", str(tmp_path / "taken"))[0] == Exit.DONE
        assert give(other, "rebuild", "--all")[0] == Exit.DONE
        code, messages = give(other, "verify")
        assert (code, "are as they were recorded" in messages) == (Exit.DONE, True), messages


def test_who_may_only_serve_may_take_no_backup(server, database_url, give, tmp_path):
    with login(server, grants=["folkmoot_writer"]) as member:
        code, messages = give(as_login(database_url, member), "backup", str(tmp_path / "taken"))
    assert (code, "with the login that owns the database" in messages) == (Exit.CONFIGURATION, True)
    assert not (tmp_path / "taken").exists()


def test_a_backup_of_an_earlier_schema_is_put_back_and_brought_up_to_this_one(server, give, empty, tmp_path):
    later = {"api": 8, "work": 3}  # the first files of these parts that it had not yet
    earlier = {key: file.sha256 for key, file in shipped_schema().items() if key[1] < later.get(key[0], key[1] + 1)}
    with database(server) as old, connect(old, application_name="test", autocommit=True) as connection:
        with connection.transaction():
            apply_as_it_was(connection, earlier)
        take_backup(connection, tmp_path / "earlier")
    assert len(manifest(tmp_path / "earlier")["schema"]) == len(earlier) < len(shipped_schema())
    code, messages = give(empty, "restore", str(tmp_path / "earlier"))
    assert code == Exit.DONE, messages
    code, messages = give(empty, "migrate")
    assert code == Exit.DONE
    assert give(empty, "verify")[0] == Exit.DONE


def test_it_is_readable_by_nobody_else_and_holds_no_word_in_clear(story, back_up):
    assert story
    taken = back_up("taken")
    for path in (taken, *taken.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0 or path.name == "manifest.json", path
    whole = b"".join(gzip.decompress(each.read_bytes()) for each in taken.rglob("*.gz"))
    for word in (b"Quillon", b"names a child", b"of the person", b"k" * 32):
        assert word not in whole
        assert word.hex().encode() not in whole
    assert digests(taken, "vault").keys() >= set(TABLES)


def test_what_is_recorded_meanwhile_is_wholly_in_it_or_not_at_all(story, database_url, empty, tmp_path):
    with story.over(database_url, None) as house, connect(database_url, application_name="test") as snapshot:
        snapshot.autocommit = True
        taken_at = house.recorder.head().position
        told = take_backup_while(snapshot, tmp_path / "taken", lambda: story.destroys(house, "taken out"))
    assert told.position == taken_at
    with connect(empty, application_name="test", autocommit=True) as connection:
        put_back(connection, dict.fromkeys(PARTS, tmp_path / "taken"))
    with story.over(empty, None) as house:
        assert story.reads(house) == ["of the person", "names a child"]


def take_backup_while(connection, folder, meanwhile):
    """Take a backup, and do something once its snapshot stands and its first part is written."""

    def write(part_folder, content):
        write_manifest(part_folder, content)
        if content.part == "record":
            meanwhile()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scripts.backups.take_backup.write_manifest", write)
        return take_backup(connection, folder)


PERSON, NOTES = "Ottoline Threadgold", MEETING["notes"]


def environment_over(folder, key):
    """An environment in which Folkmoot runs a database of its own in a folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FOLKMOOT_", "DATABASE_URL"))}
    return {**ours, "FOLKMOOT_DATA_DIR": str(folder), "FOLKMOOT_WRAPPING_KEY": key}


def test_the_drill_somebody_forgotten_stays_so_when_all_is_wiped_and_restored_on_another_port(tmp_path):
    """Record, forget somebody, back up, wipe, restore, serve: by processes as an operator starts them."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    folders = [Path(tempfile.mkdtemp(prefix="folkmoot-test-")) for _ in range(2)]
    one, other = (environment_over(each, key) for each in folders)
    memorandum_file = {"FOLKMOOT_MEMORANDUM_FILE": str(tmp_path / "memorandum.jsonl")}
    one, other = one | memorandum_file, other | memorandum_file
    try:
        with serving(one) as server:
            officer = officer_key(one)
            steward = folkmoot(one, "key", "create", "--name", "steward", "--scope", "steward").stdout.strip()
            path = a_partnership(server, officer)
            person = server.client.post("/v1/people", headers=headers(officer), json={"name": PERSON})
            assert person.status_code == 201, person.text
            met = MEETING | {"participants": [{**MEETING["participants"][0], "person": person_of(person)}]}
            recorded = server.client.post(f"{path}/interactions", headers=headers(officer), json=met)
            meeting = recorded.headers["Location"]
            assert NOTES in server.client.get(meeting, headers=headers(officer)).text
            erased = server.client.post("/v1/erasures", headers=headers(steward), json={"person": person_of(person)})
            assert erased.status_code == 201, erased.text
            server.client.post(f"{path}/interactions", headers=headers(officer), json=MEETING)
            taken = folkmoot(one, "backup", str(tmp_path / "taken"))
            assert taken.returncode == 0, taken.stderr
            timeline = server.client.get(f"{path}/timeline", headers=headers(officer)).json()
            assert NOTES not in server.client.get(meeting, headers=headers(officer)).text
            port = server.client.base_url.port
            server.end(signal.SIGKILL)
        assert folkmoot(one, "status").returncode in {0, 1}  # ends the server that the killed process left behind
        shutil.rmtree(folders[0])

        restored = folkmoot(other, "restore", str(tmp_path / "taken"))
        assert restored.returncode == 0, restored.stderr
        for words in (("rebuild", "--all"), ("verify",)):
            outcome = folkmoot(other, *words)
            assert outcome.returncode == 0, outcome.stderr
        with serving(other) as server:
            assert server.client.base_url.port != port
            again = server.client.get(f"{path}/timeline", headers=headers(officer)).json()
            assert again["data"] == timeline["data"]
            shown = server.client.get(meeting, headers=headers(officer))
            assert (shown.status_code, NOTES in shown.text) == (200, False)
            assert server.client.post(f"{path}/interactions", headers=headers(officer), json=MEETING).status_code == 201
            assert server.end(signal.SIGTERM) == 0
        for output in (taken, restored):
            assert not {
                word for word in (key, officer, steward, PERSON, NOTES) if word in output.stdout + output.stderr
            }
    finally:
        for each in folders:
            shutil.rmtree(each, ignore_errors=True)


def person_of(answer):
    return answer.json()["created"]["person"][0]

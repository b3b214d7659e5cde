"""Secrets and sealed words that were planted turn up nowhere: no log, error, process, child, address or core file."""

import base64
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts.test_serve import FOLKMOOT, headers, serving
from tests.support.log_events import eventually
from tests.support.small_mapping import MAPPING, payment, promise, the_files

WRAPPING = base64.b64encode(b"planted wrapping key, 32 bytes..").decode()
COOKIES = "planted-cookie-secret-of-forty-characters"
WORD_OF_THE_DATABASE = "planted-database-password"
NAME = "Plantagenet Quillfeather"
NOTES = "planted notes about the quarrel at the well"
FOREIGN = "eyJhbGciOiJub25lIn0.cGxhbnRlZC10b2tlbg.c2lnbmF0dXJl"
PLANTED = (WRAPPING, COOKIES, WORD_OF_THE_DATABASE, NAME, NOTES, FOREIGN)


@pytest.fixture
def environment(database_url, tmp_path):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    return {
        **ours,
        "DATABASE_URL": make_conninfo(database_url, password=WORD_OF_THE_DATABASE),
        "FOLKMOOT_WRAPPING_KEY": WRAPPING,
        "FOLKMOOT_COOKIE_SECRETS": COOKIES,
        "FOLKMOOT_MEMORANDUM_FILE": str(tmp_path / "memorandum.jsonl"),
        "FOLKMOOT_FOLLOW": "yes",
    }


class SecretWatch:
    """All that may leave: what processes print and answer, their command lines, and what their children are told."""

    def __init__(self, environment, folder):
        self.environment, self.folder, self.seen = environment, folder, []

    def note(self, where, text):
        self.seen.append((where, text.decode("utf-8", "replace") if isinstance(text, bytes) else text))

    def runs(self, *words):
        """Run a command to its end, and look at its children while it runs."""
        with subprocess.Popen(
            [FOLKMOOT, *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while process.poll() is None:
                self.looks_at(process.pid)
                time.sleep(0.05)
            out, err = process.communicate()
        self.note(f"error output of {words[0]}", err)
        return process.returncode, out, err

    def looks_at(self, pid):
        """Look at the command line of a process, and at command lines and environments of all below it."""
        self.note(f"command line of {pid}", _read(pid, "cmdline"))
        for child in _below(pid):
            words = _read(child, "cmdline")
            self.note(f"command line of a child {child}", words)
            if words == _read(_parent(child), "cmdline"):
                continue  # forked a moment ago, it shows its parent's memory until it runs a program of its own
            told = _read(child, "environ").decode("utf-8", "replace").split("\0")
            needed = [each for each in told if not each.startswith("DATABASE_URL=")]
            self.note(f"environment of a child {child}", "\n".join(needed))

    def finds(self, *further):
        return [
            (where, secret, text[max(0, text.find(secret) - 80) :][:200])
            for where, text in self.seen
            for secret in (*PLANTED, *further)
            if secret in text
        ]


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _parent(pid):
    status = re.search(r"^PPid:\s+(\d+)", _read(pid, "status").decode(), re.MULTILINE)
    return int(status[1]) if status else None


def _below(pid):
    children_of = {}
    for folder in Path("/proc").glob("[0-9]*"):
        children_of.setdefault(_parent(folder.name), []).append(int(folder.name))
    ahead, below = [pid], []
    while ahead:
        children = children_of.get(ahead.pop(), [])
        below += children
        ahead += children
    return below


@pytest.fixture
def watch(environment, tmp_path):
    return SecretWatch(environment, tmp_path)


def made(watch, scope, *more):
    code, out, err = watch.runs("key", "create", "--name", "test", "--scope", scope, *more)
    assert code == 0, err
    return out.strip()


def told(server, key):
    """A board that met: somebody by name, and what was said."""
    post = lambda path, **body: server.client.post(path, headers=headers(key), json=body)  # noqa: E731 - one line, used thrice
    person = post("/v1/people", name=NAME).json()["created"]["person"][0]
    group = post("/v1/parties", name="Mill Lane Residents", kind="charity", happened="2020").json()["created"]["party"][
        0
    ]
    formed = post(
        "/v1/partnerships", name="The Board", kind="neighbourhood-board", members=[{"party": group}], happened="2020"
    )
    path = f"/v1/partnerships/{formed.json()['created']['partnership'][0]}"
    met = post(
        f"{path}/interactions",
        kind="meeting",
        happened="2026-03-27",
        notes=NOTES,
        participants=[{"party": group, "person": person}],
    )
    return path, group, f"/v1/records/{met.json()['events'][0]['event_id']}"


def faults(server, watch, key, path, group):
    """Requests that go wrong in every way that a stranger or a clumsy program finds."""
    client, own = server.client, headers(key)
    meeting = {"kind": "meeting", "happened": "2026-03-27", "participants": [{"party": group}], "notes": NOTES}
    answers = [
        client.post(f"{path}/interactions", headers=own, json={**meeting, "kind": NAME}),
        client.post(f"{path}/interactions", headers=own, json={**meeting, "no_field": NAME}),
        client.post(f"{path}/interactions", headers=own, json={**meeting, "happened": NOTES}),
        client.post(f"{path}/interactions", headers=own, content=b'{"notes": "' + NOTES.encode()),
        client.post(f"{path}/interactions", headers={**own, "Content-Type": "text/plain"}, content=NOTES),
        client.post("/v1/people", headers=headers("fm_" + "0" * 32 + "_" + "A" * 43), json={"name": NAME}),
        client.post("/v1/people", headers=headers(FOREIGN), json={"name": NAME}),
        client.get("/v1/me", headers={"Authorization": f"Basic {COOKIES}"}),
        client.get(f"/v1/partnerships/{NAME}", headers=own),
        client.get(f"{path}/timeline", headers=own, params={"limit": NOTES}),
        client.get(f"/nowhere/{FOREIGN}", params={"key": key}),
        client.get("/my-page", headers={"Cookie": f"folkmoot={FOREIGN}", "Accept": "text/html"}),
        client.post("/sign-in", data={"key": FOREIGN}, headers={"Origin": str(client.base_url)}),
        client.get(f"/sign-in/{FOREIGN}"),
        client.request("BREW", f"/v1/people?name={FOREIGN}", headers=own),
    ]
    for answer in answers:
        watch.note(f"the answer {answer.status_code} to {answer.request.method}", _without_echo(answer))
        assert answer.status_code >= 300 or answer.request.url.path.startswith("/sign-in"), answer.text


def _without_echo(answer):
    """An answer and its headers; a redirection names the address that was asked for, which the asker wrote."""
    shown = {name: value for name, value in answer.headers.items() if name.lower() not in {"location", "set-cookie"}}
    return f"{shown} {answer.text}"


def imports(watch):
    """Sheets with words where dates and amounts should be, and then with a text that was changed."""
    mapping = watch.folder / "own.toml"
    mapping.write_text(MAPPING % {"id": "own"})
    for purpose in (NOTES, f"{NOTES} again"):
        rows = [promise("p", purpose=purpose), promise("q", entered=NOTES), promise("r", amount=NAME)]
        files = the_files(watch.folder, rows, [payment("m", "p", status=NAME), payment("n", NOTES)])
        code, out, _ = watch.runs("import", mapping, *files, "--correct")
        assert code == 0
        watch.note("what import printed", out)


_FAILING = """
    CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no %', NEW; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON log.event FOR EACH ROW EXECUTE FUNCTION public.fail()
"""
BROKEN = {
    "a table that is not there": ("ALTER TABLE log.tag RENAME TO gone", "ALTER TABLE log.gone RENAME TO tag"),
    "a function that fails": (
        _FAILING,
        "DROP TRIGGER fail ON log.event",
    ),
    "a constraint that is broken": (
        "ALTER TABLE log.event ADD CONSTRAINT none CHECK (position < 0) NOT VALID",
        "ALTER TABLE log.event DROP CONSTRAINT none",
    ),
    "a key that is lost": ("DELETE FROM vault.key", "SELECT 1"),
}


def broken(database_url, server, watch, key, path, group, record):
    """What happens inside while the database fails in the middle of it."""
    meeting = {"kind": "meeting", "happened": "2026-03-27", "participants": [{"party": group}], "notes": NOTES}
    with psycopg.connect(database_url, autocommit=True) as owner:
        for what, (harm, mending) in BROKEN.items():
            owner.execute(harm)
            for answer in (
                server.client.post(f"{path}/interactions", headers=headers(key), json=meeting),
                server.client.post("/v1/people", headers=headers(key), json={"name": NAME}),
                server.client.get(record, headers=headers(key)),
            ):
                if answer.is_error:
                    watch.note(f"an answer {answer.status_code} with {what}", _without_echo(answer))
            owner.execute(mending)


def test_what_was_planted_turns_up_nowhere(environment, database_url, watch, server):
    log_file = server.data_dir / "server.log"
    begins = log_file.stat().st_size if log_file.exists() else 0
    steward = made(watch, "steward")
    with serving(environment) as serve:
        path, group, record = told(serve, steward)
        officer = made(watch, "record", "--party", group)
        assert NOTES in serve.client.get(record, headers=headers(officer)).text
        eventually(lambda: _below(serve.process.pid))
        watch.looks_at(serve.process.pid)
        faults(serve, watch, officer, path, group)
        imports(watch)
        watch.runs("rebuild", "--all", "--workers", "2")
        watch.runs("verify", "--workers", "2")
        watch.runs("who-looked")
        watch.runs("settings")
        watch.runs("key", "list")
        watch.runs("status")
        broken(database_url, serve, watch, officer, path, group, record)
        watch.looks_at(serve.process.pid)
        assert serve.end(signal.SIGSEGV) != 0
        watch.note("the log of serve", "".join(serve.log))
    watch.runs("verify", "--workers", "1")
    if log_file.exists():
        watch.note("the log of PostgreSQL", log_file.read_bytes()[begins:])
    assert any("read-record" in text for _, text in watch.seen)
    found = watch.finds(steward, officer)
    assert not found, "\n".join(map(str, found))
    assert not list(watch.folder.glob("core*"))


def test_commands_leave_no_core_file_and_their_children_inherit_that(environment):
    with serving(environment) as serve:
        eventually(lambda: _below(serve.process.pid))
        for pid in (serve.process.pid, *_below(serve.process.pid)):
            assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="what can be dumped is the Linux kernel's to say")
def test_the_memory_of_a_server_cannot_be_dumped(environment):
    code = "from scripts.support.secrecy import keep_secrets; keep_secrets(); import ctypes, sys; "
    code += "sys.exit(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_a_child_is_told_no_secret_and_the_command_still_knows_it(environment):
    code = (
        "import os, subprocess, sys, json; from scripts.support.secrecy import keep_secrets, given_environment; "
        "keep_secrets(); told = subprocess.run(['env'], capture_output=True, text=True).stdout; "
        "print(json.dumps([told, dict(given_environment())]))"
    )
    printed = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    told_to_child, known = json.loads(printed.stdout)
    assert not any(secret in told_to_child for secret in PLANTED)
    assert known["FOLKMOOT_WRAPPING_KEY"] == WRAPPING

"""The main job as a new user does it from the reference page alone, with curl and with the client in one file."""

import json
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest

from api.access.keys import Scope, create_key
from api.limits.allowances import Allowances
from api.runtime.services import connected
from domain.vault import WrappingKey
from scripts.support.http_server import serving
from tests.support.doc_pages import BLOCK, ROOT, paste

PAGE = ROOT / "docs" / "reference" / "api.md"
SERVER = "http://localhost:8000"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
KINDS = ("unitary", "tenants-residents-association", "locally-trusted-organisation", "youth-forum")


class NewUser:
    """Somebody who has the page, an address and a key, and puts the ids that the server gave in place of the page's."""

    def __init__(self, base, key, folder):
        self.base, self.key, self.folder = base, key, folder
        self.ids = {}

    def example(self, operation, language):
        """The example of an operation in a language, as printed on the page."""
        entry = PAGE.read_text("utf-8").split(f"\n### {operation}\n", 1)[1].split("\n### ", 1)[0]
        return next(text for kind, text in BLOCK.findall(entry) if kind == language)

    def pastes(self, operation, **instead):
        """Paste the example in a shell, and read the answer; `instead` are words to put in place of the page's."""
        text = self.example(operation, "sh").replace(SERVER, self.base)
        text = ID.sub(lambda place: self.ids.get(place[0], place[0]), text)
        for old, new in instead.items():
            text = text.replace(old, new)
        outcome = paste([text], self.folder, FOLKMOOT_KEY=self.key)
        assert outcome.failed == [], outcome.messages
        return json.loads(outcome.output)

    def is_refused(self, operation):
        """Paste an example whose answer says what is wrong; the code of that."""
        return self.pastes(operation)["code"]


@pytest.fixture
def reader(database_url, tmp_path):
    ending = Allowances(stream_s=0)
    with (
        connected(database_url, [WrappingKey.generate()], threads=4, allowances=ending) as services,
        serving(services) as base,
    ):
        with psycopg.connect(database_url) as connection:
            key = create_key(connection, name="a new user", scope=Scope.STEWARD, vault=services.vault)
        yield NewUser(base, key, tmp_path)


def set_up(reader):
    """Register the four bodies and form the partnership, which the page says come before, once."""
    bodies = []
    for kind in KINDS:
        receipt = reader.pastes("register-party", **{"Ambleford Council": f"Our {kind}", "unitary": kind})
        bodies += receipt["created"]["party"]
    request = body_of(reader.example("form-partnership", "sh"))
    reader.ids |= dict(zip([member["party"] for member in request["members"]], bodies, strict=True))
    place = reader.pastes("register-place")
    reader.ids[request["place"]] = place["created"]["place"][0]
    formed = reader.pastes("form-partnership")
    path, meeting = parts_of(reader.example("record-interaction", "sh"))
    (promise,) = meeting["commitments"]
    reader.ids[ids_in(path)[0]] = formed["created"]["partnership"][0]
    reader.ids[promise["promisees"][0]] = formed["created"]["residents"][0]


def body_of(text):
    return parts_of(text)[1]


def parts_of(text):
    """The address and the body of an example by curl."""
    address = re.search(r"http\S+", text)[0].strip("'")
    body = re.search(r"-d '(.*)'", text, re.DOTALL)
    return urlsplit(address).path, json.loads(body[1]) if body else None


def ids_in(text):
    return ID.findall(text)


def test_a_new_user_records_corrects_reads_trust_and_pages_through_the_log_from_the_page_alone(reader):
    set_up(reader)
    receipt = reader.pastes("record-interaction")
    assert [each["type"] for each in receipt["events"]] == ["interaction-recorded", "ask-raised", "commitment-made"]

    path, _ = parts_of(reader.example("correct-record", "sh"))
    reader.ids[ids_in(path)[0]] = receipt["events"][0]["event_id"]
    corrected = reader.pastes("correct-record")
    assert {each["type"] for each in corrected["events"]} == {"record-corrected"}
    assert corrected["position"] > receipt["position"]

    trust = reader.pastes("read-trust")
    (figure,) = [each for each in trust["figures"] if each["truster_side"] == "residents"]
    assert (figure["facet"], figure["counts"]["acts"]) == ("reliability", 1)
    assert trust["position"] == corrected["position"]

    first = reader.pastes("read-timeline")
    assert len(first["data"]) == 2
    entries, page = list(first["data"]), first
    while page["next"]:
        text = f'curl -s "{reader.base}{page["next"]}" -H "Authorization: Bearer $FOLKMOOT_KEY"'
        page = json.loads(paste([text], reader.folder, FOLKMOOT_KEY=reader.key).output)
        entries += page["data"]
    assert len(entries) == first["entries_in_all"]
    assert len({each["event_id"] for each in entries}) == len(entries)
    (meeting,) = [each for each in entries if each["type"] == "interaction-recorded"]
    assert meeting["happened"] == "2025-03-26", "as it was put right"


def test_a_new_user_lets_a_second_one_in_with_a_narrower_role_and_sees_what_that_one_may_not(reader):
    set_up(reader)
    receipt = reader.pastes("record-interaction")
    path, _ = parts_of(reader.example("give-role", "sh"))
    account = reader.pastes("make-account")
    reader.ids[ids_in(path)[0]] = account["account_id"]
    role = reader.pastes("give-role")
    assert [each["name"] for each in role["reach"]["things"]] == ["Mill Lane Board"]
    first = reader.pastes("make-account-key")
    second = NewUser(reader.base, first["key"], reader.folder)
    second.ids = dict(reader.ids)

    me = second.pastes("read-me")
    assert [each["role"] for each in me["roles"]] == ["evaluator"]
    assert second.pastes("read-trust")["position"] == receipt["position"]
    entries = second.pastes("read-timeline")["data"]
    assert entries
    assert "Mend the swings" not in json.dumps(entries), "figures and events, without texts"
    for operation in ("record-interaction", "make-account", "give-role"):
        assert second.is_refused(operation) == "not-allowed", operation
    elsewhere = reader.pastes("form-partnership", **{"Mill Lane": "Canal Side"})["created"]["partnership"][0]
    here = parts_of(reader.example("record-interaction", "sh"))[0].split("/")[3]
    second.ids[here] = elsewhere
    assert second.is_refused("read-trust") == "not-found", "as if it were not there"


def test_the_client_does_the_same_once_copied_out_of_the_house(reader):
    """The page's Python examples, run by a process that has the copied folder, httpx2 and nothing of ours."""
    set_up(reader)
    shutil.copytree(ROOT / "api" / "client", reader.folder / "client")
    lines = [
        "import json, os, sys",
        "from client import Beginning, Folkmoot, FolkmootProblem, Reading, Recording",
        'folkmoot = Folkmoot(os.environ["ADDRESS"], os.environ["KEY"])',
        "receipt = " + reader.example("record-interaction", "python"),
        "corrected = " + re.sub(ID, "RECORD", reader.example("correct-record", "python")),
        "trust = " + reader.example("read-trust", "python"),
        "pages = " + reader.example("read-timeline", "python").replace("folkmoot.read(", "list(folkmoot.pages(") + ")",
        'assert not any(name.partition(".")[0] in {"api", "domain"} for name in sys.modules)',
        "positions = [each['position'] for each in (receipt, corrected, trust)]",
        "print(json.dumps([positions, [len(page['data']) for page in pages]]))",
    ]
    text = ID.sub(lambda place: reader.ids.get(place[0], place[0]), "\n".join(lines))
    (reader.folder / "ours.py").write_text(text.replace('"RECORD"', 'receipt["events"][0]["event_id"]'))
    process = subprocess.run(
        [sys.executable, "-P", "ours.py"],
        cwd=reader.folder,
        env={"ADDRESS": reader.base, "KEY": reader.key, "PYTHONPATH": str(reader.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    (recorded, corrected, read), pages = json.loads(process.stdout)
    assert recorded < corrected == read
    assert len(pages) > 2

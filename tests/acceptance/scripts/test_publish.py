"""`folkmoot publish`: what is open stands as files that need no server, and goes once it is open no longer."""

import csv
import re
from contextlib import suppress
from functools import partial

import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope, create_key
from api.app import create_app
from api.runtime.services import connected
from domain.log.sessions import connect
from domain.vault import WrappingKey
from scripts.demonstration.county import plan_county
from scripts.demonstration.seeding import SEED
from tests.support.served_demonstration import seed_demonstration


@pytest.fixture(scope="module")
def plan():
    return plan_county(SEED, places=1)


@pytest.fixture
def database_url(seeded_template, copied, plan):
    with copied(seeded_template(partial(seed_demonstration, plan=plan))) as dsn:
        yield dsn


@pytest.fixture
def board(database_url, plan):
    """The demonstration's first board, which opened its report, as somebody who looks after the record reaches it."""
    with (
        connected(database_url, [WrappingKey(b"k" * 32)], threads=2) as services,
        connect(database_url, application_name="folkmoot-test") as connection,
        TestClient(create_app(services)) as client,
    ):
        key = create_key(connection, name="for a test", scope=Scope.STEWARD, vault=services.vault)
        connection.commit()
        client.headers["Authorization"] = f"Bearer {key}"
        yield client, plan.neighbourhoods[0].partnership_id


def close(board):
    client, partnership_id = board
    new = {"Idempotency-Key": "closes"}
    answer = client.post(f"/v1/partnerships/{partnership_id}/publications", json={"reports": []}, headers=new)
    assert answer.status_code == 201, answer.text


def files(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_open_reports_are_written_as_files_and_closed_ones_taken_away(shell, board, tmp_path):
    client, partnership_id = board
    folder, place = tmp_path / "site", f"public/partnerships/{partnership_id}"
    assets = {"assets/folkmoot.css", "assets/folkmoot.js", "assets/folkmoot.svg"}
    (folder / "public" / "partnerships" / "notes").mkdir(parents=True)
    assert shell("publish", folder) == 0
    page = folder / place / "what-became-of-it" / "index.html"
    assert files(folder) == assets | {
        f"{place}/what-became-of-it/{name}" for name in (page.name, f"{page.parent.name}.csv")
    }
    markup = page.read_text()
    for address in re.findall(r'(?:href|src)="([^"#]+)"', markup):
        assert (page.parent / address).is_file(), address
    served = client.get(f"/{place}/what-became-of-it")
    stories = [re.findall(r"<article.*?</article>", each, re.DOTALL) for each in (served.text, markup)]
    assert stories[0] == stories[1]
    assert len(stories[1]) > 10
    with (page.parent / "what-became-of-it.csv").open(newline="") as table:
        assert len(list(csv.DictReader(table))) == len(stories[1])
    close(board)
    assert shell("publish", folder) == 0
    assert files(folder) == assets
    assert (folder / "public" / "partnerships" / "notes").is_dir(), "what is not ours stays"


def test_what_is_closed_goes_though_nothing_can_be_written(shell, board, tmp_path):
    folder = tmp_path / "site"
    assert shell("publish", folder) == 0
    close(board)
    assets = {f"{each.parent.name}/{each.name}" for each in (folder / "assets").iterdir()}
    for each in assets:
        (folder / each).unlink()
        (folder / each).mkdir()
    with suppress(OSError):
        assert shell("publish", folder) != 0
    assert not any(file.endswith("index.html") for file in files(folder))


def test_a_file_in_the_place_of_the_folder_is_left_alone(shell, tmp_path, database_url):
    assert database_url
    taken = tmp_path / "site"
    taken.write_text("mine")
    assert shell("publish", taken) == 2
    assert taken.read_text() == "mine"

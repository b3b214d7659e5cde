"""The golden files of events: what was ever stored decodes for ever, to the same, and a name is permanent."""

import base64
import shutil

import msgspec
import pytest

from domain.events import declarations, declared, decode, encode
from scripts.cli import main
from scripts.commands.golden import FOLDER, NAMES, faults, golden_of, goldens_in, json_view, names_in, write

each_event = pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)
each_golden = pytest.mark.parametrize("golden", goldens_in(FOLDER), ids=lambda golden: golden.file_name)

ASK = "ask-raised-v1.json"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "events")
    return tmp_path / "events"


def change(folder, file_name, **fields):
    file = folder / file_name
    file.write_bytes(msgspec.json.encode(msgspec.json.decode(file.read_bytes()) | fields))


@each_event
def test_every_event_has_a_golden_file_of_its_present_version(declared_event):
    assert (FOLDER / f"{declared_event.name}-v{declared_event.version}.json").exists()


@each_golden
def test_what_was_stored_decodes_to_what_was_said(golden):
    view = json_view(decode(golden.name, golden.version, base64.b64decode(golden.stored)))
    assert {field: view[field] for field in golden.body} == golden.body


@each_golden
def test_what_is_said_in_the_present_version_is_stored_as_ever(golden):
    if golden.version != declared(golden.name).version:
        pytest.skip("an earlier version is only read, never written")
    stored = base64.b64decode(golden.stored)
    assert encode(decode(golden.name, golden.version, stored)) == stored
    assert encode(msgspec.json.decode(msgspec.json.encode(golden.body), type=declared(golden.name).body)) == stored


def test_event_names_are_permanent():
    assert names_in(FOLDER) == sorted(each.name for each in declarations())


def test_nothing_is_wrong_with_the_golden_files():
    assert list(faults(FOLDER)) == []


# what the check finds


def test_a_missing_file_is_found_and_written_as_it_was(folder):
    (folder / ASK).unlink()
    assert list(faults(folder)) == [f"{ASK} is missing: run folkmoot golden --write while that version is declared"]
    assert write(folder) == [ASK]
    assert list(faults(folder)) == []
    assert (folder / ASK).read_bytes() == (FOLDER / ASK).read_bytes()


def test_a_file_that_is_there_is_never_written_again(folder):
    change(folder, ASK, version=9)
    before = (folder / ASK).read_bytes()
    assert write(folder) == []
    assert (folder / ASK).read_bytes() == before


def test_an_event_without_its_name_in_the_list_is_found(folder):
    (folder / NAMES).write_text("".join(f"{name}\n" for name in names_in(FOLDER) if name != "ask-raised"))
    assert list(faults(folder)) == [f"ask-raised is not in {NAMES}: run folkmoot golden --write"]


def test_a_name_given_out_and_no_longer_declared_is_found_and_stays_in_the_list(folder):
    with (folder / NAMES).open("a") as names:
        names.write("ask-whispered\n")
    write(folder)
    assert list(faults(folder)) == ["ask-whispered was given out and is no longer declared: a name is permanent"]


def test_bytes_that_no_longer_decode_are_found(folder):
    change(folder, ASK, stored=base64.b64encode(msgspec.msgpack.encode({"happened": "2026"})).decode())
    assert [each.partition(":")[0] for each in faults(folder)] == [f"{ASK} no longer decodes"]


def test_a_field_that_changed_its_meaning_is_found(folder):
    body = golden_of(declared("ask-raised")).body
    change(folder, ASK, body=body | {"happened": "1999"})
    assert [each.partition(":")[0] for each in faults(folder)] == [f"{ASK} decodes to something else than its body"]


def test_other_bytes_for_the_same_body_are_found(folder):
    golden = golden_of(declared("ask-raised"))
    fields = msgspec.msgpack.decode(base64.b64decode(golden.stored))
    backwards = msgspec.msgpack.encode(dict(reversed(fields.items())))
    change(folder, ASK, stored=base64.b64encode(backwards).decode())
    assert list(faults(folder)) == [f"{ASK} is encoded to other bytes than before"]


def test_a_field_added_without_a_new_version_is_found(folder):
    golden = golden_of(declared("ask-raised"))
    fields = msgspec.msgpack.decode(base64.b64decode(golden.stored))
    del fields["themes"]
    body = {name: value for name, value in golden.body.items() if name != "themes"}
    change(folder, ASK, body=body, stored=base64.b64encode(msgspec.msgpack.encode(fields)).decode())
    assert list(faults(folder)) == [f"{ASK} lacks themes: raise the event's version, with an upcast"]


# the command


def test_the_check_passes_on_the_files_as_they_are(capsys):
    assert main(["golden", "--check"]) == 0
    assert capsys.readouterr().out == "Every event has its golden files, and all of them decode.\n"


def test_the_check_fails_and_says_why_and_writing_mends_it(folder, monkeypatch, capsys):
    monkeypatch.setattr("scripts.commands.golden.FOLDER", folder)
    (folder / ASK).unlink()
    assert main(["golden", "--check"]) == 1
    assert capsys.readouterr().out.startswith(f"{ASK} is missing")
    assert main(["golden", "--write"]) == 0
    assert capsys.readouterr().out.startswith(f"Wrote {ASK}.")

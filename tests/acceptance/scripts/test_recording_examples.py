"""`folkmoot reference --examples`: the answers that the description shows are had anew from a server of its own."""

import json

from api.examples.recorded_examples import EXAMPLES_FILE
from scripts.cli import main
from scripts.commands import reference
from scripts.documentation import example_server
from scripts.support.exits import Exit


def test_the_examples_are_recorded_anew_and_are_of_the_same_operations(monkeypatch, tmp_path, capsys):
    recorded = tmp_path / "recorded.json"
    monkeypatch.setattr(example_server, "EXAMPLES_FILE", recorded)
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    assert main(["reference", "--examples"]) == Exit.DONE
    assert "Wrote api.md" in capsys.readouterr().out
    shipped, anew = (json.loads(file.read_text("utf-8")) for file in (EXAMPLES_FILE, recorded))
    assert anew.keys() == shipped.keys()
    assert [each["status"] for each in anew.values()] == [each["status"] for each in shipped.values()]

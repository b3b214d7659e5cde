"""The tutorials run as printed: pasted whole, they answer what they say they do."""

import json
import re
import socket

from tests.support.doc_pages import ROOT, blocks, paste

TUTORIAL = ROOT / "docs" / "tutorial" / "first-partnership.md"
INSTALLATION = ROOT / "docs" / "tutorial" / "your-own-installation.md"
PORT = "8010"
INSTALLATION_PORT = "8020"
SETS_UP = "python3 scripts/bootstrap.py requirements.lock settings"
SIGN_IN = re.compile(r"^For (\w+): (\S+)$", re.MULTILINE)


_SIGNING_IN = """
JAR="$FOLKMOOT_DATA_DIR.jar"
curl -s -L -c "$JAR" -b "$JAR" "$URL$(folkmoot account link "$OFFICER")" | grep -o "Mill Lane board" | head -1
rm "$JAR"
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def answers(output):
    """Every line that is one JSON object."""
    return [json.loads(line) for line in output.splitlines() if line.startswith('{"')]


def test_the_tutorial_pasted_whole_answers_what_it_says():
    port = free_port()
    some = [block.replace(PORT, port) for block in blocks(TUTORIAL)]
    assert all(PORT not in block for block in some)
    pasted = paste(some, ROOT)
    assert pasted.failed == [], pasted.messages
    ready, meeting, report, confirmed, open_then, commitments, trust, timeline, corrected, record = answers(
        pasted.output
    )
    assert ready["status"] == "ready"
    assert set(meeting["created"]) == {"interaction", "ask", "commitment"}
    assert [each["type"] for each in report["events"]] == ["fulfilment-claimed"]
    assert [each["type"] for each in confirmed["events"]] == ["fulfilment-confirmed"]
    assert [(each["state"], each["is_reported"]) for each in open_then["rows"]] == [("open", True)]
    assert [each["state"] for each in commitments["rows"]] == ["fulfilled"]
    assert commitments["labels"][meeting["created"]["commitment"][0]] == "Lights on the school path"
    figure = next(each for each in trust["figures"] if each["facet"] == "reliability")
    assert (figure["figure"]["status"], figure["counts"]["acts"]) == ("insufficient_evidence", 1)
    assert any("Lights on the school path" in each["sentence"] for each in timeline["data"])
    assert {each["type"] for each in corrected["events"]} == {"record-corrected"}, "what was said there moves with it"
    assert (record["record"]["body"]["happened"], record["stands"]["happened"]) == ("2026-03-14", "2026-03-13")


def test_an_installation_of_ones_own_begins_empty_and_ends_with_two_bodies_and_three_people_who_sign_in():
    port = free_port()
    some = [block.replace(INSTALLATION_PORT, port) for block in blocks(INSTALLATION)]
    assert SETS_UP in some[0]
    some[0] = some[0].replace(SETS_UP, "folkmoot settings").replace('PATH="$PWD/.venv/bin:$PATH"', "")
    some[-1] = _SIGNING_IN + some[-1]
    pasted = paste(some, ROOT)
    assert pasted.failed == [], pasted.messages
    ready, meeting, commitments = answers(pasted.output)
    assert ready["status"] == "ready"
    assert set(meeting["created"]) == {"interaction", "commitment"}
    (row,) = commitments["rows"]
    assert (row["state"], row["due_on"]) == ("overdue", "2026-05-31")
    assert [text["text"]["withheld"] for text in commitments["texts"].values()] == ["not-yours-to-read"]
    assert [who for who, _ in SIGN_IN.findall(pasted.output)] == ["Sam", "Pat", "Ada", "Kim"]
    assert "The log, its tags, keys, schema and rights are as they were recorded." in pasted.messages
    assert "\nMill Lane board\n" in pasted.output, "the officer's address signs in"

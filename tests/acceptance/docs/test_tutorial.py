"""The tutorial runs as printed: pasted whole, it answers what it says it does."""

import json
import socket

from tests.support.doc_pages import ROOT, blocks, paste

TUTORIAL = ROOT / "docs" / "tutorial" / "first-partnership.md"
PORT = "8010"


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

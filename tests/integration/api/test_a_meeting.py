"""A meeting recorded whole through the API, added to, and read back."""

MEETING = {
    "kind": "meeting",
    "happened": "2026-03-27",
    "title": "Spring board",
    "notes": "The playground came up again.",
}


def meeting(neighbourhood, **more):
    return MEETING | {
        "participants": [{"party": neighbourhood.council}, {"party": neighbourhood.group}],
        "asks": [
            {
                "kind": "request",
                "raised_by": neighbourhood.group,
                "addressee": neighbourhood.council,
                "text": "Mend the swings",
            }
        ],
        "commitments": [
            {
                "promisers": [neighbourhood.council],
                "promisees": [neighbourhood.residents_at_large],
                "text": "The swings will be mended",
                "due": "2026-06-30",
                "ask": {"here": 0},
            }
        ],
        **more,
    }


def test_a_meeting_is_recorded_whole_in_one_append(neighbourhood):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert [event["type"] for event in receipt["events"]] == ["interaction-recorded", "ask-raised", "commitment-made"]
    positions = [event["position"] for event in receipt["events"]]
    assert positions == list(range(positions[0], positions[0] + 3))
    assert receipt["position"] == positions[-1]
    assert set(receipt["created"]) == {"interaction", "ask", "commitment"}


def test_what_was_recorded_is_read_back_in_sentences_by_those_at_the_table(neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    timeline = neighbourhood.resident.reads(f"{neighbourhood.path}/timeline")
    sentences = [each["sentence"] for each in timeline["data"]]
    assert "Mill Lane Residents asked Ambleford Council: Mend the swings" in sentences
    assert "Ambleford Council promised Residents at large, by 30 June 2026: The swings will be mended" in sentences, (
        sentences
    )


def test_the_location_of_a_meeting_gives_it_back_with_its_words(neighbourhood):
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood))
    record = neighbourhood.officer.reads(answer.headers["Location"])
    assert record["record"]["type"] == "interaction-recorded"
    assert record["stands"]["notes"] == {"text": MEETING["notes"], "withheld": None}
    assert record["names"][neighbourhood.council] == "Ambleford Council"


def test_more_of_a_meeting_can_be_added_later(neighbourhood):
    receipt = neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions",
        kind="meeting",
        happened="2026-03-27",
        participants=[{"party": neighbourhood.council}],
    )
    interaction = receipt["created"]["interaction"][0]
    later_receipt = neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions/{interaction}/additions",
        asks=[{"kind": "question", "raised_by": neighbourhood.group, "text": "When will the library open?"}],
        notes_shared_with=["residents"],
    )
    assert [event["type"] for event in later_receipt["events"]] == ["ask-raised", "notes-shared"]
    assert {event["happened"] for event in later_receipt["events"]} == {"2026-03-27"}

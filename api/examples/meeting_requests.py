"""Examples: a meeting recorded, put right and added to; plans, asks, decisions and consultations."""

from typing import Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}


def _ask(name: str, text: str) -> Ask:
    body = {"kind": "request", "raised_by": "{group}", "addressee": "{council}", "text": text, "happened": "2025-03-27"}
    return Ask(
        operation="raise-ask",
        path=_HERE,
        body=body,
        speaker="resident",
        keep={name: "created/ask/0"},
        is_shown=False,
    )


MEETINGS: Final = (
    Ask(
        operation="record-interaction",
        path=_HERE,
        body={
            "kind": "meeting",
            "happened": "2025-03-27",
            "title": "Spring board",
            "notes": "The playground came up again.",
            "chaired_by": "{group}",
            "participants": [
                {"party": "{council}", "role": "officer"},
                {"party": "{group}", "count": 4},
                {"party": "{trust}", "attendance": "apologies"},
            ],
            "crowds": [{"side": "residents", "count": 12}],
            "asks": [
                {
                    "kind": "request",
                    "raised_by": "{group}",
                    "addressee": "{council}",
                    "text": "Mend the swings on the green",
                }
            ],
            "commitments": [
                {
                    "promisers": ["{council}"],
                    "promisees": ["{residents}"],
                    "text": "The swings will be mended",
                    "due": "2025-06-30",
                    "ask": {"here": 0},
                }
            ],
        },
        keep={
            "meeting": "created/interaction/0",
            "ask": "created/ask/0",
            "commitment": "created/commitment/0",
            "meeting_record": "events/0/event_id",
            "promise_record": "events/2/event_id",
            "position": "position",
        },
    ),
    Ask(
        operation="correct-record",
        path={"record": "{meeting_record}"},
        body={"changes": {"happened": "2025-03-26"}, "reasons": "It was the Wednesday"},
    ),
    Ask(
        operation="add-to-interaction",
        path={**_HERE, "interaction": "{meeting}"},
        body={
            "asks": [{"kind": "question", "raised_by": "{group}", "text": "When will the library open again?"}],
        },
        speaker="resident",
        keep={"question": "created/ask/0"},
    ),
    Ask(
        operation="share-notes",
        path={**_HERE, "interaction": "{meeting}"},
        body={"shared_with": ["residents"], "happened": "2025-04-02"},
    ),
    Ask(
        operation="plan-interaction",
        path=_HERE,
        body={
            "kind": "meeting",
            "planned_for": "2025-05-14T18:00:00Z",
            "convened_by": "{council}",
            "happened": "2025-04-02",
        },
        keep={"plan": "created/interaction/0"},
    ),
    Ask(
        operation="reschedule-interaction",
        path={**_HERE, "interaction": "{plan}"},
        body={
            "planned_for": "2025-05-21T18:00:00Z",
            "rescheduled_by": "{council}",
            "happened": "2025-05-01",
        },
    ),
    Ask(
        operation="cancel-interaction",
        path={**_HERE, "interaction": "{plan}"},
        body={"cancelled_by": "{council}", "reasons": "The hall was flooded", "happened": "2025-05-20"},
    ),
    Ask(
        operation="record-interaction",
        path=_HERE,
        body={
            "kind": "meeting",
            "happened": "2025-06-11",
            "participants": [{"party": "{council}"}, {"party": "{group}"}],
        },
        keep={"later": "created/interaction/0"},
        is_shown=False,
    ),
    Ask(
        operation="approve-minutes",
        path={**_HERE, "interaction": "{meeting}"},
        body={"approved_at": "{later}", "happened": "2025-06-11"},
    ),
)
ASKS: Final = (
    Ask(
        operation="raise-ask",
        path=_HERE,
        body={
            "kind": "request",
            "raised_by": "{group}",
            "addressee": "{council}",
            "text": "Light the path along the canal",
            "themes": ["safety"],
            "challenges": ["community-safety"],
            "happened": "2025-04-10",
        },
        speaker="resident",
        keep={"new_ask": "created/ask/0"},
    ),
    Ask(
        operation="note-wish-to-hear",
        path={**_HERE, "ask": "{new_ask}"},
        body={"person": "{visitor}"},
        speaker="resident",
        keep={"wish": "wish_id"},
    ),
    Ask(operation="list-wishes-to-hear", path={**_HERE, "ask": "{new_ask}"}, speaker="resident"),
    Ask(
        operation="end-wish-to-hear",
        path={**_HERE, "ask": "{new_ask}", "wish": "{wish}"},
        body={"why": "They rang to say so"},
        speaker="resident",
    ),
    Ask(
        operation="defer-ask",
        path={**_HERE, "ask": "{new_ask}"},
        body={"deferred_by": "{council}", "until": "2025-06-30", "happened": "2025-04-20"},
    ),
    Ask(
        operation="answer-ask",
        path={**_HERE, "ask": "{ask}"},
        body={
            "answered_by": "{council}",
            "answer": "adopted",
            "reasons": "The swings are unsafe as they are",
            "happened": "2025-04-02",
        },
    ),
    _ask("passed_on", "Open the hall at weekends"),
    Ask(
        operation="refer-ask",
        path={**_HERE, "ask": "{passed_on}"},
        body={
            "referred_by": "{council}",
            "referred_to": "{trust}",
            "reasons": "The hall is the trust's",
            "happened": "2025-04-02",
        },
    ),
    Ask(
        operation="accept-referral",
        path={**_HERE, "ask": "{passed_on}"},
        body={"accepted_by": "{trust}", "happened": "2025-04-09"},
        speaker="steward",
    ),
    Ask(
        operation="word-ask-for-public",
        path={**_HERE, "ask": "{question}"},
        body={"wording": "When the new path opens", "happened": "2025-05-09"},
    ),
    Ask(
        operation="withdraw-ask",
        path={**_HERE, "ask": "{question}"},
        body={"withdrawn_by": "{group}", "reasons": "It has opened", "happened": "2025-05-10"},
        speaker="resident",
    ),
)
DECISIONS: Final = (
    Ask(
        operation="take-decision",
        path=_HERE,
        body={
            "title": "Swings before benches",
            "decided_by": "{itself}",
            "led_by": "{group}",
            "reasons": "Children asked for it",
            "level_practised": "collaborate",
            "answers": ["{ask}"],
            "happened": "2025-04-02",
        },
        keep={"decision": "created/decision/0"},
    ),
    Ask(
        operation="attest-decision",
        path={**_HERE, "decision": "{decision}"},
        body={
            "attested_by": "{council}",
            "led_by": "{group}",
            "level_practised": "collaborate",
            "happened": "2025-04-05",
        },
    ),
    Ask(
        operation="record-spending",
        path=_HERE,
        body={
            "spent_by": "{council}",
            "amount": {"minor_units": 420000, "currency": "GBP"},
            "purpose": "Mending the swings",
            "decision": "{decision}",
            "asks": ["{ask}"],
            "happened": "2025-06-18",
        },
    ),
    Ask(
        operation="open-consultation",
        path=_HERE,
        body={
            "opened_by": "{council}",
            "subject": "What the green should be for",
            "consulted": ["residents"],
            "closes": "2025-05-31",
            "level_promised": "consult",
            "happened": "2025-05-01",
        },
        keep={"consultation": "created/consultation/0"},
    ),
    Ask(
        operation="close-consultation",
        path={**_HERE, "consultation": "{consultation}"},
        body={"closed_by": "{council}", "responses": 84, "happened": "2025-05-31"},
    ),
    Ask(
        operation="give-consultation-feedback",
        path={**_HERE, "consultation": "{consultation}"},
        body={"given_by": "{council}", "responses_covered": 84, "happened": "2025-06-20"},
    ),
    Ask(
        operation="raise-dispute",
        path=_HERE,
        body={
            "raised_by": "{group}",
            "others": ["{council}"],
            "about": "Who speaks to the newspapers",
            "happened": "2025-07-01",
        },
        speaker="resident",
        keep={"dispute": "created/dispute/0"},
    ),
    Ask(
        operation="settle-dispute",
        path={**_HERE, "dispute": "{dispute}"},
        body={
            "agreed_by": ["{group}", "{council}"],
            "terms": "Both, after telling the other",
            "happened": "2025-07-20",
        },
    ),
)

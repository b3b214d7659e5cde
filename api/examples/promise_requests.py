"""Examples: promises made, proposed, renegotiated, kept or not, and how each can end."""

from typing import Any, Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}


def _promise(name: str, text: str, **more: Any) -> Ask:  # noqa: ANN401 - fields of the request
    """A promise of the council's that a later request is about."""
    body = {"promisers": ["{council}"], "promisees": ["{group}"], "text": text, "due": "2025-06-30", **more}
    return Ask(
        operation="make-commitment",
        path=_HERE,
        body={**body, "happened": "2025-03-27"},
        keep={name: "created/commitment/0"},
        is_shown=False,
    )


def _on(name: str, operation: str, **how: Any) -> Ask:  # noqa: ANN401 - parts of the request
    """A request about a promise made earlier in the story."""
    return Ask(operation=operation, path={**_HERE, "commitment": f"{{{name}}}"}, **how)


PROMISES: Final = (
    Ask(
        operation="make-commitment",
        path=_HERE,
        body={
            "promisers": ["{council}"],
            "promisees": ["{group}"],
            "text": "Lamps along the canal path",
            "measure": "Twelve lamps are lit",
            "due": "2025-09-30",
            "ask": "{new_ask}",
            "happened": "2025-04-30",
        },
        keep={"lamps": "created/commitment/0"},
    ),
    Ask(
        operation="propose-commitment",
        path=_HERE,
        body={
            "promisers": ["{council}"],
            "promisees": ["{group}"],
            "text": "A bench at each end of the path",
            "due": "2025-12-31",
            "happened": "2025-04-30",
        },
    ),
    _on(
        "lamps",
        "acknowledge-commitment",
        body={"acknowledged_by": "{group}", "materiality": "major", "happened": "2025-05-02"},
        speaker="resident",
    ),
    _on(
        "lamps",
        "renegotiate-commitment",
        body={
            "asked_by": "{council}",
            "due": "2025-10-31",
            "happened": "2025-08-01",
        },
    ),
    _on(
        "commitment",
        "report-fulfilment",
        body={
            "claimed_by": "{council}",
            "done": "2025-06-20",
            "evidence": "Photographs of the swings",
            "happened": "2025-06-21",
        },
        keep={"report_record": "events/0/event_id"},
    ),
    _on(
        "commitment",
        "confirm-fulfilment",
        body={"confirmed_by": "{group}", "done": "2025-06-20", "happened": "2025-06-25"},
        speaker="resident",
        keep={"confirmation_record": "events/0/event_id"},
    ),
    _on(
        "lamps",
        "report-fulfilment",
        body={"claimed_by": "{council}", "happened": "2025-10-20"},
        is_shown=False,
    ),
    _on(
        "lamps",
        "dispute-fulfilment",
        body={"disputed_by": "{group}", "reasons": "Four lamps are dark", "happened": "2025-10-25"},
        speaker="resident",
    ),
    _promise("bins", "New bins"),
    _on(
        "bins",
        "fail-commitment",
        body={"said_by": "{council}", "reasons": "No bin came", "happened": "2025-07-10"},
    ),
    _promise("paint", "The railings painted"),
    _on(
        "paint",
        "withdraw-commitment",
        body={"withdrawn_by": "{council}", "reasons": "The money went", "happened": "2025-05-10"},
    ),
    _promise("signs", "New signs"),
    _on(
        "signs",
        "release-commitment",
        body={"released_by": "{group}", "reasons": "They are not needed now", "happened": "2025-05-10"},
        speaker="resident",
    ),
    _promise("trees", "Twenty trees"),
    _on(
        "trees",
        "settle-part",
        body={
            "settled_by": "{group}",
            "fraction": 0.75,
            "reasons": "Fifteen stand, and that will do",
            "happened": "2025-06-10",
        },
        speaker="resident",
    ),
    _promise("gate", "The park gate mended"),
    _on(
        "gate",
        "answer-promise",
        body={
            "answered_by": "{group}",
            "answer": "done-in-part",
            "fraction": 0.5,
            "words": "It opens, but does not lock",
            "happened": "2025-06-12",
        },
        speaker="resident",
    ),
    _on("gate", "make-answer-link", body={"asked": "{group}"}, speaker="steward", keep={"link": "entry/link_id"}),
    Ask(operation="list-answer-links", path=_HERE, speaker="steward"),
    Ask(
        operation="withdraw-answer-link",
        path={**_HERE, "link": "{link}"},
        body={"why": "Their contact has moved away"},
        speaker="steward",
    ),
    _promise("path", "The path swept each month"),
    _promise("paths", "All paths swept each month"),
    _on(
        "path",
        "supersede-commitment",
        body={"successor": "{paths}", "agreed_by": ["{group}", "{council}"], "happened": "2025-05-10"},
        speaker="steward",
    ),
    _promise("hall", "The hall heated"),
    _on(
        "hall",
        "reassign-commitment",
        body={
            "from_promiser": "{council}",
            "to_promiser": "{trust}",
            "agreed_by": ["{group}", "{trust}"],
            "happened": "2025-05-10",
        },
        speaker="steward",
    ),
)

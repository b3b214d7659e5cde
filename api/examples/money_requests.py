"""Examples: money and the terms it came on, interventions and outcomes, ratings, and records put right."""

from typing import Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}
_AWARD: Final = {**_HERE, "award": "{award}"}
_GBP: Final = "GBP"

FUNDING: Final = (
    Ask(
        operation="apply-for-funding",
        path=_HERE,
        body={
            "applicant": "{group}",
            "funder": "{council}",
            "amount": {"minor_units": 2500000, "currency": _GBP},
            "scheme": "Small grants",
            "hours_to_apply": 12,
            "happened": "2025-01-20",
        },
        speaker="resident",
        keep={"application": "created/award/0", "award": "created/award/0"},
    ),
    Ask(
        operation="award-funding",
        path=_HERE,
        body={
            "application": "{application}",
            "funder": "{council}",
            "recipient": "{group}",
            "amount": {"minor_units": 2000000, "currency": _GBP},
            "restriction": "project",
            "payment": "advance",
            "control": "residents",
            "reports_a_year": 2,
            "happened": "2025-02-20",
        },
    ),
    Ask(
        operation="apply-for-funding",
        path=_HERE,
        body={"applicant": "{group}", "funder": "{council}", "happened": "2025-01-21"},
        speaker="resident",
        keep={"other_application": "created/award/0"},
        is_shown=False,
    ),
    Ask(
        operation="refuse-funding",
        path={**_HERE, "application": "{other_application}"},
        body={"reasons": "The fund is spent", "happened": "2025-02-21"},
    ),
    Ask(
        operation="add-funding-condition",
        path=_AWARD,
        body={"text": "Three quotes for each piece of work", "happened": "2025-02-25"},
        keep={"condition": "created/condition/0"},
    ),
    Ask(
        operation="lift-funding-condition",
        path={**_AWARD, "condition": "{condition}"},
        body={"text": "Two quotes will do", "happened": "2025-03-25"},
    ),
    Ask(
        operation="request-variation",
        path=_AWARD,
        body={"text": "Spend until the summer", "happened": "2025-04-01"},
        speaker="resident",
        keep={"variation": "created/variation/0"},
    ),
    Ask(
        operation="decide-variation",
        path={**_HERE, "variation": "{variation}"},
        body={"answer": "granted", "reasons": "The work began late", "happened": "2025-04-15"},
    ),
    Ask(
        operation="pay-funding",
        path=_AWARD,
        body={
            "amount": {"minor_units": 2000000, "currency": _GBP},
            "payment": "advance",
            "happened": "2025-03-01",
        },
    ),
    Ask(
        operation="report-on-funding",
        path=_AWARD,
        body={"hours": 3.5, "happened": "2025-07-01"},
        speaker="resident",
    ),
    Ask(
        operation="end-funding",
        path=_AWARD,
        body={"reasons": "All is spent", "happened": "2025-12-01"},
    ),
    Ask(
        operation="return-funding",
        path=_AWARD,
        body={
            "amount": {"minor_units": 15000, "currency": _GBP},
            "reasons": "Left over",
            "happened": "2025-12-10",
        },
        speaker="resident",
    ),
    Ask(
        operation="delegate-control",
        path=_HERE,
        body={
            "delegated_by": "{council}",
            "delegated_to": "{group}",
            "what": "spending",
            "step": "granted",
            "award": "{award}",
            "happened": "2025-03-01",
        },
    ),
)
RESULTS: Final = (
    Ask(
        operation="start-intervention",
        path=_HERE,
        body={
            "name": "Play on the green",
            "led_by": "{group}",
            "place": "{place}",
            "domains": ["belonging", "wellbeing"],
            "award": "{award}",
            "happened": "2025-03-01",
        },
        speaker="resident",
        keep={"intervention": "created/intervention/0"},
    ),
    Ask(
        operation="observe-outcome",
        path={"place": "{place}"},
        body={
            "indicator": "Residents who feel they belong",
            "domain": "belonging",
            "period_start_on": "2025-04-01",
            "period_end_on": "2025-09-30",
            "value": 61.5,
            "unit": "%",
            "n": 240,
            "source": "Ambleford residents' survey",
            "happened": "2025-10-15",
        },
        keep={"outcome": "created/outcome/0"},
    ),
    Ask(
        operation="claim-contribution",
        path=_HERE,
        body={
            "outcome": "{outcome}",
            "said_by": "{group}",
            "intervention": "{intervention}",
            "stance": "claims",
            "basis": "experience",
            "reasons": "Neighbours met at the swings",
            "happened": "2025-11-01",
        },
        speaker="resident",
    ),
    Ask(
        operation="end-intervention",
        path={**_HERE, "intervention": "{intervention}"},
        body={"reasons": "The summer is over", "happened": "2025-10-01"},
        speaker="resident",
    ),
    Ask(
        operation="draw-lesson",
        path=_HERE,
        body={
            "lesson": "Ask children first",
            "drawn_by": "{group}",
            "domain": "belonging",
            "happened": "2025-11-05",
        },
        speaker="resident",
    ),
    Ask(
        operation="give-feedback",
        path=_HERE,
        body={
            "about": "{council}",
            "rater": "{person}",
            "facet": "openness",
            "score": 4,
            "comment": "They rang back",
            "happened": "2025-07-02",
        },
        speaker="resident",
    ),
    Ask(
        operation="record-pulse",
        path=_HERE,
        body={
            "about": "{council}",
            "rater_side": "residents",
            "counts": [1, 2, 5, 9, 4],
            "survey_question": "I trust the council to keep its word",
            "happened": "2025-07-02",
        },
        speaker="resident",
    ),
    Ask(
        operation="record-profile",
        path=_HERE,
        body={
            "groups": [{"name": "under 25", "present": 6, "area_share": 0.28}],
            "interaction": "{later}",
            "happened": "2025-06-11",
        },
    ),
    Ask(
        operation="attach-reply",
        path=_HERE,
        body={
            "replied_by": "{council}",
            "reply": "The lamps wait for a part",
            "facet": "reliability",
            "happened": "2025-11-10",
        },
    ),
)
RECORDS: Final = (
    Ask(
        operation="confirm-record",
        path={"record": "{promise_record}"},
        body={"confirmed_by": "{group}", "happened": "2025-04-03"},
        speaker="resident",
    ),
    Ask(
        operation="dispute-record",
        path={"record": "{report_record}"},
        body={"disputed_by": "{group}", "reasons": "One swing was still broken", "happened": "2025-06-23"},
        speaker="resident",
    ),
    Ask(
        operation="resolve-dispute",
        path={"record": "{report_record}"},
        body={"agreed_by": "{group}", "outcome": "stands", "happened": "2025-06-25"},
        speaker="resident",
    ),
    Ask(
        operation="redact-text",
        path={"record": "{meeting_record}"},
        body={"field": "notes", "ground": "It names a child"},
        speaker="steward",
    ),
    Ask(
        operation="withdraw-record",
        path={"record": "{confirmation_record}"},
        body={"reasons": "It was meant for another promise"},
        speaker="resident",
    ),
    Ask(operation="forget-person", body={"person": "{visitor}"}, speaker="steward"),
    Ask(
        operation="end-membership",
        path={**_HERE, "member": "{offered_seat}"},
        body={"reasons": "One seat is enough", "happened": "2025-02-01"},
        speaker="steward",
    ),
)

"""Examples: a place, its bodies and people, a partnership, its seats and rules."""

from typing import Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}

REGISTERS: Final = (
    Ask(
        operation="register-place",
        body={"name": "Mill Lane", "kind": "neighbourhood", "happened": "2020"},
        speaker="steward",
        keep={"place": "created/place/0"},
    ),
    Ask(
        operation="change-place-boundary",
        path={"place": "{place}"},
        body={"name": "Mill Lane and Canal Side", "boundary_vintage": "2024", "happened": "2024-04-01"},
        speaker="steward",
    ),
    Ask(
        operation="register-party",
        body={
            "name": "Ambleford Council",
            "kind": "unitary",
            "identifiers": ["GB-LAE-AMB"],
            "happened": "2020",
        },
        speaker="steward",
        keep={"council": "created/party/0"},
    ),
    Ask(
        operation="register-party",
        body={"name": "Mill Lane Residents", "kind": "tenants-residents-association", "happened": "2020"},
        speaker="steward",
        keep={"group": "created/party/0"},
        is_shown=False,
    ),
    Ask(
        operation="register-party",
        body={"name": "Ambleford Trust", "kind": "locally-trusted-organisation", "happened": "2020"},
        speaker="steward",
        keep={"trust": "created/party/0"},
        is_shown=False,
    ),
    Ask(
        operation="register-party",
        body={"name": "Ambleford Trust Ltd", "kind": "locally-trusted-organisation", "happened": "2020"},
        speaker="steward",
        keep={"same_trust": "created/party/0"},
        is_shown=False,
    ),
    Ask(
        operation="register-party",
        body={"name": "Canal Side Youth Forum", "kind": "youth-forum", "happened": "2020"},
        speaker="steward",
        keep={"forum": "created/party/0"},
        is_shown=False,
    ),
    Ask(
        operation="register-party",
        body={"name": "Ambleford Young Voices", "kind": "youth-forum", "happened": "2025"},
        speaker="steward",
        keep={"voices": "created/party/0"},
        is_shown=False,
    ),
    Ask(
        operation="amend-party",
        path={"party": "{trust}"},
        body={
            "name": "The Ambleford Trust",
            "kind": "locally-trusted-organisation",
            "volunteer_run": True,
            "happened": "2024-06",
        },
        speaker="steward",
    ),
    Ask(
        operation="register-person",
        body={"name": "A. Resident", "contact": "at the community centre", "happened": "2024"},
        speaker="resident",
        keep={"person": "created/person/0"},
    ),
    Ask(
        operation="register-person",
        body={"name": "A Resident", "happened": "2024"},
        speaker="resident",
        keep={"same_person": "created/person/0"},
        is_shown=False,
    ),
    Ask(
        operation="register-person",
        body={"name": "B. Visitor", "contact": "b.visitor@mill-lane.example", "happened": "2024"},
        speaker="resident",
        keep={"visitor": "created/person/0"},
        is_shown=False,
    ),
)
TABLE: Final = (
    Ask(
        operation="form-partnership",
        body={
            "name": "Mill Lane Board",
            "kind": "neighbourhood-board",
            "place": "{place}",
            "happened": "2024-09-01",
            "members": [
                {"party": "{council}", "role": "member", "voting": True},
                {"party": "{group}", "role": "resident-member", "voting": True},
                {"party": "{trust}", "role": "member"},
                {"party": "{forum}", "role": "member"},
            ],
        },
        speaker="steward",
        keep={
            "partnership": "created/partnership/0",
            "itself": "created/itself/0",
            "residents": "created/residents/0",
            "seat": "created/member/3",
        },
    ),
    Ask(
        operation="add-member",
        path=_HERE,
        body={"party": "{same_trust}", "role": "observer", "happened": "2024-10-01"},
        keep={"offered_seat": "created/member/0"},
    ),
    Ask(
        operation="accept-seat",
        path={**_HERE, "member": "{offered_seat}"},
        body={"happened": "2024-10-02"},
        speaker="steward",
    ),
    Ask(
        operation="set-expected-bodies",
        path=_HERE,
        body={"bodies": [{"party": "{council}"}, {"kind": "police-force"}], "happened": "2024-10-01"},
    ),
    Ask(
        operation="adopt-rule",
        path=_HERE,
        body={
            "quorum": 3,
            "meetings_a_year": 6,
            "residents_voting_share_min": 0.5,
            "level_promised": "involve",
            "resolver": "{trust}",
            "happened": "2024-10-01",
        },
    ),
    Ask(
        operation="decide-publication",
        path=_HERE,
        body={"reports": ["what-became-of-asks"], "opens": "2024-10-01", "happened": "2024-10-01"},
    ),
    Ask(
        operation="record-data-sharing",
        path=_HERE,
        body={
            "covers": "Reports on promises and ratings of how working together feels",
            "between": ["{council}", "{group}"],
            "whereabouts": "With the clerk of the council",
            "review_due": "2026-10-01",
            "happened": "2024-10-01",
        },
    ),
    Ask(
        operation="succeed-party",
        body={
            "predecessor": "{forum}",
            "successor": "{voices}",
            "partnerships": ["{partnership}"],
            "happened": "2025-01-10",
        },
        speaker="steward",
    ),
    Ask(
        operation="find-parties-same",
        body={
            "kept": "{trust}",
            "duplicate": "{same_trust}",
            "partnerships": ["{partnership}"],
            "happened": "2025-01-15",
        },
        speaker="steward",
    ),
    Ask(
        operation="find-people-same",
        body={"kept": "{person}", "duplicate": "{same_person}", "happened": "2025-01-15"},
        speaker="steward",
    ),
)

"""An inquiry recorded as a partnership gives its numbers back by role, kind and side.

A committee of Parliament heard 21 expert witnesses over several sessions, took in 45 written submissions, held three
workshops with residents, and put its recommendations to departments.
"""

from collections import Counter
from itertools import islice

import pytest

from api.access.keys import Scope

SESSIONS = {"2021-03-09": 4, "2021-03-23": 5, "2021-04-20": 6, "2021-05-11": 6}
SUBMISSIONS = 45
WORKSHOPS = ("2021-06-03", "2021-06-17", "2021-07-01")
RECOMMENDATIONS = {
    "levelling-up department": "Give neighbourhoods funds of their own",
    "culture department": "Count what community spaces do",
    "treasury": "Fund for ten years",
}
WITNESS_KINDS = ("university", "charity", "unitary", "tenants-residents-association", "trust-foundation")


@pytest.fixture
def inquiry(steward, people):
    committee = steward.records("/v1/parties", name="The Committee", kind="uk-parliament")["created"]["party"][0]
    formed = steward.records(
        "/v1/partnerships",
        name="Inquiry into Left-Behind Places",
        kind="inquiry",
        happened="2021-02-01",
        members=[{"party": committee, "role": "chair", "voting": True}],
    )
    clerk = people(Scope.RECORD, committee)
    path = f"/v1/partnerships/{formed['created']['partnership'][0]}"
    witnesses = ({"name": f"Witness Body {i}", "kind": WITNESS_KINDS[i % len(WITNESS_KINDS)]} for i in range(21))
    for day, count in SESSIONS.items():
        witness_seats = [{"party": each, "role": "expert-witness"} for each in islice(witnesses, count)]
        clerk.records(
            f"{path}/interactions",
            kind="evidence-session",
            happened=day,
            participants=[{"party": committee, "role": "chair"}, *witness_seats],
        )
    for number in range(SUBMISSIONS):
        kind = "local-business" if number < 5 else "charity"
        clerk.records(
            f"{path}/interactions",
            kind="evidence-submission",
            happened="2021-04",
            participants=[{"party": {"name": f"Author {number}", "kind": kind}}],
        )
    for day in WORKSHOPS:
        clerk.records(
            f"{path}/interactions",
            kind="workshop",
            happened=day,
            participants=[{"party": committee}],
            crowds=[{"side": "residents", "count": 20}],
        )
    clerk.records(
        f"{path}/interactions",
        kind="meeting",
        happened="2021-11-01",
        participants=[{"party": committee}],
        asks=[
            {
                "kind": "recommendation",
                "raised_by": committee,
                "addressee": {"name": department, "kind": "central-department"},
                "text": text,
            }
            for department, text in RECOMMENDATIONS.items()
        ],
    )
    return clerk, path


def test_an_inquiry_gives_its_numbers_back_by_kind_role_and_side(inquiry):
    clerk, path = inquiry
    contacts = Counter(row["kind"] for row in clerk.reads(f"{path}/interactions")["rows"])
    assert contacts["evidence-session"] == len(SESSIONS)
    assert contacts["evidence-submission"] == 45
    assert contacts["workshop"] == 3
    cells = clerk.reads(f"{path}/contact-counts")["rows"]
    people = {(row["kind"], row["role"], row["side"]): row["people"] for row in cells}
    assert people["all", "expert-witness", "all"] == 21
    assert people["evidence-session", "expert-witness", "all"] == 21
    sides = {side: people["all", "expert-witness", side] for side in ("community-sector", "government", "residents")}
    assert sides == {"community-sector": 9, "government": 4, "residents": 4}
    assert people["evidence-submission", "all", "business"] == 5


def test_its_recommendations_are_asks_put_to_departments(inquiry):
    clerk, path = inquiry
    asks = clerk.reads(f"{path}/asks")
    assert {row["kind"] for row in asks["rows"]} == {"recommendation"}
    assert set(asks["names"].values()) == {"The Committee", *RECOMMENDATIONS}
    texts = {each["text"]["text"] for each in asks["texts"].values()}
    assert texts == set(RECOMMENDATIONS.values())

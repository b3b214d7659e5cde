"""Each figure of a summary and of a return equals a query over the events, written here without the projections.

The demonstration's first board, with money by category and intervention, a boundary changed, seats taken and given up.
"""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from api.access.keys import Scope
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.funding import FundingAwarded, FundingEnded, FundingPaid, FundingReturned
from domain.events.interactions import InteractionPlanned, InteractionRecorded
from domain.events.outcomes import ContributionClaimed, InterventionStarted, LessonDrawn, OutcomeObserved
from domain.events.partnerships import MemberJoined, MemberLeft
from domain.events.registries import PlaceBoundaryChanged
from domain.values import last_day
from domain.vocabulary import Attendance
from tests.support.standing_bodies import StandingBodies, promises_standing, standing_bodies

START, END = date(2026, 2, 1), date(2026, 7, 31)
NAMES = ("pride-in-place-summary", "pride-in-place-return")
TO_COME = {"Meetings and events to come", "Promised for later", "Awarded, for what is to come"}
BEFORE_DELIVERY = {"capacity building", "engagement", "professional services"}
ENGAGING = {
    *("public-event", "consultation", "survey", "workshop", "focus-group", "drop-in", "door-knocking", "walkabout"),
    *("site-visit", "celebration"),
}


@pytest.fixture(scope="module")
def board(site):
    """The first board, with what the demonstration does not tell of put on record."""
    path = f"/v1/partnerships/{site.board.partnership_id}"
    headers = {"Authorization": f"Bearer {site.key(Scope.STEWARD)}"}
    with httpx2.Client(base_url=site.base, headers=headers, timeout=60) as client:

        def record(where, **body):
            answer = client.post(where, json=body, headers={"Idempotency-Key": str(uuid4())})
            assert answer.status_code == 201, answer.text
            return answer.json()["created"]

        entry = client.get(path).json()
        itself, place = entry["details"]["itself"]["party_id"], entry["place"]["place_id"]
        begun = record(f"{path}/interventions", name="Green Rec", led_by=itself, place=place, happened="2026-03-02")
        (intervention,) = begun["intervention"]
        for on, category, pence in (
            ("2026-01-31", "engagement", 1),
            ("2026-02-01", "engagement", 20),
            ("2026-03-02", "professional services", 300),
            ("2026-07-31", "engagement", 4_000),
            ("2026-07-30", "furniture", 50_000),
            ("2026-08-01", "capacity building", 600_000),
        ):
            amount = {"minor_units": pence, "currency": "GBP"}
            body = {"spent_by": itself, "amount": amount, "category": category, "intervention": intervention}
            record(f"{path}/spending", **body, happened=on)
        seat = record(f"{path}/members", party=itself, role="observer", happened="2026-04-01")["member"][0]
        record(f"{path}/members/{seat}/departures", happened="2026-06-01")
        record(f"/v1/places/{place}/boundary-changes", name="Harrowfold and Mill End", happened="2026-05-05")
        reading = {"indicator": "Trust", "domain": "belonging", "value": 1, "unit": "in 100"}
        period = {"period_start_on": "2026-02-01", "period_end_on": "2026-04-30", "happened": "2026-05-01"}
        outcome = record(f"/v1/places/{place}/outcomes", **reading, **period)["outcome"][0]
        claim = {"outcome": outcome, "said_by": itself, "intervention": intervention, "happened": "2026-06-02"}
        record(f"{path}/contributions", **claim)
        record(f"{path}/lessons", lesson="Ask first", drawn_by=itself, happened="2026-06-03")
        met = {"kind": "workshop", "participants": [{"party": itself}, {"party": itself, "attendance": "apologies"}]}
        crowd = [{"side": "residents", "count": 17}]
        record(f"{path}/interactions", **met, crowds=crowd, happened="2026-06-05")
        record(f"{path}/plans", kind="workshop", planned_for="2090-09-01", happened="2026-06-04")
        yield client, path, place


def standing(site, partition_id):
    """The events of a partition that stand by the end of the period, in the order of the log."""
    return standing_bodies(site.services.recorder, partition_id, END)


def within(body):
    return START <= last_day(body.happened) <= END


def of(bodies, kind):
    return [body for _, body in bodies if isinstance(body, kind)]


def tally(table, entries):
    """Sums by group, measure and currency: entries hold a group, a measure, a currency and an amount."""
    sums = Counter()
    for group, measure, currency, amount in entries:
        sums[table, group, measure, currency] += amount
    return sums


def spent(table, payments, group):
    return tally(table, ((group(each), "spent", each.amount.currency, each.amount.minor_units) for each in payments))


def money(bodies):
    payments = of(bodies, SpendingRecorded)
    period = [each for each in payments if within(each)]
    before = [each for each in period if each.category in BEFORE_DELIVERY]
    found = spent("Completed, with cost", before, lambda each: (each.category,))
    found += tally("Completed, with cost", (((each.category,), "payments", "", 1) for each in before))
    found += spent("Spent so far, by award", payments, lambda each: (str(each.award_id or ""),))
    found += spent("Spent in the period, by intervention", period, lambda each: (str(each.intervention_id or ""),))
    found += spent("Spent in the period, by category", period, lambda each: (each.category or "",))
    return found + spent("Spent in the period, by theme", period, lambda each: (each.theme or "",))


def awards(bodies):
    found, groups = Counter(), {}
    for award in of(bodies, FundingAwarded):
        groups[award.award_id] = (last_day(award.happened).isoformat(), str(award.award_id)), award.amount.currency
        group, currency = groups[award.award_id]
        found += tally("Awarded", [(group, "awarded", currency, award.amount.minor_units)])
    for kind, measure in ((FundingPaid, "paid out"), (FundingReturned, "returned")):
        for each in of(bodies, kind):
            group, currency = groups[each.award_id]
            found += tally("Awarded", [(group, measure, currency, each.amount.minor_units)])
    return found


def meetings(bodies):
    held = [each for each in of(bodies, InteractionRecorded) if within(each)]
    table = "Who took part, at these and at meetings"
    found = tally(table, (((), "meetings and events", "", 1) for _ in held))
    for meeting in held:
        there = [each for each in meeting.participants if each.attendance is Attendance.ATTENDED]
        came = [each.party.side for each in there for _ in range(each.count)]
        came += [crowd.side for crowd in meeting.crowds for _ in range(crowd.count)]
        found += tally(table, (((), f"came from: {side}", "", 1) for side in came))
    engaging = [each for each in held if each.kind.value in ENGAGING]
    for meeting in engaging:
        came = [each for each in meeting.participants if each.attendance is Attendance.ATTENDED]
        people = sum(each.count for each in came) + sum(crowd.count for crowd in meeting.crowds)
        visitors = sum(each.count for each in came if not each.member)
        counts = (("held", 1), ("people who came", people), ("of them visitors", visitors))
        found += tally("Held, and how many came", (((meeting.kind.value,), measure, "", n) for measure, n in counts))
    known = {each.interaction_id for each in of(bodies, InteractionRecorded)}
    plans = [each for each in of(bodies, InteractionPlanned) if each.interaction_id not in known]
    coming = [each for each in plans if last_day(each.planned_for) > END]
    return found + tally("Meetings and events to come", (((each.kind.value,), "planned", "", 1) for each in coming))


def board_changes(bodies, of_place):
    seats = {each.member_id: each for each in of(bodies, MemberJoined)}
    left = [seats[each.member_id] for each in of(bodies, MemberLeft) if within(each)]
    joined = [each for each in seats.values() if within(each)]
    found = Counter()
    for table, some in (("Seats taken", joined), ("Seats given up", left)):
        found += tally(table, (((each.party.side.value, each.role.value), "seats", "", 1) for each in some))
    changes = [each for each in of(of_place, PlaceBoundaryChanged) if within(each)]
    return found + tally("Changes of the boundary", (((each.name,), "changes", "", 1) for each in changes))


def outcomes(bodies, of_place):
    readings = [each for each in of(of_place, OutcomeObserved) if START <= each.period_end_on <= END]
    said = [each for each in of(bodies, ContributionClaimed) if within(each)]
    begun = [each for each in of(bodies, InterventionStarted) if within(each)]
    lessons = [each for each in of(bodies, LessonDrawn) if within(each)]
    return (
        tally("Outcomes observed", (((each.domain.value, each.indicator), "readings", "", 1) for each in readings))
        + tally("Said of what led to them", (((each.stance.value,), "statements", "", 1) for each in said))
        + tally("Interventions started", (((str(each.intervention_id),), "started", "", 1) for each in begun))
        + tally("Lessons drawn", (((), "lessons", "", 1) for _ in lessons))
    )


def years_after(day, years):
    assert years == int(years), "the board's awards run for whole years"
    return day.replace(year=day.year + int(years)) - timedelta(days=1)


def to_come(bodies):
    """Promises that are still due, and awards that still run, after the period."""
    promises = promises_standing(StandingBodies(bodies), END)
    due_next = [promise for promise, standing, _ in promises if standing == "Due next"]
    found = tally("Promised for later", (((each.theme or "",), "promises", "", 1) for each in due_next))
    ended = {each.award_id for each in of(bodies, FundingEnded)}
    for award in of(bodies, FundingAwarded):
        awarded_on = last_day(award.happened)
        stated_ends = [last_day(award.spend_by)] if award.spend_by else []
        stated_ends += [years_after(awarded_on, award.years)] if award.years else []
        if award.award_id not in ended and max(stated_ends, default=END) > END:
            group, amount = (awarded_on.isoformat(), str(award.award_id)), award.amount
            found += tally("Awarded, for what is to come", [(group, "awarded", amount.currency, amount.minor_units)])
    return found


def decisions(bodies):
    taken = [each for each in of(bodies, DecisionTaken) if within(each)]
    return tally("Decisions taken", (((each.led_by.side.value,), "decisions", "", 1) for each in taken))


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_equals_a_query_over_the_events(site, board, name):
    client, path, place = board
    params = {"template": name, "since": str(START), "as_of": str(END)}
    answer = client.get(f"{path}/return", params=params).json()
    bodies, of_place = standing(site, site.board.partnership_id), standing(site, UUID(place))
    expected = money(bodies) + awards(bodies) + meetings(bodies) + board_changes(bodies, of_place)
    expected += to_come(bodies) + decisions(bodies)
    expected += outcomes(bodies, of_place) if name == "pride-in-place-return" else Counter()
    found = {
        (each["table"], tuple(each["group"]), each["measure"], each["currency"]): each["amount"]
        for each in answer["figures"]
    }
    assert {key: amount for key, amount in found.items() if amount} == {key: n for key, n in expected.items() if n}
    assert expected["Completed, with cost", ("engagement",), "spent", "GBP"] == 4_020
    assert expected["Changes of the boundary", ("Harrowfold and Mill End",), "changes", ""] == 1
    assert {table for table, *_ in found} == {table for table, *_ in expected}
    assert {table for table, *_ in found} >= {"Seats taken", "Seats given up", "Awarded", *TO_COME}


def test_every_figure_names_events_that_are_on_record(site, board):
    client, path, place = board
    params = {"template": NAMES[1], "since": str(START), "as_of": str(END)}
    answer = client.get(f"{path}/return", params=params).json()
    log = site.services.recorder
    known = {event.event_id for each in (site.board.partnership_id, UUID(place)) for event in log.read_partition(each)}
    for figure in answer["figures"]:
        assert figure["causes"], figure
        assert known.issuperset(map(UUID, figure["causes"]))
    table = list(csv.DictReader(io.StringIO(client.get(f"{path}/return", params={**params, "format": "csv"}).text)))
    assert [int(row["amount"]) for row in table] == [each["amount"] for each in answer["figures"]]
    assert all(row["causes"] for row in table)


def test_a_return_that_begins_after_it_ends_is_refused(board):
    client, path, _ = board
    answer = client.get(f"{path}/return", params={"since": "2026-08-02", "as_of": "2026-08-01"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "since")


def test_without_a_first_day_it_looks_back_as_many_months_as_it_says(board):
    client, path, _ = board
    for name, since in zip(NAMES, ("2026-02-01", "2025-08-01"), strict=True):
        answer = client.get(f"{path}/return", params={"template": name, "as_of": "2026-07-31"}).json()
        assert answer["since"] == since

"""Early warnings of a story, as tests ask for them, and random stories in which they come and go."""

from datetime import date, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.asks import ReferralAccepted
from domain.events.declaration import Participant
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.interactions import InteractionCancelled, InteractionPlanned
from domain.values import PartyAt
from domain.vocabulary import Attendance, InteractionKind
from projections.method.document import default_method
from projections.method.method import Method
from projections.scoring.early_warnings.warning_row import EarlyWarningRow, EarlyWarningState
from projections.views.early_warnings import early_warnings
from tests.support.partnership_story import COUNCIL, COUNTY, ICB, TENANTS, PartnershipStory, an_id, words
from tests.support.trust_figures import partnership

FIRST = date(2025, 1, 6)


def warning_method(**rules: object) -> Method:
    """The shipped method, with some thresholds of its own."""
    shipped = default_method()
    return replace(shipped, early_warnings=replace(shipped.early_warnings, **rules))


def warned(story: PartnershipStory, as_of: str | date, rule: str = "", **rules: object) -> list[EarlyWarningRow]:
    """The warnings that hold on a day, of one rule or of all."""
    rows = early_warnings(story.at(as_of), warning_method(**rules))
    return [row for row in rows if row.state is EarlyWarningState.HOLDS and rule in ("", row.rule.value)]


def call_off(story: PartnershipStory, name: str, on: str, *, kind: InteractionKind = InteractionKind.MEETING) -> None:
    """Plan a meeting a week ahead and call it off on a day."""
    plan_on = (date.fromisoformat(on) - timedelta(days=7)).isoformat()
    story.tell(InteractionPlanned(happened=plan_on, interaction_id=an_id(name), kind=kind, planned_for=on))
    story.tell(InteractionCancelled(happened=on, interaction_id=an_id(name)))


def came(who, *, attendance: Attendance = Attendance.ATTENDED, person: str = "") -> Participant:
    return Participant(who, attendance=attendance, person_id=an_id(person) if person else None)


def missed(who) -> Participant:
    return came(who, attendance=Attendance.ABSENT)


def fall_out(story: PartnershipStory, name: str, on: str) -> None:
    body = DisputeRaised(
        happened=on, dispute_id=an_id(name), raised_by=TENANTS, others=(COUNCIL,), about=words("who cuts the hedge")
    )
    story.tell(body, by=TENANTS)


def make_up(story: PartnershipStory, name: str, on: str) -> None:
    story.tell(DisputeSettled(happened=on, dispute_id=an_id(name), agreed_by=(TENANTS, COUNCIL)))


def take_over(story: PartnershipStory, ask: str, on: str, who) -> None:
    story.tell(ReferralAccepted(happened=on, ask_id=an_id(ask), accepted_by=who), by=who)


ACTS = ("promise", "keep", "ask", "answer", "pass on", "meet", "miss", "call off", "fall out", "make up")
SOON = {
    "cancelled_in_a_row": 2,
    "fewest_overdue": 1,
    "fewest_more": 1,
    "compared_after_days": 60,
    "missed_in_a_row": 2,
    "fewest_attended_before": 1,
    "fewest_active": 3,
    "fewest_asks": 2,
    "open_disagreement_days": 30,
    "silent_days": 40,
    "trust_compared_quarters": 1,
}
"""Thresholds low enough for short stories."""


@st.composite
def eventful_stories(draw) -> PartnershipStory:
    """A random story of meetings, promises, asks and quarrels, in the order in which they happened."""
    story = partnership(COUNCIL, COUNTY, ICB, TENANTS, since=FIRST.isoformat())
    things: dict[str, list[str]] = {"promise": [], "ask": [], "fall out": []}
    day = FIRST
    for number, act in enumerate(draw(st.lists(st.sampled_from(ACTS), min_size=10, max_size=40))):
        day += timedelta(days=draw(st.sampled_from((0, 1, 7, 30))))
        who, about = draw(st.sampled_from((COUNCIL, COUNTY, ICB))), things.get(_ABOUT.get(act, ""), ())
        if about:
            _follow(story, act, draw(st.sampled_from(about)), day.isoformat(), who)
        else:
            people = [draw(st.sampled_from("abc")) for _ in range(2)]
            _begin(story, act, f"{act} {number}", day, who, people)
            things.get(act, []).append(f"{act} {number}")
    return story


_ABOUT = {"keep": "promise", "answer": "ask", "pass on": "ask", "make up": "fall out"}
"""The sort of thing that an act continues, where there is one by then; else nothing happens."""


def _begin(story: PartnershipStory, act: str, name: str, day: date, who: PartyAt, people: list[str]) -> None:
    on = day.isoformat()
    match act:
        case "promise":
            story.promised(name, on, who=who, by=who, due=(day + timedelta(days=10)).isoformat())
        case "ask":
            story.asked(name, on, of=who)
        case "fall out":
            fall_out(story, name, on)
        case "call off":
            call_off(story, name, on)
        case "meet" | "miss":
            there = came(who) if act == "meet" else missed(who)
            story.met(name, on, *(came(TENANTS, person=person) for person in people), there)


def _follow(story: PartnershipStory, act: str, thing: str, on: str, who: PartyAt) -> None:
    match act:
        case "keep":
            story.confirmed_done(thing, on)
        case "answer":
            story.answered(thing, on)
        case "pass on":
            take_over(story, thing, on, who)
        case "make up":
            make_up(story, thing, on)

"""Random partnerships for the laws of trust: promises, asks, meetings, decisions, money, and quarrels about them.

What is told is told in the order of recording; each thing may have happened some days before it was recorded, but
not before what it is about.
"""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st

from domain.events import Participant
from domain.events.commitments import (
    CommitmentFailed,
    CommitmentReleased,
    CommitmentRenegotiated,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    PartSettled,
)
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.funding import ControlDelegated, FundingAwarded, FundingConditionChanged
from domain.events.interactions import NotesShared
from domain.events.records import DisputeResolved
from domain.values import Money, PartyAt
from domain.vocabulary import (
    Allocation,
    ConditionChange,
    Control,
    Delegated,
    DelegationStep,
    Extent,
    Level,
    Payment,
    ResolutionOutcome,
    Restriction,
    Side,
)
from tests.support.partnership_story import (
    COUNCIL,
    COUNTY,
    FORUM,
    LOTTERY,
    RESIDENTS,
    TENANTS,
    PartnershipStory,
    an_id,
    words,
)
from tests.support.trust_figures import partnership

START = date(2025, 1, 6)
OFFICIALS, GROUPS = (COUNCIL, COUNTY), (TENANTS, FORUM)
EVERYBODY = (*OFFICIALS, *GROUPS)
DAYS = st.integers(0, 60)


class Teller:
    """A teller of one random story, who keeps what there is to speak of and the day on which it began."""

    def __init__(self, draw: Callable) -> None:
        self.draw = draw
        self.told: PartnershipStory = partnership(*EVERYBODY, since=START.isoformat())
        self.today = START
        self.promises: dict[str, tuple[date, PartyAt, tuple[PartyAt, ...]]] = {}
        self.asks: dict[str, tuple[date, PartyAt, PartyAt]] = {}
        self.meetings: dict[str, date] = {}
        self.consultations: dict[str, date] = {}
        self.decisions: dict[str, tuple[date, PartyAt]] = {}
        self.records: list[tuple[date, object, PartyAt]] = []

    def one(self, *choices: object):
        return self.draw(st.sampled_from(choices))

    def when(self, since: date = START) -> dict[str, str]:
        """The day on which something happened (not before `since`) and that it was recorded today."""
        back = self.draw(st.integers(0, 30))
        happened = max(since, self.today - timedelta(days=back))
        return {"on": happened.isoformat(), "recorded": self.today.isoformat()}

    def tell(self, body_of: Callable[[str], object], by: PartyAt, since: date = START):
        when = self.when(since)
        identity = self.told.tell(body_of(when["on"]), by=by, recorded=when["recorded"])
        self.records.append((date.fromisoformat(when["on"]), identity, by))
        return identity

    def pass_time(self) -> None:
        self.today += timedelta(days=self.draw(DAYS))

    # One method for each kind of telling

    def promise(self) -> None:
        who, to = self.one((COUNCIL, TENANTS), (COUNCIL, FORUM), (COUNTY, TENANTS), (TENANTS, COUNCIL))
        promisees = self.one((to,), (to,), (TENANTS, FORUM) if to in GROUPS else (to,))
        name, when = f"promise {len(self.promises)}", self.when()
        due = self.one(None, (date.fromisoformat(when["on"]) + timedelta(days=self.draw(DAYS))).isoformat())
        identity = self.told.promised(name, who=who, to=promisees, by=self.one(who, *promisees), due=due, **when)
        self.promises[name] = (date.fromisoformat(when["on"]), who, promisees)
        self.records.append((date.fromisoformat(when["on"]), identity, who))

    def about_promise(self) -> None:
        if not self.promises:
            return
        name = self.one(*self.promises)
        since, who, to = self.promises[name]
        promisee, identity = self.one(*to), an_id(name)
        when = self.when(since)
        match self.one("report", "report", "confirm", "confirm", "deny", "withdraw", "fail", "release", "move"):
            case "report":
                record = self.told.reported_done(name, by=who, **when)
                self.records.append((date.fromisoformat(when["on"]), record, who))
            case "confirm":
                self.told.confirmed_done(name, by=promisee, **when)
            case "deny":
                self.told.said_not_done(name, by=promisee, **when)
            case "withdraw":
                self.tell(
                    lambda on: CommitmentWithdrawn(happened=on, commitment_id=identity, withdrawn_by=who), who, since
                )
            case "fail":
                self.tell(lambda on: CommitmentFailed(happened=on, commitment_id=identity, said_by=who), who, since)
            case "release":
                self.tell(
                    lambda on: CommitmentReleased(
                        happened=on, commitment_id=identity, released_by=promisee, promisers=(who,)
                    ),
                    promisee,
                    since,
                )
            case "move":
                due = (self.today + timedelta(days=30)).isoformat()
                agreed = self.one((), (promisee,))
                self.tell(
                    lambda on: CommitmentRenegotiated(
                        happened=on, commitment_id=identity, asked_by=who, due=due, agreed_by=agreed
                    ),
                    who,
                    since,
                )

    def about_progress(self) -> None:
        if not self.promises:
            return
        name = self.one(*self.promises)
        since, who, to = self.promises[name]
        promisee = self.one(*to)
        match self.one("report", "confirm", "settle", "date"):
            case "report":
                self.report_part(name, who, since)
            case "confirm":
                self.told.confirmed_done(name, by=promisee, details=self.part(), **self.when(since))
            case "settle":
                self.settle_part(name, promisee, since, agreed_by=self.one((), (who,)))
            case "date":
                self.name_date(name, promisee, since, agreed_by=self.one((), (who,)))

    def name_date(self, name: str, by: PartyAt, since: date, agreed_by: tuple[PartyAt, ...]) -> None:
        due = (self.today + timedelta(days=self.draw(st.integers(20, 60)))).isoformat()
        self.tell(
            lambda on: CommitmentRenegotiated(
                happened=on, commitment_id=an_id(name), asked_by=by, due=due, agreed_by=agreed_by
            ),
            by,
            since,
        )

    def part(self) -> dict[str, object]:
        return {"extent": Extent.PART, "fraction": self.draw(st.sampled_from([0.1, 0.5, 0.9]))}

    def report_part(self, name: str, who: PartyAt, since: date) -> None:
        part = self.part()
        self.tell(
            lambda on: FulfilmentClaimed(happened=on, commitment_id=an_id(name), claimed_by=who, **part), who, since
        )

    def settle_part(self, name: str, by: PartyAt, since: date, agreed_by: tuple[PartyAt, ...] = ()) -> None:
        fraction = self.draw(st.sampled_from([0.1, 0.5, 0.9]))
        self.tell(
            lambda on: PartSettled(
                happened=on, commitment_id=an_id(name), settled_by=by, fraction=fraction, agreed_by=agreed_by
            ),
            by,
            since,
        )

    def ask(self) -> None:
        name, when = f"ask {len(self.asks)}", self.when()
        of, by = self.one((COUNCIL, TENANTS), (COUNTY, FORUM), (COUNCIL, RESIDENTS), (TENANTS, COUNCIL))
        self.told.asked(name, of=of, by=by, **when)
        self.asks[name] = (date.fromisoformat(when["on"]), of, by)

    def answer(self) -> None:
        if self.asks:
            name = self.one(*self.asks)
            since, of, _ = self.asks[name]
            when = self.when(since)
            identity = self.told.answered(name, by=of, **when)
            self.records.append((date.fromisoformat(when["on"]), identity, of))

    def meet(self) -> None:
        name, when = f"meeting {len(self.meetings)}", self.when()
        convenor, others = self.one(COUNCIL, TENANTS), (Participant(COUNCIL), Participant(TENANTS), Participant(COUNTY))
        self.told.met(name, when["on"], *others, details={"convened_by": convenor}, recorded=when["recorded"])
        self.meetings[name] = date.fromisoformat(when["on"])

    def share_notes(self) -> None:
        if self.meetings:
            name = self.one(*self.meetings)
            sides = self.one((Side.RESIDENTS,), (Side.RESIDENTS, Side.GOVERNMENT))
            self.tell(
                lambda on: NotesShared(happened=on, interaction_id=an_id(name), shared_with=sides),
                COUNCIL,
                self.meetings[name],
            )

    def decide(self) -> None:
        name, leader = f"decision {len(self.decisions)}", self.one(COUNCIL, TENANTS)
        levels = self.one(*Level), self.one(None, *Level)
        day = self.today
        self.tell(
            lambda on: DecisionTaken(
                happened=on,
                decision_id=an_id(name),
                title=words(name),
                decided_by=leader,
                met_by=(Side.RESIDENTS, Side.GOVERNMENT),
                led_by=leader,
                reasons=self.one(None, words("why")),
                level_promised=levels[0],
                level_practised=levels[1],
            ),
            leader,
        )
        self.decisions[name] = (day, leader)

    def attest(self) -> None:
        if self.decisions:
            name = self.one(*self.decisions)
            since, leader = self.decisions[name]
            other = TENANTS if leader is COUNCIL else COUNCIL
            level = self.one(None, *Level)
            self.tell(
                lambda on: DecisionAttested(
                    happened=on, decision_id=an_id(name), attested_by=other, led_by=leader, level_practised=level
                ),
                other,
                since,
            )

    def consult(self) -> None:
        name = f"consultation {len(self.consultations)}"
        when = self.when()["on"]
        self.told.tell(
            ConsultationOpened(happened=when, consultation_id=an_id(name), opened_by=COUNCIL, subject=words()),
            by=COUNCIL,
            recorded=self.today.isoformat(),
        )
        self.told.tell(
            ConsultationClosed(happened=when, consultation_id=an_id(name), closed_by=COUNCIL, responses=9),
            by=COUNCIL,
            recorded=self.today.isoformat(),
        )
        self.consultations[name] = date.fromisoformat(when)

    def feed_back(self) -> None:
        if self.consultations:
            name = self.one(*self.consultations)
            self.tell(
                lambda on: ConsultationFeedbackGiven(
                    happened=on, consultation_id=an_id(name), given_by=COUNCIL, responses_covered=9
                ),
                COUNCIL,
                self.consultations[name],
            )

    def fund(self) -> None:
        award = an_id(f"award {len(self.told.records)}")
        self.tell(
            lambda on: FundingAwarded(
                happened=on,
                award_id=award,
                funder=LOTTERY,
                recipient=TENANTS,
                amount=Money(1_000_000),
                restriction=self.one(*Restriction),
                allocation=self.one(*Allocation),
                years=3.0,
                payment=self.one(*Payment),
                control=self.one(*Control),
            ),
            LOTTERY,
        )
        change = self.one(*ConditionChange)
        self.tell(
            lambda on: FundingConditionChanged(
                happened=on,
                award_id=award,
                condition_id=an_id("a condition"),
                funder=LOTTERY,
                recipient=TENANTS,
                change=change,
            ),
            LOTTERY,
            self.today,
        )

    def delegate(self) -> None:
        step, which = self.one(*DelegationStep), self.one("park", "hall")
        self.tell(
            lambda on: ControlDelegated(
                happened=on,
                delegation_id=an_id(which),
                delegated_by=COUNCIL,
                delegated_to=TENANTS,
                what=Delegated.DECISION,
                step=step,
            ),
            COUNCIL,
        )

    def quarrel(self) -> None:
        if self.records:
            since, record, _ = self.one(*self.records)
            self.told.disputed(record, by=self.one(*EVERYBODY), **self.when(since))

    def settle(self) -> None:
        if self.records:
            since, record, _ = self.one(*self.records)
            outcome = self.one(*ResolutionOutcome)
            for party in (COUNCIL, TENANTS):
                when = self.when(since)
                self.told.tell(
                    DisputeResolved(happened=when["on"], record_id=record, agreed_by=party, outcome=outcome),
                    by=party,
                    recorded=when["recorded"],
                )


TELLINGS = (
    Teller.promise,
    Teller.promise,
    Teller.about_promise,
    Teller.about_promise,
    Teller.about_promise,
    Teller.about_progress,
    Teller.about_progress,
    Teller.ask,
    Teller.answer,
    Teller.meet,
    Teller.share_notes,
    Teller.decide,
    Teller.attest,
    Teller.consult,
    Teller.feed_back,
    Teller.fund,
    Teller.delegate,
    Teller.quarrel,
    Teller.settle,
)


@st.composite
def stories(draw, length: int = 25) -> Teller:
    """Draw a story of up to so many tellings."""
    teller = Teller(draw)
    for telling in draw(st.lists(st.sampled_from(TELLINGS), min_size=3, max_size=length)):
        telling(teller)
        teller.pass_time()
    return teller

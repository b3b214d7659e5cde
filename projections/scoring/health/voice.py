"""Voice (H3): whether what residents ask for changes what is done, and who leads."""

from collections import Counter
from collections.abc import Iterator
from math import fsum
from typing import Final, cast
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskAnswered, AskRaised
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.values import end_of_day
from domain.vocabulary import Side
from projections.history.causes import causes_of
from projections.history.history import History
from projections.history.rules_in_force import rule_in_force
from projections.lifecycles.asks import Ask, is_answer, is_ask_laid_at_door
from projections.lifecycles.decisions import AgreedLead, agreed_lead, decisions_led
from projections.method.method import Dimension
from projections.scoring.health.material import Material
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    Missing,
    absent,
    counted,
    facts,
    share,
)

H3: Final = Dimension.VOICE


class Influence(Struct, frozen=True, kw_only=True):
    """The influence of one resident ask: its worth, or None while it is too young to say."""

    ask_id: UUID
    worth: float | None
    causes: tuple[UUID, ...]


def voice(material: Material) -> list[Measure]:
    """Measure the influence of residents' asks; beside it who led, at what level, with what seats and money."""
    asks_judged = list(influences(material))
    outcomes = [each for each in asks_judged if each.worth is not None]
    causes = causes_of(outcomes)
    missing = Missing.NOT_YET_DUE if asks_judged else Missing.NOTHING_HAPPENED
    worth = fsum(cast("float", each.worth) for each in outcomes)
    return [
        share(H3, HEADLINE, worth, len(outcomes), causes=causes, missing=missing),
        counted(H3, "asks-too-young-to-say", len(asks_judged) - len(outcomes)),
        *_leads(material),
        *_seats(material),
        *_spending(material),
    ]


def influences(material: Material) -> Iterator[Influence]:
    """Judge each ask that residents raised in the window, did not take back, and laid at nobody's door."""
    history = material.history
    for ask in material.asks:
        if (
            ask.body.raised_by.side is Side.RESIDENTS
            and ask.withdrawal is None
            and not is_ask_laid_at_door(history, ask)
        ):
            yield _influence(ask, material)


def _influence(ask: Ask, material: Material) -> Influence:
    for fact in material.history.about(ask.ask_id):
        is_set_aside = ask.answer is None and is_answer(fact)
        if isinstance(fact.body, AskAnswered) and not is_set_aside:
            worth = material.method.values.influence[fact.body.answer]
            return Influence(ask_id=ask.ask_id, worth=worth, causes=(*ask.raised.causes, *fact.causes))
    worth_unanswered = 0.0 if end_of_day(ask.given_up_on) < material.end else None
    return Influence(ask_id=ask.ask_id, worth=worth_unanswered, causes=ask.raised.causes)


def _leads(material: Material) -> Iterator[Measure]:
    decisions = material.recent_each(DecisionTaken)
    all_led = decisions_led(material.history, material.method)
    led_decisions = {led.fact.event_id: led for led in all_led if led.fact.occurred_at >= material.start}
    leads = [agreed_lead(led_decisions.get(fact.event_id), material.end) for fact, _ in decisions]
    leads_stated = [lead for lead in leads if lead.led_by is not None]
    by_residents = sum(lead.led_by.side is Side.RESIDENTS for lead in leads_stated if lead.led_by is not None)
    yield share(H3, "led-by-residents", by_residents, len(leads_stated), causes=causes_of(facts(decisions)))
    yield counted(H3, "lead-not-stated", len(leads) - len(leads_stated), n=len(leads))
    yield _practised(leads)


def _practised(leads: list[AgreedLead]) -> Measure:
    ranks = [lead.practised.rank for lead in leads if lead.practised is not None]
    mean = fsum(ranks) / len(ranks) if ranks else None
    missing = Missing.NOT_RECORDED if leads else Missing.NOTHING_HAPPENED
    return counted(H3, "level-practised", mean, n=len(ranks), missing=missing)


def _seats(material: Material) -> Iterator[Measure]:
    """Voting seats that residents hold against the share the partnership's rule calls for."""
    voting = [seat for seat in material.history.members_at(material.end) if seat.voting]
    resident_seats = sum(seat.party.side is Side.RESIDENTS for seat in voting)
    causes = causes_of(voting)
    yield counted(
        H3, "resident-voting-seats", resident_seats / len(voting) if voting else None, n=len(voting), causes=causes
    )
    rule = rule_in_force(material.history, "residents_voting_share_min")
    if rule is None:
        yield absent(H3, "resident-voting-seats-by-rule", Missing.NOT_RECORDED)
    else:
        settlement, floor = rule
        yield counted(H3, "resident-voting-seats-by-rule", floor, causes=settlement.fact.causes)


def _spending(material: Material) -> Iterator[Measure]:
    """The share of money spent that can be traced to a resident's ask, each currency apart."""
    spending = material.recent_each(SpendingRecorded)
    totals: Counter[str] = Counter()
    traced: Counter[str] = Counter()
    for _, sum_spent in spending:
        totals[sum_spent.amount.currency] += sum_spent.amount.minor_units
        traced[sum_spent.amount.currency] += (
            sum_spent.amount.minor_units if _is_asked_by_residents(sum_spent, material.history) else 0
        )
    causes = causes_of(facts(spending))
    for currency in sorted(totals):
        value = traced[currency] / totals[currency] if totals[currency] > 0 else None
        yield counted(H3, "spending-traced-to-residents", value, n=len(spending), group=currency, causes=causes)


def _is_asked_by_residents(spending: SpendingRecorded, history: History) -> bool:
    """A resident asked for it, by its own words or by those of the decision that it followed from."""
    decision = None if spending.decision_id is None else _decision(history, spending.decision_id)
    ask_ids = {*spending.ask_ids, *(() if decision is None else decision.answers_ask_ids)}
    bodies = (fact.body for ask_id in ask_ids for fact in history.about(ask_id))
    return any(isinstance(body, AskRaised) and body.raised_by.side is Side.RESIDENTS for body in bodies)


def _decision(history: History, decision_id: UUID) -> DecisionTaken | None:
    bodies = (fact.body for fact in reversed(history.about(decision_id)))
    return next((body for body in bodies if isinstance(body, DecisionTaken)), None)

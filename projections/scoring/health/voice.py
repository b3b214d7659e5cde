"""Voice (H3): whether what residents ask for changes what is done, and who leads."""

from collections import Counter
from collections.abc import Iterator
from math import fsum
from typing import Final, cast
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskAnswered, AskRaised, AskWithdrawn
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.recorded import Effective
from domain.values import end_of_day, last_day
from domain.vocabulary import Side
from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.history.rules_in_force import rule_in_force
from projections.lifecycles.asks import asks, is_answer, is_ask_laid_at_door
from projections.lifecycles.decisions import AgreedLead, lead_at
from projections.method.method import Dimension, Method
from projections.method.working_days import working_days
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
    """What became of one resident ask: its worth, or None while it is too young to say."""

    ask_id: UUID
    worth: float | None
    causes: tuple[UUID, ...]


def voice(material: Material) -> list[Measure]:
    """Measure the influence of residents' asks; beside it who led, at what level, with what seats and money."""
    asked = list(influences(material))
    told = [each for each in asked if each.worth is not None]
    causes = each_once(cause for each in told for cause in each.causes)
    missing = Missing.NOT_YET_DUE if asked else Missing.NOTHING_HAPPENED
    worth = fsum(cast("float", each.worth) for each in told)
    return [
        share(H3, HEADLINE, worth, len(told), causes=causes, missing=missing),
        counted(H3, "asks-too-young-to-say", len(asked) - len(told)),
        *_leads(material),
        *_seats(material),
        *_spending(material),
    ]


def influences(material: Material) -> Iterator[Influence]:
    """Judge each ask that residents raised in the window, did not take back, and laid at nobody's door."""
    history, method = material.history, material.method
    followed = asks(history, method)
    unanswered = {each.ask_id for each in followed if each.answer is None}
    laid = {each.ask_id for each in followed if is_ask_laid_at_door(history, each)}
    for fact, ask in material.recent_each(AskRaised):
        later = history.about(ask.ask_id)
        is_theirs = ask.raised_by.side is Side.RESIDENTS and ask.ask_id not in laid
        if is_theirs and not any(isinstance(each.body, AskWithdrawn) for each in later):
            standing = [each for each in later if not (is_answer(each) and ask.ask_id in unanswered)]
            yield _influence(fact, ask, standing, history, method)


def _influence(fact: Effective, ask: AskRaised, later: list[Effective], history: History, method: Method) -> Influence:
    for each in later:
        if isinstance(each.body, AskAnswered):
            adopted = method.values.influence[each.body.answer]
            return Influence(ask_id=ask.ask_id, worth=adopted, causes=(*fact.causes, *each.causes))
    rules = method.answers
    limit = round(rules.standard_working_days * rules.limit_multiple)
    until = working_days(method.bank_holidays).after(last_day(ask.happened), limit)
    worth = 0.0 if end_of_day(until) < history.end else None
    return Influence(ask_id=ask.ask_id, worth=worth, causes=fact.causes)


def _leads(material: Material) -> Iterator[Measure]:
    decisions = material.recent_each(DecisionTaken)
    leads = [lead_at(material.history, material.method, fact, body) for fact, body in decisions]
    stated = [lead for lead in leads if lead.led_by is not None]
    by_residents = sum(lead.led_by.side is Side.RESIDENTS for lead in stated if lead.led_by is not None)
    yield share(H3, "led-by-residents", by_residents, len(stated), causes=causes_of(facts(decisions)))
    yield counted(H3, "lead-not-stated", len(leads) - len(stated), n=len(leads))
    yield _practised(leads)


def _practised(leads: list[AgreedLead]) -> Measure:
    ranks = [lead.practised.rank for lead in leads if lead.practised is not None]
    mean = fsum(ranks) / len(ranks) if ranks else None
    missing = Missing.NOT_RECORDED if leads else Missing.NOTHING_HAPPENED
    return counted(H3, "level-practised", mean, n=len(ranks), missing=missing)


def _seats(material: Material) -> Iterator[Measure]:
    """Voting seats that residents hold against the share the partnership's rule calls for."""
    voting = [seat for seat in material.history.members_at(material.end) if seat.voting]
    held = sum(seat.party.side is Side.RESIDENTS for seat in voting)
    causes = each_once(cause for seat in voting for cause in seat.causes)
    yield counted(H3, "resident-voting-seats", held / len(voting) if voting else None, n=len(voting), causes=causes)
    rule = rule_in_force(material.history, "residents_voting_share_min")
    if rule is None:
        yield absent(H3, "resident-voting-seats-by-rule", Missing.NOT_RECORDED)
    else:
        settled, floor = rule
        yield counted(H3, "resident-voting-seats-by-rule", floor, causes=settled.fact.causes)


def _spending(material: Material) -> Iterator[Measure]:
    """Give the share of money spent that can be traced to a resident's ask, each currency apart."""
    history = material.history
    theirs = {ask.ask_id for _, ask in history.each(AskRaised) if ask.raised_by.side is Side.RESIDENTS}
    answers = {decision.decision_id: decision.answers_ask_ids for _, decision in history.each(DecisionTaken)}
    spending = material.recent_each(SpendingRecorded)
    spent: Counter[str] = Counter()
    traced: Counter[str] = Counter()
    for _, each in spending:
        asks = {*each.ask_ids, *(answers.get(each.decision_id, ()) if each.decision_id else ())}
        spent[each.amount.currency] += each.amount.minor_units
        traced[each.amount.currency] += each.amount.minor_units if asks & theirs else 0
    for currency in sorted(spent):
        value = traced[currency] / spent[currency] if spent[currency] > 0 else None
        causes = causes_of(facts(spending))
        yield counted(H3, "spending-traced-to-residents", value, n=len(spending), group=currency, causes=causes)

"""Money: sought, granted on terms, paid, varied, conditioned, ended; and control put into residents' hands."""

from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.decisions.awards import (
    AddFundingCondition,
    DecideVariation,
    EndFunding,
    LiftFundingCondition,
    PayFunding,
    ReportOnFunding,
    RequestVariation,
    ReturnFunding,
)
from domain.decisions.funding import ApplyForFunding, AwardFunding, DelegateControl, RefuseFunding
from domain.values import Money
from domain.vocabulary import Delegated, DelegationStep, Payment, VariationAnswer
from scripts.demonstration.agenda import made_by
from scripts.demonstration.cast import CastBody
from scripts.demonstration.scene import Scene
from scripts.demonstration.stories.habits import USUAL_TERMS, CastPart, FunderTerms

_FUNDERS: Final = (CastPart.LOTTERY, CastPart.COMBINED, CastPart.DEPARTMENT)
_EVERY_DAYS: Final = 290
_MOST_REPORTS: Final = 3


def find_money(scene: Scene) -> None:
    """Plan the trust's applications for money, about once a year, to one funder after another."""
    number, day = 0, scene.begins + timedelta(days=70)
    while day < scene.ends:
        dice = scene.dice("award", number)
        terms = scene.story.terms(scene.story_place, _varied(dice))
        _seek(scene, number, day, terms, dice)
        number, day = number + 1, day + timedelta(days=_EVERY_DAYS + dice.randrange(60))


def _varied(dice: Random) -> FunderTerms:
    """Vary the usual terms a little from award to award."""
    return FunderTerms(
        restriction=USUAL_TERMS.restriction,
        allocation=USUAL_TERMS.allocation,
        payment=USUAL_TERMS.payment,
        control=USUAL_TERMS.control,
        years=USUAL_TERMS.years + dice.choice((-1, 0, 1)),
        hours_to_apply=USUAL_TERMS.hours_to_apply + dice.randrange(20),
        reports_a_year=USUAL_TERMS.reports_a_year,
        decision_days=USUAL_TERMS.decision_days + dice.randrange(-20, 20),
        grants_changes=USUAL_TERMS.grants_changes,
    )


class _PlannedAward(Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    funder: CastBody
    amount: Money
    since: date
    terms: FunderTerms


def _seek(scene: Scene, number: int, day: date, terms: FunderTerms, dice: Random) -> None:
    name, funder, trust = f"award/{number}", scene.body(_FUNDERS[number % len(_FUNDERS)]), scene.body(CastPart.TRUST)
    amount = Money(minor_units=dice.randrange(2_000_000, 15_000_000, 50_000))
    apply = ApplyForFunding(
        applicant=trust.id,
        funder=funder.id,
        amount=amount,
        allocation=terms.allocation,
        hours_to_apply=terms.hours_to_apply,
    )
    application = made_by(scene.act(f"{name}/apply", scene.desk(day, dice), trust.key, apply), "award")
    answered = day + timedelta(days=terms.decision_days)
    at = scene.desk(answered, dice)
    if dice.random() < 0.08:
        refused = RefuseFunding(application=application, reasons="More was asked for than there is.")
        scene.act(f"{name}/refuse", at, funder.key, refused)
        return
    grant = AwardFunding(
        application=application,
        funder=funder.id,
        recipient=trust.id,
        amount=amount,
        title=f"Getting going in {scene.cast.name}",
        restriction=terms.restriction,
        allocation=terms.allocation,
        years=terms.years,
        hours_to_apply=terms.hours_to_apply,
        reports_a_year=terms.reports_a_year,
        decision_days=terms.decision_days,
        payment=terms.payment,
        control=terms.control,
    )
    scene.act(f"{name}/grant", at, funder.key, grant)
    award = _PlannedAward(id=application, name=name, funder=funder, amount=amount, since=answered, terms=terms)
    _run(scene, award)
    _vary(scene, award)
    _condition(scene, award)
    _delegate(scene, award)


def _run(scene: Scene, award: _PlannedAward) -> None:
    """Pay and report as the terms say, until the award ends."""
    dice, key = scene.dice(award.name, "run"), scene.body(CastPart.TRUST).key
    years, amount = int(award.terms.years), award.amount.minor_units
    wait = 340 if award.terms.payment is Payment.ARREARS else 15
    for year in range(years):
        start = award.since + timedelta(days=365 * year)
        payment = PayFunding(award=award.id, amount=Money(minor_units=amount // years), payment=award.terms.payment)
        scene.act(f"{award.name}/pay/{year}", scene.desk(start + timedelta(days=wait), dice), key, payment)
        for nth in range(min(award.terms.reports_a_year // 4, _MOST_REPORTS)):
            report = ReportOnFunding(award=award.id, hours=2 + dice.randrange(12))
            at = scene.desk(start + timedelta(days=80 * (nth + 1)), dice)
            scene.act(f"{award.name}/report/{year}/{nth}", at, key, report)
    over = award.since + timedelta(days=365 * years + 20)
    if dice.random() < 0.12:
        rest = ReturnFunding(award=award.id, amount=Money(minor_units=amount // 20), reasons="Not spent in time.")
        scene.act(f"{award.name}/return", scene.desk(over - timedelta(days=5), dice), key, rest)
    scene.act(f"{award.name}/end", scene.desk(over, dice), key, EndFunding(award=award.id))


def _vary(scene: Scene, award: _PlannedAward) -> None:
    """Plan the changes that the trust asks for, and the funder's usual answers."""
    dice, key, grants = scene.dice(award.name, "vary"), scene.body(CastPart.TRUST).key, award.terms.grants_changes
    for nth in range(1 + (dice.random() < 0.4)):
        asked_on = award.since + timedelta(days=90 + 110 * nth + dice.randrange(40))
        request = RequestVariation(award=award.id, text="To spend on wages what was meant for rent.")
        variation = scene.act(f"{award.name}/vary/{nth}", scene.desk(asked_on, dice), key, request)
        chance = dice.random()
        lesser = VariationAnswer.PART if chance < grants + 0.15 else VariationAnswer.REFUSED
        answer = VariationAnswer.GRANTED if chance < grants else lesser
        decision = DecideVariation(variation=made_by(variation, "variation"), answer=answer)
        at = scene.desk(asked_on + timedelta(days=10 + award.terms.decision_days // 4), dice)
        scene.act(f"{award.name}/vary/{nth}/decide", at, award.funder.key, decision)


def _condition(scene: Scene, award: _PlannedAward) -> None:
    """Add a condition where changes are seldom granted; lift it, or one of the first terms, where they mostly are."""
    dice, key, grants = scene.dice(award.name, "condition"), award.funder.key, award.terms.grants_changes
    day = award.since + timedelta(days=60)
    if dice.random() > grants:
        condition = AddFundingCondition(award=award.id, text="Every order above £200 needs three quotes.")
        addition = scene.act(f"{award.name}/condition", scene.desk(day, dice), key, condition)
        if dice.random() < grants:
            lifted = LiftFundingCondition(award=award.id, condition=made_by(addition, "condition"))
            scene.act(f"{award.name}/condition/lift", scene.desk(day + timedelta(days=120), dice), key, lifted)
    elif dice.random() < 0.4:
        lifted = LiftFundingCondition(award=award.id, text="Quotes are no longer asked for.")
        scene.act(f"{award.name}/condition/lift", scene.desk(day, dice), key, lifted)


def _delegate(scene: Scene, award: _PlannedAward) -> None:
    """Plan the residents' request for control of the spending, and the funder's answer."""
    dice = scene.dice(award.name, "delegate")
    command = DelegateControl(
        delegated_by=award.funder.id,
        delegated_to=scene.body(CastPart.FORUM).id,
        what=Delegated.SPENDING,
        step=DelegationStep.GRANTED if dice.random() < award.terms.grants_changes else DelegationStep.REFUSED,
        award=award.id,
    )
    at = scene.desk(award.since + timedelta(days=45), dice)
    scene.act(f"{award.name}/delegate", at, award.funder.key, command)

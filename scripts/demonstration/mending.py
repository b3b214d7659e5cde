"""Mending: records put right, withdrawn, disputed and confirmed afterwards, as happens wherever people write."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from domain.decisions.commitments import ReportFulfilment
from domain.decisions.decisions import RecordSpending
from domain.decisions.interactions import RecordInteraction
from domain.decisions.records import (
    AttachReply,
    ConfirmRecord,
    CorrectRecord,
    DisputeRecord,
    ResolveDispute,
    WithdrawRecord,
)
from domain.vocabulary import Facet, InteractionKind, Mode, ResolutionOutcome, Side
from scripts.demonstration.agenda import PlannedAct, first_record
from scripts.demonstration.scene import Scene
from scripts.demonstration.stories.habits import CastPart

_FORTNIGHT: Final = 14
_OFTEN: Final[dict[type, float]] = {RecordInteraction: 0.1, ReportFulfilment: 0.26, RecordSpending: 0.26}


def mend(scene: Scene) -> None:
    """Go through what was planned and let some of it be put right, taken back or argued about."""
    for act in list(scene.acts):
        name = act.name.removeprefix(f"{scene.cast.name}/")
        dice = scene.dice("mend", name)
        if dice.random() < _OFTEN.get(type(act.command), 0.0):
            _correct(scene, act, name, dice)
        elif isinstance(act.command, RecordSpending) and dice.random() < 0.06:
            _dispute(scene, act, name, dice)
        elif name.startswith("contact/") and isinstance(act.command, RecordInteraction):
            _look_again(scene, act, name, dice)
    _reply(scene)


def _later(scene: Scene, act: PlannedAct, dice: Random, days: int = _FORTNIGHT) -> datetime:
    return scene.desk(act.at.date() + timedelta(days=1 + dice.randrange(days)), dice, after=act.at)


def _correct(scene: Scene, act: PlannedAct, name: str, dice: Random) -> None:
    changes, reasons = _CHANGES[type(act.command)](act.command, dice)
    command = CorrectRecord(record=first_record(scene.identity(name)), changes=changes, reasons=reasons)
    scene.act(f"{name}/correct", _later(scene, act, dice), act.key, command)


def _of_contact(command: Any, dice: Random) -> tuple[dict[str, Any], str]:  # noqa: ANN401 - any command
    del command
    if dice.random() < 0.5:
        return {"mode": Mode.ONLINE.value}, "It was held online."
    crowd = [{"side": Side.RESIDENTS.value, "count": 4 + dice.randrange(30)}]
    return {"crowds": crowd}, "Nobody had counted those at the back."


def _of_report(command: Any, dice: Random) -> tuple[dict[str, Any], str]:  # noqa: ANN401 - any command
    done_on = date.fromisoformat(command.done) - timedelta(days=1 + dice.randrange(3))
    return {"done": done_on.isoformat()}, "The day was written down wrongly."


def _of_spending(command: Any, dice: Random) -> tuple[dict[str, Any], str]:  # noqa: ANN401 - any command
    amount = {"minor_units": command.amount.minor_units + dice.randrange(500, 20_000, 100), "currency": "GBP"}
    return {"amount": amount}, "Tax had been left out."


_CHANGES: Final[dict[type, Callable[[Any, Random], tuple[dict[str, Any], str]]]] = {
    RecordInteraction: _of_contact,
    ReportFulfilment: _of_report,
    RecordSpending: _of_spending,
}


def _dispute(scene: Scene, act: PlannedAct, name: str, dice: Random) -> None:
    """Plan the residents' dispute of what was spent, and how the two sides end it, or not."""
    if act.key.party.side is not Side.GOVERNMENT:
        return
    record, forum, secretary = first_record(scene.identity(name)), scene.body(CastPart.FORUM).id, scene.cast.secretary
    at = _later(scene, act, dice, 30)
    command = DisputeRecord(record=record, disputed_by=forum, reasons="No such work was done here.")
    scene.act(f"{name}/dispute", at, secretary, command)
    if dice.random() < 0.7:
        stands = ResolutionOutcome.STANDS
        ours = ResolveDispute(record=record, agreed_by=forum, outcome=stands)
        theirs = ResolveDispute(record=record, agreed_by=act.key.party.party_id, outcome=stands)
        scene.act(f"{name}/dispute/ours", at + timedelta(days=20), secretary, ours)
        scene.act(f"{name}/dispute/theirs", at + timedelta(days=22), act.key, theirs)


def _look_again(scene: Scene, act: PlannedAct, name: str, dice: Random) -> None:
    """Plan the residents' confirmation of a contact that an official wrote down, or its withdrawal."""
    assert isinstance(act.command, RecordInteraction)  # noqa: S101 - chosen by the caller
    record, chance = first_record(scene.identity(name)), dice.random()
    if chance < 0.12:
        confirm = ConfirmRecord(record=record, confirmed_by=scene.body(CastPart.FORUM).id)
        scene.act(f"{name}/confirm", _later(scene, act, dice), scene.cast.secretary, confirm)
    elif chance < 0.17 and act.command.kind is not InteractionKind.WORKSHOP:
        withdraw = WithdrawRecord(record=record, reasons="This was written down twice.")
        scene.act(f"{name}/withdraw", _later(scene, act, dice), act.key, withdraw)


def _reply(scene: Scene) -> None:
    """Plan the council's replies, now and then, to a figure about itself."""
    for year in range(scene.begins.year + 2, scene.ends.year + 1, 3):
        dice, council = scene.dice("reply", year), scene.body(CastPart.DISTRICT)
        command = AttachReply(
            replied_by=council.id,
            reply="Two of these were held up by the inquiry into the bypass.",
            facet=Facet.RELIABILITY,
        )
        scene.act(f"reply/{year}", scene.desk(date(year, 5, 3), dice), council.key, command)

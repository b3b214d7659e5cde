"""The acts that count for or against a statement: words of agreement, minutes and disputes, in order."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.events.declaration import EventBody, declaration_of
from domain.events.interactions import MinutesApproved
from domain.events.recorded import Effective, Recorded
from domain.events.records import RecordConfirmed
from domain.values import PartyAt
from projections.agreement.parties import Parties
from projections.history.history import History

_PROMISES: Final = (CommitmentMade, CommitmentProposed)


@cache
def _speakers_in(body: type[EventBody]) -> tuple[str, ...]:
    return declaration_of(body).speakers


def speakers(fact: Effective, parties: Parties) -> tuple[PartyAt, ...]:
    """The bodies whose word a fact is: on whose behalf it was recorded, and who is said in it to have spoken.

    What those who gain write down of the others' words is their own word still.
    """
    behalf = fact.envelope.on_behalf_of
    if behalf is not None and parties.gains(behalf):
        return (behalf,)
    parties_speaking: list[PartyAt] = [] if behalf is None else [behalf]
    for name in _speakers_in(type(fact.body)):
        value = getattr(fact.body, name)
        parties_speaking.extend((value,) if isinstance(value, PartyAt) else value or ())
    return tuple(parties_speaking)


def agrees_by_itself(fact: Effective, parties: Parties) -> bool:
    """A fact is, by itself, the word of somebody who may agree."""
    return any(map(parties.agrees, speakers(fact, parties)))


class StatementAct(NamedTuple):
    """Something that bears on a statement, or on an earlier act that does (at position `on`), and when it counts."""

    when: datetime
    position: int
    fact: Effective
    on: int | None = None


def restatement(history: History, statement: Effective, parties: Parties) -> Recorded | None:
    """The last correction by which those who gain made a statement say something else.

    What becomes of the terms of a promise once it was acknowledged is told by its wordings instead.
    """
    correction_found = None
    if statement.corrected_by and not isinstance(statement.body, _PROMISES):
        before = _substance(statement.recorded.body)
        for correction, body in history.corrections_of(statement):
            behalf, now = correction.envelope.on_behalf_of, _substance(body)
            if now != before and behalf is not None and parties.gains(behalf):
                correction_found = correction
            before = now
    return correction_found


def _substance(body: EventBody) -> dict[str, object]:
    """The content of an event but for the wording of its texts: of those, only whether they are there."""
    sealed = declaration_of(body).sealed
    values = ((name, getattr(body, name)) for name in body.__struct_fields__)
    return {name: value is None if name in sealed else value for name, value in values}


def statement_acts(
    history: History, statement: Effective, further_acts: Sequence[Effective], correction: Recorded | None
) -> list[StatementAct]:
    """The acts that count for a statement, in order, last put as in `correction`; none counts before the statement."""
    about, minutes = history.about(statement.event_id), _minutes(history, statement)
    if not further_acts and not about and not minutes and correction is None:
        return []
    said_at, position = statement.occurred_at, statement.position
    direct = {
        act.position: act
        for act in further_acts
        if act.occurred_at > said_at or (act.occurred_at == said_at and act.position > position)
    }
    for act in (*about, *minutes):
        direct[act.position] = act
    if correction is not None:
        confirmed = (act for act in history.about(correction.event_id) if isinstance(act.body, RecordConfirmed))
        direct |= {act.position: act for act in confirmed}
    acts = [StatementAct(max(act.occurred_at, said_at), position, act) for position, act in direct.items()]
    acts += [
        StatementAct(max(about.occurred_at, said_at), about.position, about, position)
        for position, act in direct.items()
        for about in history.contests_of(act.event_id)
        if about.position not in direct
    ]
    return sorted(acts, key=itemgetter(0, 1)) if len(acts) > 1 else acts


def _minutes(history: History, statement: Effective) -> Sequence[Effective]:
    """The minutes of the meeting at which the statement was made; they agree every item recorded by then."""
    meeting = getattr(statement.body, "interaction_id", None)
    minutes = () if meeting is None else history.minutes_of(meeting)
    if not minutes or isinstance(statement.body, MinutesApproved):
        return ()
    return [act for act in minutes if act.position > statement.position]

"""Answers by links: the same command and decision as anybody's, by an actor that is the link, once for each link."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

import msgspec

from api.access.answer_links import LIVE, AnswerLink, LinkEnd, LinkState, held_link
from api.access.principal import Principal, body_actor
from api.http.problems import problem_of_refusal
from api.http.validation import read_struct
from api.runtime.services import Services
from domain.decisions.command import decide
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.promise_answers import AnswerPromise
from domain.decisions.refusals import Refusal
from domain.errors import FolkmootError
from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.recorded import Recorded
from domain.handling.handler import KeyReused
from domain.log.find_records import find_command
from domain.vocabulary import PromiseAnswer

_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")
_SAYABLE: Final[dict[PromiseAnswer, dict[str, object]]] = {
    PromiseAnswer.DONE: {},
    PromiseAnswer.DONE_IN_PART: {"fraction": 0.5},
    PromiseAnswer.NOT_DONE: {},
    PromiseAnswer.CANNOT_SAY: {"words": "-"},
}
"""What goes with each answer where it is only tried whether it could be given."""


class LinkSpent(FolkmootError):
    """A link can be answered by no more: it was used, withdrawn or given back, or its time has run out."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(f"the link is {state}")
        self.state = state


def sayable(services: Services, link: AnswerLink) -> list[PromiseAnswer]:
    """The answers that could be recorded by a link, as the promise stands now."""
    return [answer for answer in PromiseAnswer if isinstance(_tried(services, link, answer), list)]


def refusal_of_link(services: Services, link: AnswerLink) -> Refusal | None:
    """The reasons why a link would be of no use: whoever it is for may say nothing of the promise."""
    outcome = _tried(services, link, PromiseAnswer.CANNOT_SAY)
    return outcome if isinstance(outcome, Refusal) else None


def records_of_promise(services: Services, link: AnswerLink) -> list[Recorded]:
    """The records that a decision about the promise of a link rests on."""
    command = _command(link, PromiseAnswer.CANNOT_SAY, _SAYABLE[PromiseAnswer.CANNOT_SAY])
    records = services.handler.boundary_records(command, _context(services, link))
    return [each for each in records if getattr(each.body, "commitment_id", None) == link.commitment_id]


def may_be_handed(asker: Principal, records: Sequence[Recorded]) -> bool:
    """Somebody may be shown a link to pass it on: nobody who recorded the promise or a report of it, or promised it."""
    for record in records:
        if not isinstance(record.body, CommitmentMade | FulfilmentClaimed):
            continue
        promisers = {each.party_id for each in record.body.promisers} if isinstance(record.body, CommitmentMade) else ()
        is_theirs = any(each in asker.speaks_for or asker.actor.is_tied_to(each) for each in promisers)
        if is_theirs or record.envelope.actor in {asker.principal_id, asker.key_id}:
            return False
    return True


def answer_by_link(services: Services, link_id: UUID, answer: PromiseAnswer, more: dict[str, object]) -> None:
    """Record an answer, durable once this returns, and end the link; who cannot say and adds no words records nothing.

    Its command is the same whatever it answers, so that the log takes one answer of a link at most, also where the
    process ends before the link does. Raises LinkSpent, Problem and what the handler raises.
    """
    with held_link(services.recorder, services.vault, link_id) as locked:
        link, state = locked.link, locked.link.state(services.now())
        if state not in LIVE:
            raise LinkSpent(state)
        if answer is PromiseAnswer.CANNOT_SAY and not more.get("words"):
            locked.end(LinkEnd.USED)
            return
        payload = _CANONICAL.encode([answer, more])
        outcome = services.handler.handle(_command(link, answer, more), _context(services, link), payload)
        if isinstance(outcome, Refusal):
            raise problem_of_refusal(outcome, {"#", "#/commitment"}.__contains__)
        locked.end(LinkEnd.USED)
    if isinstance(outcome, KeyReused):
        raise LinkSpent(LinkState.USED)


def state_of_link(services: Services, link: AnswerLink) -> LinkState:
    """The state of a link; used, once its answer is in the log, even where nothing else says so."""
    state = link.state(services.now())
    is_recorded = state in LIVE and bool(find_command(services.recorder, _command_id(link)))
    return LinkState.USED if is_recorded else state


def _tried(services: Services, link: AnswerLink, answer: PromiseAnswer) -> object:
    """The outcome of an answer that is decided and not recorded: what would be, as a list, or a refusal."""
    command, context = _command(link, answer, _SAYABLE[answer]), _context(services, link)
    facts = Facts.from_records(services.handler.boundary_records(command, context))
    outcome = decide(command, facts, context)
    return outcome if isinstance(outcome, Refusal) else list(outcome)


def _command(link: AnswerLink, answer: PromiseAnswer, more: dict[str, object]) -> AnswerPromise:
    """The command that an answer is. Raises Problem 422 for words that may not be kept."""
    fields = {"commitment": str(link.commitment_id), "answered_by": str(link.party_id), "answer": answer.value, **more}
    return read_struct(fields, AnswerPromise)


def _context(services: Services, link: AnswerLink) -> CommandContext:
    return CommandContext(
        actor=body_actor(services.recorder, link.link_id, link.party_id),
        command_id=_command_id(link),
        now=services.now(),
        person_of=services.vault.person_of,
        partnership_id=link.partnership_id,
        assurance=link.assurance,
    )


def _command_id(link: AnswerLink) -> UUID:
    return uuid5(link.link_id, "answer")

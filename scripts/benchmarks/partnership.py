"""One partnership of a council and a tenants' group, with people in it, that records through the real decisions."""

from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Final
from uuid import UUID, uuid4

from domain.decisions.asks import AnswerAsk, RaiseAsk
from domain.decisions.command import Command
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.commitments import MakeCommitment, ReportFulfilment
from domain.decisions.decisions import TakeDecision
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.partnerships import FirstSeat, FormPartnership
from domain.decisions.references import Here
from domain.decisions.registries import RegisterParty, RegisterPerson
from domain.handling.handler import Acknowledged, Handler
from domain.log.recorder import LogRecorder
from domain.values import PartyAt
from domain.vault import Vault, WrappingKey
from domain.vocabulary import Answer, AskKind, InteractionKind, PartyKind, Side

_FIRST_DAY: Final = date(2017, 1, 1)
_DAYS: Final = 3_500


def bench_handler(recorder: LogRecorder) -> Handler:
    """A handler with a vault of its own."""
    return Handler(recorder, Vault(WrappingKey.generate()))


class Partnership:
    """A newly formed partnership; it records with a steward's key, through a handler that others may share."""

    def __init__(self, handler: Handler) -> None:
        self._handler, self._vault = handler, handler.vault
        self._days = cycle(_FIRST_DAY + timedelta(days=number) for number in range(_DAYS))
        operator = PartyAt(uuid4(), Side.OTHER, PartyKind.OTHER_BODY)
        self._actor = Actor(actor_id=uuid4(), party=operator, steward=True)
        self._partnership_id: UUID | None = None
        self._council = self._party("Bench council", PartyKind.UNITARY)
        self._tenants = self._party("Bench tenants", PartyKind.TENANTS_RESIDENTS_ASSOCIATION)
        self._people = [
            self._vault.reference(self.does(RegisterPerson(name=f"Person {number}")).events[0].partition_id)
            for number in range(4)
        ]
        seats = tuple(FirstSeat(party=each, voting=True) for each in (self._council, self._tenants))
        formed = self.does(
            FormPartnership(name="Bench", kind=PartyKind.NEIGHBOURHOOD_BOARD, members=seats, happened="2016")
        )
        self.id = self._partnership_id = formed.events[0].partition_id

    def _party(self, name: str, kind: PartyKind) -> UUID:
        return self.does(RegisterParty(name=name, kind=kind, happened="2016")).events[0].partition_id

    def does(self, command: Command) -> Acknowledged:
        """Record a command."""
        context = CommandContext(
            actor=self._actor,
            command_id=uuid4(),
            now=datetime.now(UTC),
            person_of=self._vault.person_of,
            partnership_id=self._partnership_id,
        )
        outcome = self._handler.handle(command, context, b"bench")
        if not isinstance(outcome, Acknowledged):
            message = f"the bench's own command was refused: {outcome}"
            raise TypeError(message)
        return outcome

    def meets(self) -> Acknowledged:
        """Record a meeting on a day of its own: nobody meets hundreds of times on one."""
        return self.does(self.meeting(next(self._days).isoformat()))

    def meeting(self, happened: str) -> RecordInteraction:
        """A meeting of eight events, every one with free text."""
        council, tenants = self._council, self._tenants
        words = "What was said, at about the length at which people write such things down. " * 3
        ask = RaiseAsk(kind=AskKind.REQUEST, raised_by=tenants, addressee=council, text=words)
        promise = MakeCommitment(promisers=(council,), promisees=(tenants,), text=words, due=happened)
        return RecordInteraction(
            kind=InteractionKind.MEETING,
            happened=happened,
            participants=(
                *(Attendee(party=tenants, person=each) for each in self._people),
                Attendee(party=council, count=2),
            ),
            notes=words,
            asks=(ask, ask),
            decisions=(TakeDecision(title=words, decided_by=council),),
            answers=(
                AnswerAsk(ask=Here(here=0), answered_by=council, answer=Answer.DECLINED, reasons=words),
                AnswerAsk(ask=Here(here=1), answered_by=council, answer=Answer.ADOPTED, reasons=words),
            ),
            commitments=(promise,),
            fulfilments=(ReportFulfilment(commitment=Here(here=0), claimed_by=council, evidence=words),),
        )

"""The operator: whoever runs this Folkmoot, in whose word a command without an organisation is recorded."""

from uuid import UUID, uuid5

from domain.decisions.command_context import Actor
from domain.log.recorder import LogRecorder
from domain.values import PartyAt
from domain.vocabulary import PartyKind, Side


def operator_party(log: LogRecorder) -> PartyAt:
    """The party of the operator, which no register holds; its id follows from the log's."""
    return PartyAt(uuid5(log.head().log_id, "operator"), Side.OTHER, PartyKind.OTHER_BODY)


def operator_actor(log: LogRecorder, actor_id: UUID) -> Actor:
    """The operator as the actor of a command; a steward."""
    return Actor(actor_id=actor_id, party=operator_party(log), steward=True)

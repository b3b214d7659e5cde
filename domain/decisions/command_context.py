"""The context in which a command is given: by whom, for whom they may speak, when, under what identity."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct, field

from domain.events.covered_acts import CoveredActs
from domain.events.recorded import Recorded
from domain.values import PartyAt
from domain.vocabulary import Assurance, Side, Source

SALT_BYTES = 32


class Actor(Struct, frozen=True, kw_only=True):
    """A principal: the holder of a key. `party` is where it belongs; `speaks_for` lists those it may act for.

    A steward looks after the record (operators, imports): it needs no seat and may set down anybody's word.
    """

    actor_id: UUID
    party: PartyAt
    speaks_for: frozenset[UUID] = frozenset()
    steward: bool = False
    part_of: UUID | None = None
    paid_by: frozenset[UUID] = frozenset()

    def may_speak_for(self, party_id: UUID) -> bool:
        """The key may set down that party's word as its own."""
        return self.steward or party_id == self.party.party_id or party_id in self.speaks_for

    def is_tied_to(self, party_id: UUID) -> bool:
        """The key is that party's, or its party belongs to it or is paid by it."""
        return party_id in {self.party.party_id, self.part_of} or party_id in self.paid_by


class CommandContext(Struct, frozen=True, kw_only=True):
    """By whom, when and under which identity a command is given: all that the command itself does not say."""

    actor: Actor
    command_id: UUID
    now: datetime
    person_of: Callable[[str], UUID | None]
    partnership_id: UUID | None = None
    source: Source = Source.API
    source_reference: str | None = None
    source_recorded_at: datetime | None = None
    correlation: UUID | None = None
    sees: Callable[[Recorded], bool] | None = None
    """Whether whoever gives the command may know of a record: what they may not is not there for it. None: of all."""
    covers: tuple[CoveredActs, ...] | None = None
    """The coverage that the mapping of an import states; None where it states none."""
    assurance: Assurance | None = None
    """How it was assured who gives the command; None where nobody can tell, as of an import."""
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES))
    """Random bytes that nobody has but who is given this context, for the hash of a document."""

    @property
    def mapping(self) -> str | None:
        """The mapping by which the command is imported; None for one that was given in any other way."""
        reference = self.source_reference
        return reference.partition("/")[0] if self.source is Source.IMPORT and reference is not None else None

    def new_id(self, *path: object) -> UUID:
        """The id of a thing that this command brings into being; the same for the same command and path."""
        return uuid5(self.command_id, "/".join(str(step) for step in path))

    @property
    def partnership(self) -> UUID:
        """The partnership that the command is about. Raises LookupError for a command outside one."""
        if self.partnership_id is None:
            message = "this command is given within a partnership"
            raise LookupError(message)
        return self.partnership_id

    @property
    def side(self) -> Side:
        """The side of the party whose key it is."""
        return self.actor.party.side

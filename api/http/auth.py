"""Who is asking: the holder of a key, what it may do, and the actor that it is in the record.

The organisation that a key belongs to is looked up in the register at every request, so that an amendment or a
revocation takes effect at once.
"""

from uuid import UUID

from msgspec import Struct

from api.http.keys import KeyInForce, Scope, key_in_force
from api.http.problems import Problem
from domain.decisions.command_context import Actor
from domain.decisions.facts import Facts, Party
from domain.decisions.references import READS
from domain.events.selection import on
from domain.handling.operator import operator_party
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.vault import Asker


class Principal(Struct, frozen=True, kw_only=True):
    """The holder of a key in force, for one request; a key without an organisation stands for itself."""

    key_id: UUID
    organisation_id: UUID | None
    scope: Scope
    actor: Actor

    @property
    def speaks_for(self) -> frozenset[UUID]:
        """The parties whose word it may set down, its own included."""
        return self.actor.speaks_for | {self.actor.party.party_id}

    @property
    def asker(self) -> Asker:
        """Who asks, as the trail of who looked names them."""
        return Asker(actor_id=self.key_id, organisation_id=self.organisation_id)


def authenticate(log: LogRecorder, authorization: str | None) -> Principal:
    """The holder of the key in a request. Raises Problem 401 without one in force, and not saying which part failed."""
    scheme, _, text = (authorization or "").partition(" ")
    key = key_in_force(log, text.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise _no_key_in_force(None if authorization is None else "invalid_token")
    return principal_of(log, key)


def principal_of(log: LogRecorder, key: KeyInForce) -> Principal:
    """The holder of a key in force. Raises Problem 403 where its organisation is not in the register."""
    return Principal(key_id=key.key_id, organisation_id=key.party_id, scope=key.scope, actor=_actor(log, key))


def require(principal: Principal, scope: Scope) -> None:
    """Refuse a key whose scope is too small. Raises Problem 403."""
    if principal.scope < scope:
        needed_scope, own_scope = scope.name.lower(), principal.scope.name.lower()
        raise Problem("not-allowed", f"This needs a key with the scope `{needed_scope}`; yours has `{own_scope}`.")


def is_registered(log: LogRecorder, party_id: UUID) -> bool:
    """An organisation or group stands in the register, so that a key can belong to it."""
    return _registered(log, party_id) is not None


def _actor(log: LogRecorder, key: KeyInForce) -> Actor:
    """The actor of a key, by the register as it is now; one without an organisation stands for the operator."""
    steward = key.scope is Scope.STEWARD
    if key.party_id is None:
        return Actor(actor_id=key.key_id, party=operator_party(log), speaks_for=key.speaks_for, steward=steward)
    party = _registered(log, key.party_id)
    if party is None:
        raise Problem("not-allowed", "The organisation or group that this key belongs to is not in the register.")
    return Actor(
        actor_id=key.key_id,
        party=party.at,
        speaks_for=key.speaks_for,
        steward=steward,
        part_of=party.part_of,
        paid_by=party.paid_by,
    )


def _registered(log: LogRecorder, party_id: UUID) -> Party | None:
    facts = Facts.from_records(find_records(log, frozenset({on("party", party_id, *READS["party"])})))
    return facts.party(party_id)


def _no_key_in_force(error: str | None) -> Problem:
    challenge = 'Bearer realm="folkmoot"' + (f', error="{error}"' if error else "")
    detail = "Give a key that is in force." if error else "No key was given."
    return Problem("key-required", detail, headers={"WWW-Authenticate": challenge})

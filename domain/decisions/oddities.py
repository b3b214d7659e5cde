"""What of a body that is recorded may be a slip, whatever command says it: bodies listed twice, sums of nothing."""

from collections.abc import Iterator
from uuid import UUID

from msgspec.structs import replace

from domain.decisions.warnings import Slip
from domain.events.declaration import EventBody, Participant
from domain.values import Money, PartyAt


def oddities(body: EventBody, fields: frozenset[str] | None = None) -> Iterator[tuple[Slip, str, tuple[UUID, ...]]]:
    """Each likely slip, the field it stands in, and what it is about; of some fields alone where they are named."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if fields is not None and name not in fields:
            continue
        if isinstance(value, Money) and value.minor_units <= 0:
            yield Slip.NO_SUM, f"{name}/minor_units", ()
        if isinstance(value, tuple):
            yield from _twins(name, value)


def _twins(name: str, listed: tuple[object, ...]) -> Iterator[tuple[Slip, str, tuple[UUID, ...]]]:
    """Bodies that stand in a list twice and alike: of several people of one, each has a name or a role."""
    seen: set[object] = set()
    for index, each in enumerate(listed):
        match each:
            case Participant():
                alike: object = replace(each, count=1, channel=None)
                at, party_id, is_told_apart = f"{name}/{index}/party", each.party.party_id, each.person_id is not None
            case PartyAt():
                alike, at, party_id, is_told_apart = each, f"{name}/{index}", each.party_id, False
            case _:
                continue
        if alike in seen and not is_told_apart:
            yield Slip.SAME_BODY_TWICE, at, (party_id,)
        seen.add(alike)

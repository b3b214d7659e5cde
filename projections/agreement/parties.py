"""Who gains from a statement, and who has to agree to it."""

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from domain.values import PartyAt
from domain.vocabulary import PartyKind, Side


class Parties(Struct, frozen=True, kw_only=True, cache_hash=True):
    """Who gains from a statement and who may agree to it, as bodies (the numbers of their ids) and as whole sides.

    A body of the `agreeing_sides` may approve minutes and be given notice; one of the `speaking_sides` may also
    say so for the others.
    """

    gaining: frozenset[int]
    gaining_sides: frozenset[Side]
    agreeing: frozenset[int]
    agreeing_sides: frozenset[Side]
    speaking_sides: frozenset[Side]

    def gains(self, party: PartyAt) -> bool:
        """This is the word of those who gain."""
        number = party.party_id.int
        return number in self.gaining or (party.side in self.gaining_sides and number not in self.agreeing)

    def agrees(self, party: PartyAt) -> bool:
        """This body may say that it is so."""
        number = party.party_id.int
        return number not in self.gaining and (party.side in self.speaking_sides or number in self.agreeing)

    def notices(self, party: PartyAt) -> bool:
        """Notice given to this body is notice to those who have to agree."""
        number = party.party_id.int
        return number not in self.gaining and (party.side in self.agreeing_sides or number in self.agreeing)


def parties_between(
    gaining: Iterable[PartyAt | Side], agreeing: Iterable[PartyAt | Side], *, each_for_itself: bool = False
) -> Parties:
    """Set those who gain against those who have to agree, each given as bodies or whole sides.

    Where two sides face each other, any body of a side speaks for it, unless each speaks for itself. Within
    one side only the bodies named do, and for residents at large any other resident body.
    """
    return _between(tuple(gaining), tuple(agreeing), each_for_itself=each_for_itself)


@lru_cache(maxsize=4_096)
def _between(
    gaining: tuple[PartyAt | Side, ...], agreeing: tuple[PartyAt | Side, ...], *, each_for_itself: bool
) -> Parties:
    gains_by, agrees_by = _sides(gaining), _sides(agreeing)
    at_large = frozenset(
        party.side for party in agreeing if isinstance(party, PartyAt) and party.kind is PartyKind.RESIDENTS_AT_LARGE
    )
    across = (agrees_by - gains_by) | at_large
    return Parties(
        gaining=_ids(gaining),
        gaining_sides=gains_by - agrees_by,
        agreeing=_ids(agreeing) - _ids(gaining),
        agreeing_sides=across,
        speaking_sides=at_large if each_for_itself else across,
    )


def _sides(members: tuple[PartyAt | Side, ...]) -> frozenset[Side]:
    return frozenset(each.side if isinstance(each, PartyAt) else each for each in members)


def _ids(members: tuple[PartyAt | Side, ...]) -> frozenset[int]:
    return frozenset(each.party_id.int for each in members if isinstance(each, PartyAt))

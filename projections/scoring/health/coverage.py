"""Coverage (H6): whether the bodies expected at the table are there."""

from collections import Counter
from operator import attrgetter
from typing import Final

from domain.events.partnerships import ExpectedBodiesSet, ExpectedBody
from domain.values import PartyAt
from projections.history.attendance import bodies_taking_part
from projections.history.causes import causes_of
from projections.history.rules_in_force import in_force
from projections.method.method import Dimension
from projections.scoring.formulas.concentration import evenness
from projections.scoring.health.material import Material
from projections.scoring.health.measure import HEADLINE, Measure, Missing, absent, counted, facts

H6: Final = Dimension.COVERAGE


def coverage(material: Material) -> list[Measure]:
    """Measure the share of expected bodies that took part in anything: of all of them, so nothing is estimated."""
    latest = in_force(material.history, ExpectedBodiesSet, attrgetter("bodies"))
    if latest is None:
        return [absent(H6, HEADLINE, Missing.NOT_RECORDED)]
    expected = latest.body.bodies
    if len(expected) < material.method.health.fewest_expected_bodies:
        return [absent(H6, HEADLINE, Missing.NOT_APPLICABLE, causes=latest.fact.causes)]
    amounts = _contacts_of(expected, material)
    active = sum(amount > 0 for amount in amounts)
    value = active / len(expected)
    causes = causes_of([latest.fact, *facts(material.contacts)])
    return [
        counted(H6, HEADLINE, value, n=len(expected), causes=causes),
        counted(H6, "expected", len(expected)),
        counted(H6, "active", active),
        counted(H6, "evenness", evenness(amounts, len(expected)), n=sum(amounts)),
    ]


def _contacts_of(expected: tuple[ExpectedBody, ...], material: Material) -> list[int]:
    came: Counter[int] = Counter()
    for _, body in material.contacts:
        there = bodies_taking_part(body)
        came.update(index for index, each in enumerate(expected) if _is_there(each, there))
    return [came[index] for index in range(len(expected))]


def _is_there(expected: ExpectedBody, there: list[PartyAt]) -> bool:
    if expected.party_id is not None:
        return any(party.party_id == expected.party_id for party in there)
    return any(party.kind is expected.kind for party in there)

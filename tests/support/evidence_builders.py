"""Small builders of evidence for the scoring tests: a council, another one, and six residents' groups."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from domain.values import end_of_day
from domain.vocabulary import Facet, Side
from projections.method.method import BaseRate, Method
from projections.scoring.formulas.evidence import BodyOnSide, Evidence, TrustView
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.timeline import points_at
from tests.support.methods import folkmoot_2026

DAY = date(2026, 3, 31)
NOW = end_of_day(DAY)
RELIABILITY = Facet.RELIABILITY


def body(number: int, side: Side = Side.GOVERNMENT) -> BodyOnSide:
    return BodyOnSide(UUID(int=number), side)


COUNCIL = body(1)
OTHER_COUNCIL = body(2)
GROUPS = [body(10 + number, Side.RESIDENTS) for number in range(6)]


def method(a: float = 0.5, half_life_days: float | None = None, adverse_weight: float = 1.0) -> Method:
    shipped = folkmoot_2026()
    trust = msgspec.structs.replace(shipped.trust, half_life_days=half_life_days, adverse_weight=adverse_weight)
    rates = {**shipped.base_rates, RELIABILITY: BaseRate(value=a, source="the test")}
    return msgspec.structs.replace(shipped, trust=trust, base_rates=rates)


def kept(act: str, value: float = 1.0, age_days: float = 0, **more: object) -> Evidence:
    at = NOW - timedelta(days=age_days, microseconds=1)
    fields = {"truster": GROUPS[0], "trustee": COUNCIL, "facet": RELIABILITY, "position": 1, "at": at} | more
    return Evidence(act=act, value=value, **fields)


def pair(truster: BodyOnSide = GROUPS[0], trustee: BodyOnSide = COUNCIL) -> TrustView:
    return TrustView(RELIABILITY, truster.side, trustee.side, truster.party_id, trustee.party_id)


def side_view(trustee: BodyOnSide = COUNCIL, side: Side = Side.RESIDENTS) -> TrustView:
    return TrustView(RELIABILITY, side, trustee.side, None, trustee.party_id)


def several(kept_count: int, broken: int, **more: object) -> list[Evidence]:
    return [kept(f"kept {n}", 1, **more) for n in range(kept_count)] + [
        kept(f"broken {n}", 0, **more) for n in range(broken)
    ]


def point(view: TrustView, evidence: Sequence[Evidence], scoring: Method, at: datetime = NOW) -> TrustPoint:
    return points_at(evidence, [view], at, scoring)[view]

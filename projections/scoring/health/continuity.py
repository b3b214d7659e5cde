"""Continuity (H5), as context: change is not bad in itself, promises that leavers leave behind are."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final
from uuid import UUID

from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed
from domain.values import day_of, end_of_day
from projections.history.causes import causes_of, each_once
from projections.lifecycles.commitment_states import UNENDED
from projections.lifecycles.commitment_strand import Strand
from projections.method.method import Dimension
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Missing, counted, share
from projections.scoring.health.promises_to_residents import promises_held

H5: Final = Dimension.CONTINUITY
_TICK: Final = timedelta(microseconds=1)
_YEAR_DAYS: Final = 365.0


def continuity(material: Material) -> list[Measure]:
    """Joiners and leavers a year for each seat, and whether leavers' promises found new owners.

    Who was given a seat and never agreed to it neither joined nor left; who founded the partnership did not join it.
    """
    agreed = {seat.member_id for seat in material.history.seats if seat.accepted_since is not None}
    end = material.end - _TICK
    founded = min(_founded_by(material), end)
    arrivals = [
        fact
        for fact, body in material.recent_each(MemberJoined)
        if body.member_id in agreed and fact.occurred_at > founded
    ]
    departures = [fact for fact, body in material.recent_each(MemberLeft) if body.member_id in agreed]
    moments = (max(material.start, founded), end)
    seats = fmean([len(material.history.members_at(moment)) for moment in moments])
    years = material.method.health.window_days / _YEAR_DAYS
    churn = (len(arrivals) + len(departures)) / (2 * seats) / years if seats else None
    return [
        counted(H5, "churn", churn, n=len(arrivals) + len(departures), causes=causes_of([*arrivals, *departures])),
        counted(H5, "joined", len(arrivals)),
        counted(H5, "left", len(departures)),
        _handed_over(material),
    ]


def _founded_by(material: Material) -> datetime:
    """Find the end of the day on which the partnership was formed: who sat down by then founded it."""
    formed = material.history.of(PartnershipFormed)
    return end_of_day(day_of(formed[0].occurred_at)) - _TICK if formed else material.start - _TICK


def _handed_over(material: Material) -> Measure:
    left_behind = list(_left_behind(material))
    outcomes = [(is_taken_on, causes) for is_taken_on, causes in left_behind if is_taken_on is not None]
    causes = each_once(cause for _, causes in outcomes for cause in causes)
    missing = Missing.NOT_YET_DUE if left_behind else Missing.NOTHING_HAPPENED
    taken_on = sum(bool(is_taken_on) for is_taken_on, _ in outcomes)
    return share(H5, "promises-handed-over", taken_on, len(outcomes), causes=causes, missing=missing)


def _left_behind(material: Material) -> Iterator[tuple[bool | None, tuple[UUID, ...]]]:
    """Each open promise of a leaver: whether somebody took it on in time, None while there is time."""
    within = timedelta(days=material.method.health.handover_days)
    for fact, body in material.recent_each(MemberLeft):
        leaver_id, left_at = body.party.party_id, fact.occurred_at
        if any(seat.party.party_id == leaver_id for seat in material.history.members_at(left_at)):
            continue
        promises = promises_held(material.history, material.method)
        for strand in (strand for promise in promises for strand in promise.strands):
            before = strand.at(left_at)
            if before is not None and before.state in UNENDED and before.promiser.party_id == leaver_id:
                taken_on = _is_taken_on(strand, leaver_id, left_at + within)
                is_time_up = left_at + within < material.end
                yield (taken_on if taken_on or is_time_up else None), (*before.causes, *fact.causes)


def _is_taken_on(strand: Strand, leaver_id: UUID, by: datetime) -> bool:
    return any(phase.since <= by and phase.promiser.party_id != leaver_id for phase in strand.phases)

"""Notices that a source of the record came to cover less: every other side hears of it."""

from datetime import date, timedelta

from msgspec import Struct

from domain.events.recorded import Effective
from domain.events.records import RecordConfirmed
from domain.values import day_of
from domain.vocabulary import Side
from projections.history.covering_sources import coverage_narrowings
from projections.history.history import History
from projections.method.method import Method


class CoverageNotice(Struct, frozen=True):
    """A side that is to hear of it, the statement by which a source covers less, and the day it was recorded."""

    side: Side
    fact: Effective
    heard_on: date


def coverage_notices(history: History, method: Method) -> list[CoverageNotice]:
    """The notices open on the day asked about: until a side confirms the statement, or has had its time of notice."""
    notices = []
    for fact in coverage_narrowings(history, method):
        heard_on = day_of(fact.recorded_at)
        if heard_on <= history.as_of < heard_on + timedelta(days=method.notice.notice_days):
            answers = (each.body for each in history.about(fact.event_id))
            confirmed = {body.confirmed_by.side for body in answers if isinstance(body, RecordConfirmed)}
            seated = {seat.party.side for seat in history.members_at(history.end)}
            sides = sorted(seated - confirmed - {fact.envelope.recorded_by})
            notices += [CoverageNotice(side, fact, heard_on) for side in sides]
    return notices

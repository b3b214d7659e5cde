"""Whose word a record is follows from its declaration; whatever is named in an event, every projection takes it in."""

from datetime import date
from itertools import cycle
from typing import get_args

import msgspec
import pytest
from msgspec.structs import fields as struct_fields

from domain.events import declaration_of, declarations
from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.examples import example
from domain.events.funding import FundingAwarded
from domain.values import Money, PartyAt, When
from domain.vocabulary import Facet, Level, Payment, Restriction, Side
from projections.agreement.acts import speakers
from projections.agreement.parties import parties_between
from projections.agreement.steps import Agreed
from projections.engine.digest import encoded
from projections.lifecycles.work_rows import WorklistTask
from projections.views import projections
from tests.support.everything_told import a_partnership, a_place, placed
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, COUNCIL, LOTTERY, TENANTS, PartnershipStory, an_id, words
from tests.support.trust_figures import partnership

METHOD = folkmoot_2026()
DAY, LATER = "2026-01-01", "2026-06-01"
VOICES = (BOARD, COUNCIL, TENANTS, LOTTERY)


def names_somebody(field):
    kinds = {field.type, *get_args(field.type)}
    return field.name.endswith("_by") or not kinds.isdisjoint({PartyAt, Participant, Side, date, When})


NAMED = [
    (event.body, field.name)
    for event in declarations()
    for field in struct_fields(event.body)
    if names_somebody(field) and event.home == "" and field.name != "happened"
]


def rows_of_all(story, day=LATER):
    history = story.at(day)
    rows_by_name = {name: list(each.project(history, METHOD)) for name, each in projections().items()}
    for name, rows in rows_by_name.items():
        assert len(encoded(projections()[name], rows)) == len(rows)
    return rows_by_name


def as_the_word_of(story, body, by):
    """Record an event, dispute it and settle it again, so that every projection asks whose word it is."""
    record = story.tell(body, by=by)
    story.disputed(record, DAY, by=TENANTS)
    story.confirmed(record, DAY, by=COUNCIL)
    story.confirmed(record, DAY, by=BOARD)
    return record


def among_us(body, field_name, voice):
    """Put bodies of this partnership wherever an event holds bodies: the voice where it is named, others elsewhere."""
    others = cycle((COUNCIL, TENANTS))
    return msgspec.structs.replace(
        body,
        **{
            field.name: (somebody,) if isinstance(value, tuple) else somebody
            for field in struct_fields(type(body))
            if PartyAt in (field.type, *get_args(field.type)) and (value := getattr(body, field.name))
            for somebody in [voice if field.name == field_name else next(others)]
        },
    )


def begun_anew(body):
    begins = declaration_of(body).begins
    return msgspec.structs.replace(body, **{begins: an_id("another")}) if begins else body


@pytest.mark.parametrize(("body", "name"), NAMED, ids=lambda value: getattr(value, "__name__", value))
def test_whoever_and_whenever_an_event_names_every_projection_takes_it_in(body, name):
    for voice in VOICES:
        story = a_partnership(by=voice) if voice is BOARD else a_partnership()
        event = begun_anew(among_us(placed(example(body), 200, story.records[4].event_id), name, voice))
        assert getattr(event, name)
        record = as_the_word_of(story, event, voice)
        assert story.at(LATER).fact(record) is not None
        assert any(rows_of_all(story).values())


def test_a_place_is_taken_in_whoever_speaks_of_it():
    assert rows_of_all(a_place())["observations"]


def a_decision_of_the_board(story):
    body = DecisionTaken(
        happened="2025-03-01",
        decision_id=an_id("decision"),
        title=words(),
        decided_by=BOARD,
        led_by=COUNCIL,
        met_by=(Side.RESIDENTS, Side.GOVERNMENT),
        level_promised=Level.EMPOWER,
        level_practised=Level.INFORM,
    )
    return story.tell(body, by=BOARD)


def test_a_decision_recorded_as_the_word_of_the_board_has_its_figures():
    story = partnership(COUNCIL, TENANTS)
    record = a_decision_of_the_board(story)
    (decision,) = rows_of_all(story)["decisions"]
    assert (decision.decision_id, decision.agreed) == (an_id("decision"), Agreed.TACIT)
    assert decision.met_by == (Side.RESIDENTS, Side.GOVERNMENT)
    story.confirmed(record, "2025-03-02", by=TENANTS)
    (decision,) = rows_of_all(story)["decisions"]
    assert (decision.agreed, decision.level_agreed) == (Agreed.CONFIRMED, Level.INFORM)


def test_an_award_to_be_spent_by_a_day_that_the_board_recorded_and_the_tenants_dispute_has_its_figures():
    story = partnership(COUNCIL, TENANTS)
    body = FundingAwarded(
        happened="2025-03-01",
        award_id=an_id("award"),
        funder=COUNCIL,
        recipient=TENANTS,
        amount=Money(500_000),
        restriction=Restriction.UNRESTRICTED,
        payment=Payment.ADVANCE,
        years=3.0,
        spend_by="2026-03-31",
    )
    record = story.tell(body, by=BOARD)
    story.disputed(record, "2025-03-02", by=TENANTS)
    rows = rows_of_all(story)
    assert [award.award_id for award in rows["funding"]] == [an_id("award")]
    assert {row.facet for row in rows["trust"] if record in row.causes} == {Facet.ENTRUSTED}
    assert [row.thing_id for row in rows["worklist"] if row.task is WorklistTask.SETTLE_DISPUTE] == [record, record]


def test_a_decision_is_the_word_of_who_recorded_it_and_who_took_it_and_not_of_who_led_or_met_it():
    story = PartnershipStory()
    a_decision_of_the_board(story)
    (fact,) = story.at(LATER).facts
    assert speakers(fact, parties_between([COUNCIL], [TENANTS])) == (BOARD, BOARD)

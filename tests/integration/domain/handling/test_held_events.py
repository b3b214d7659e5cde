"""Held events are selected as the log selects them: by types, by one tag or several, within a partition or anywhere."""

from collections.abc import Iterator

import pytest

from domain.decisions.asks import RaiseAsk
from domain.events import name_of
from domain.events.asks import AskRaised
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import MemberJoined, PartnershipFormed
from domain.events.registries import PartyAmended, PartyRegistered
from domain.events.selection import Selection, all_about, entry, on
from domain.events.tags import tag
from domain.handling.held_events import HeldEvents
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.vocabulary import AskKind
from tests.integration.domain.handling.test_handler import SECRET, House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        house = House(recorder)
        ask = RaiseAsk(kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET)
        house.does(house.meeting(asks=(ask,)), house.officer)
        house.does(house.meeting(), house.officer)
        yield house


def selections(house: House) -> list[Selection]:
    council, tenants, here = house.council.party_id, house.tenants.party_id, house.partnership_id
    both = frozenset({tag("party", council), tag("party", tenants)})
    return [
        on("partnership", here, PartnershipFormed, MemberJoined),
        on("party", tenants, AskRaised, InteractionRecorded, within=here),
        on("party", tenants, PartyRegistered, within=council),
        entry("party", council, PartyRegistered, PartyAmended),
        Selection(frozenset({name_of(MemberJoined)}), frozenset({tag("party", council)}), tenants),
        Selection(None, both),
        Selection(frozenset({name_of(InteractionRecorded)}), both, here),
        all_about("party", tenants),
    ]


def test_each_selection_gives_what_the_log_gives(house: House) -> None:
    count = 0
    for selection in selections(house):
        expected = [each.event_id for each in find_records(house.recorder, frozenset({selection}))]
        memory = HeldEvents(house.recorder)
        assert [each.event_id for each in memory.records(frozenset({selection}))] == expected
        memory.records(frozenset(selections(house)))
        assert [each.event_id for each in memory.records(frozenset({selection}))] == expected
        count += len(expected)
    assert count > 12


def test_a_part_of_a_selection_that_was_read_is_not_taken_for_all_of_it(house: House) -> None:
    here = house.partnership_id
    memory = HeldEvents(house.recorder)
    memory.records(frozenset({on("partnership", here, PartnershipFormed)}))
    seats = memory.records(frozenset({on("partnership", here, MemberJoined)}))
    assert len(seats) == 2

"""Coverage of a source is declared by who looks after the record, and stands on all that the source records."""

from datetime import date

import pytest
from msgspec.structs import replace

from domain.decisions.command import decide
from domain.decisions.facts import Facts
from domain.decisions.interactions import PlanInteraction
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.refusals import Code
from domain.decisions.source_coverage import CoverageLine, DeclareCoverage
from domain.events.covered_acts import CoveredActs
from domain.events.stewardship import CoverageDeclared
from domain.vocabulary import InteractionKind, SharingKind, Source
from tests.support.given_commands import elsewhere, event_id_of, given, new, records, refuses
from tests.support.small_world import COUNCIL, OFFICER, STEWARD, TODAY, an_id

DIARY = "council-diary"
NOTES = CoveredActs(SharingKind.NOTES, (COUNCIL.party_id,), date(2025, 1, 1), date(2026, 3, 31))
PLAN = PlanInteraction(kind=InteractionKind.MEETING, planned_for="2026-12-01")


def of_the_key(covered=(), **changes):
    body = CoverageDeclared(
        happened="2026-02-01", coverage_id=an_id("coverage"), api_key_id=OFFICER.actor_id, covered=covered
    )
    return replace(body, **changes)


@records(DeclareCoverage)
def test_a_steward_declares_what_the_source_behind_a_key_would_note():
    line = CoverageLine(
        kind=SharingKind.NOTES,
        bodies=(COUNCIL.party_id, COUNCIL.party_id),
        covered_from=date(2025, 1, 1),
        covered_until=date(2026, 3, 31),
    )
    given().when(DeclareCoverage(key=OFFICER.actor_id, covers=(line,)), by=STEWARD).then(
        CoverageDeclared(happened=TODAY, coverage_id=new("coverage"), api_key_id=OFFICER.actor_id, covered=(NOTES,))
    )


def test_the_imports_by_a_mapping_are_a_source_too():
    given().when(DeclareCoverage(mapping=DIARY), by=STEWARD).then(
        CoverageDeclared(happened=TODAY, coverage_id=new("coverage"), mapping=DIARY)
    )


def test_nobody_else_declares_what_is_covered():
    given().when(DeclareCoverage(mapping=DIARY), by=OFFICER).then_refused(Code.STEWARDS_ONLY)


@refuses(CorrectRecord, Code.NOT_WITH_THIS_KIND)
@refuses(WithdrawRecord, Code.NOT_WITH_THIS_KIND)
@pytest.mark.parametrize("key", [STEWARD, OFFICER])
def test_nobody_undoes_by_mending_a_declaration_what_was_due_by_it(key):
    declared = of_the_key(covered=(NOTES,))
    record = event_id_of(declared)
    for command in (
        CorrectRecord(record=record, changes={"covered": []}, reasons="A slip"),
        WithdrawRecord(record=record, reasons="A slip"),
    ):
        given(declared).when(command, by=key).then_refused(Code.NOT_WITH_THIS_KIND, at="#/record")


@refuses(DeclareCoverage, Code.EXACTLY_ONE)
def test_a_declaration_is_about_one_source():
    given().when(DeclareCoverage(), by=STEWARD).then_refused(Code.EXACTLY_ONE, at="#/key")
    both = DeclareCoverage(key=OFFICER.actor_id, mapping=DIARY)
    given().when(both, by=STEWARD).then_refused(Code.EXACTLY_ONE, at="#/key")


@refuses(DeclareCoverage, Code.ENDS_BEFORE_IT_STARTS)
def test_nothing_is_covered_until_before_it_begins():
    line = CoverageLine(kind=SharingKind.NOTES, covered_from=date(2026, 2, 1), covered_until=date(2026, 1, 1))
    command = DeclareCoverage(mapping=DIARY, covers=(line,))
    given().when(command, by=STEWARD).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/covers/0/covered_until")


def covers_of(answer):
    return {draft.covers for draft in answer.drafts}


def test_what_a_key_records_carries_what_its_source_covers():
    assert covers_of(given(of_the_key((NOTES,))).when(PLAN, by=OFFICER)) == {(NOTES,)}


def test_what_covers_nothing_says_so_and_of_what_nothing_was_declared_nothing_is_said():
    assert covers_of(given(of_the_key()).when(PLAN, by=OFFICER)) == {()}
    assert covers_of(given().when(PLAN, by=OFFICER)) == {None}


def test_the_last_declaration_stands_and_those_of_other_keys_and_partnerships_do_not_concern_it():
    earlier, later = of_the_key(), of_the_key((NOTES,), happened="2026-02-02", coverage_id=an_id("later"))
    assert covers_of(given(earlier, later).when(PLAN, by=OFFICER)) == {(NOTES,)}
    assert covers_of(given(of_the_key(api_key_id=an_id("another key"))).when(PLAN, by=OFFICER)) == {None}
    assert covers_of(given(elsewhere(of_the_key())).when(PLAN, by=OFFICER)) == {None}


def test_an_import_carries_what_its_mapping_covers_and_else_what_was_declared_of_the_mapping():
    hearing = given(of_the_key(api_key_id=None, mapping=DIARY)).when(PLAN, by=STEWARD)
    records = [record for record, _ in hearing.known.tagged()]
    imported = replace(hearing.context, source=Source.IMPORT, source_reference=f"{DIARY}/meeting")

    def covers(context):
        return {draft.covers for draft in decide(PLAN, Facts.from_records(records), context)}

    assert covers(imported) == {()}
    assert covers(replace(imported, covers=(NOTES,))) == {(NOTES,)}
    assert covers(replace(imported, source_reference="another/meeting")) == {None}

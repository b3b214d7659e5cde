"""A mapping is checked whole before a row is read: everything wrong with it is named at once, with its place."""

import pytest

from domain.imports.mapping import CoverageRule, RefusedSpelling
from domain.imports.mapping_document import find_mapping, read_mapping, shipped_mappings
from domain.imports.toml_document import MappingFaulty
from tests.support.small_mapping import MAPPING, faults_of, mapping

SOUND = MAPPING % {"id": "promises"}


@pytest.mark.parametrize("name", ["permits", "section-106"])
def test_the_shipped_mappings_hold_together(name):
    assert find_mapping(name).id == name
    assert name in shipped_mappings()


def test_a_mapping_that_is_nowhere_is_refused_with_the_names_of_those_shipped():
    with pytest.raises(MappingFaulty, match="section-106"):
        find_mapping("nowhere.toml")


def test_what_is_no_toml_is_one_fault():
    assert len(faults_of("id = ")) == 1


def test_every_fault_of_form_is_named_at_once():
    faults = faults_of("""
        title = 3
        colour = "blue"
        [tables.kind]
        a = 1
        [parties.x]
        id = "no id"
        [[rows]]
        kind = "a"
        identified_by = 4
        when = "never"
        [[rows.record]]
        name = "b"
        command = "do-magic"
        when = { column = "c", number = "big" }
        fields.text = { column = "a", text = "b" }
        fields.due = { column = "a", as = "moon" }
    """)
    for place in (
        "id: is missing",
        "title: must be a text",
        "colour: is unknown",
        "tables.kind.a: must be a text",
        "parties.x.id: must be the id",
        "rows[0].identified_by: must be a text or a list",
        "rows[0].when: is unknown",
        "rows[0].record[0].command: there is no command 'do-magic'",
        "rows[0].record[0].when.number: must be one of positive",
        "rows[0].record[0].fields.text: must have exactly one of",
        "rows[0].record[0].fields.due.as: did you mean money? must be one of",
    ):
        assert any(fault.startswith(place) for fault in faults), (place, faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('since = "1990"', 'since = "soon"'), "since: must be"),
        (("members = [", 'members = ["nobody", '), "partnership.members: there is no party nobody"),
        (('kind = "joint-working-group"', 'kind = "band"'), "partnership.kind: 'band' will not do"),
        (('kind = "developer"\n', ""), "parties.builders: kind must be given"),
        (("[parties.builders]", "[parties.residents]"), "parties.residents: this is the name of a party"),
        (('table = "kind"', 'table = "sort"'), "tables.sort: is used but not given"),
        (("promisers = [{ party = ", "promisors = [{ party = "), "MakeCommitment has no field promisors"),
        (("promisers = [{ party = ", "promisors = [{ party = "), "promisers must be given"),
        (('{ party = "builders" }]', '{ party = "smiths" }]'), "there is no party smiths"),
        (('word = "council"', 'word = "smiths"'), "there is no party smiths"),
        (("[rows.parents]\npromise", "[rows.parents]\nvow"), "no kind of row of that name comes before"),
        (('promise = ["body", "promise"]', 'promise = ["body"]'), "must name as many columns"),
        (('made = "promise.pay"', 'made = "promise.play"'), "a row of kind promise has no part play"),
        (('made = "promise.pay"', 'made = "later"'), "no part named later comes before"),
        (('of = "promise.award"', 'of = "kept"'), "a share is one of an amount in a parent row"),
        (('name = "paid"', 'name = "kept"'), "two parts have the same name"),
        (('identified_by = ["body", "payment"]\n', ""), "say which columns tell"),
        (('since = "1990"', 'sinse = "1990"'), "sinse: is unknown; did you mean since?"),
        (('command = "make-commitment"', 'command = "make-comitment"'), "did you mean make-commitment? there are"),
        (('kind = "joint-working-group"', 'kind = "joint-workinggroup"'), "did you mean joint-working-group?"),
        (("promisers = [{ party = ", "promisors = [{ party = "), "did you mean promisers?"),
        (('{ party = "builders" }]', '{ party = "buildres" }]'), "there is no party buildres: did you mean builders?"),
        (('as = "date"', 'as = "dat"'), "did you mean date? must be one of"),
    ],
)
def test_what_does_not_hold_together_is_named(change, fault):
    before, after = change
    assert before in SOUND
    assert any(fault in each for each in faults_of(SOUND.replace(before, after, 1)))


def test_outside_a_partnership_only_registries_are_recorded_and_one_thing_a_row():
    cut = SOUND[: SOUND.index("[partnership]")] + SOUND[SOUND.index("[parties.council]") :]
    faults = faults_of(cut)
    assert any("this is said within a partnership" in fault for fault in faults)
    assert any("outside a partnership a row records one thing only" in fault for fault in faults)


def test_spellings_match_whatever_their_capitals_and_outer_spaces():
    status = mapping().values["status"]
    assert status.meaning(" Recd. ") == "received"
    assert status.meaning("received: the money came in, ALL or part of it") == "received"
    assert status.meaning("Lost") == RefusedSpelling("nobody knows what became of it")
    assert status.meaning("gone") == RefusedSpelling("it is no status that is known")
    assert status.meaning("  ") == "  "


def test_a_spelling_listed_twice_is_a_fault():
    assert any("lists a spelling twice" in fault for fault in faults_of(SOUND + '"eastmoor council " = "county"\n'))


def test_what_a_mapping_covers_is_read_with_its_parties_and_days():
    covers = (
        'covers = ["notes", "feedback"]\ncovered_parties = "council"\ncovered_from = "2018"\ncovered_until = "2026-03"'
    )
    rule = read_mapping(f"{covers}\n{SOUND}".encode()).covers
    assert rule == CoverageRule(
        kinds=("notes", "feedback"), parties=("council",), covered_from="2018", covered_until="2026-03"
    )


def test_covering_nothing_is_not_the_same_as_saying_nothing_of_it():
    assert read_mapping(f"covers = []\n{SOUND}".encode()).covers == CoverageRule(kinds=())
    assert read_mapping(SOUND.encode()).covers is None


def test_everything_wrong_with_what_is_covered_is_named_at_once():
    faults = faults_of(
        'covers = ["notes", "feedbacks"]\ncovered_parties = ["council", "counsel"]\ncovered_from = "2026-02-30"\n'
        + SOUND
    )
    for place in (
        "covers: there is no kind 'feedbacks'; did you mean feedback?",
        "covered_parties: there is no party counsel",
        "covered_from: must be a year, a month or a day",
    ):
        assert any(fault.startswith(place) for fault in faults), (place, faults)
    assert faults_of(f'covers = "notes"\ncovered_from = "2026"\ncovered_until = "2025"\n{SOUND}') == (
        "covered_until: lies before covered_from",
    )
    assert faults_of(f'covered_until = "2025"\n{SOUND}') == (
        "covered_until: says of what is covered, so say in covers what that is",
    )

"""The reader of plain data: every fault by its place, the first hundred of them; texts come out tidy."""

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec import Struct, field

from domain.decisions.command import commands
from domain.decisions.interactions import RecordInteraction
from domain.decisions.partnerships import AdoptRule
from domain.decisions.registries import RegisterParty, RegisterPlace
from domain.expectations import did_you_mean
from domain.structs import MOST_FAULTS, NotAsDeclared, read, read_texts
from domain.vocabulary import InteractionKind

MEETING = {
    "kind": "meeting",
    "happened": "2026-03-27",
    "participants": [{"party": {"name": "A Group", "kind": "charity"}}],
}


def faults_of(data, struct=RecordInteraction):
    with pytest.raises(NotAsDeclared) as refused:
        read(data, struct)
    return {each.pointer: each.detail for each in refused.value.faults}


def test_names_and_texts_come_out_tidy():
    party = read({"name": " Ty\u0302\u00a0 Gwyn ", "kind": "charity", "contact": "a\r\nb"}, RegisterParty)
    assert (party.name, party.contact) == ("T\u0177 Gwyn", "a\nb")


def test_a_name_from_which_an_identity_is_made_stays_as_it_was_sent():
    meeting = read(MEETING | {"participants": [{"party": {"name": " A  Group", "kind": "charity"}}]}, RecordInteraction)
    assert meeting.participants[0].party.name == " A  Group"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"code": "E05000002\n"}, "#/code"),
        ({"name": "\u200b\u200d"}, "#/name"),
        ({"name": "a\x00b"}, "#/name"),
        ({"boundary_vintage": "2021\n"}, "#/boundary_vintage"),
    ],
)
def test_a_text_of_the_wrong_form_is_refused_at_its_field(fields, pointer):
    assert list(faults_of({"name": "Eastmoor", "kind": "ward"} | fields, RegisterPlace)) == [pointer]


def test_keys_and_values_of_a_mapping_are_read_as_declared():
    assert list(faults_of({"weights": {"H4\n": 1, "H5": -1}}, AdoptRule)) == ["#/weights/H4\n", "#/weights/H5"]


def test_texts_where_anything_may_stand_hold_no_controls():
    class Anything(Struct):
        values: dict[str, Any]

    data = {"values": {"a": ["one\x00"], "b": {"c\x00": 1}, "d": "fine\n"}}
    assert list(faults_of(data, Anything)) == ["#/values/a/0", "#/values/b/c\x00"]


def test_a_code_that_is_on_no_list_is_answered_with_the_one_meant_and_the_whole_list():
    detail = faults_of(MEETING | {"kind": "meting"})["#/kind"]
    assert "did you mean meeting?" in detail
    assert all(kind.value in detail for kind in InteractionKind)


def test_a_field_that_does_not_exist_is_answered_with_the_one_meant():
    assert "did you mean happened?" in faults_of(MEETING | {"hapened": "2026"})["#/hapened"]


@pytest.mark.parametrize("declared", commands().values(), ids=commands())
def test_every_field_of_every_command_is_found_by_a_slip_of_the_pen(declared):
    names = [each.encode_name for each in msgspec.structs.fields(declared) if len(each.encode_name) > 3]
    for name in names:
        assert did_you_mean(name[0] + name[1:].replace(name[2], "", 1), names) == f"did you mean {name}? "


def test_a_time_without_a_zone_is_told_so():
    assert "zone" in faults_of(MEETING | {"happened": "2026-03-27T19:00"})["#/happened"]
    assert "2026-03-27" in faults_of(MEETING | {"happened": "27/03/2026"})["#/happened"]


def test_of_many_faults_the_first_hundred_are_named_and_all_are_counted():
    themes = [7] * 3_000
    with pytest.raises(NotAsDeclared) as refused:
        read(MEETING | {"themes": themes}, RecordInteraction)
    assert (len(refused.value.faults), refused.value.in_all) == (MOST_FAULTS, 3_000)


def test_a_list_that_is_too_long_is_one_fault():
    assert list(faults_of(MEETING | {"participants": [7] * 100_000})) == ["#/participants"]


class Query(Struct, kw_only=True):
    """A query of every kind of parameter."""

    since: date | None = field(default=None, name="from")
    limit: int | None = None
    kinds: tuple[InteractionKind, ...] = ()
    text: str | None = None


def test_texts_are_read_as_what_they_stand_for():
    query = read_texts({"from": "2026-03-27", "limit": "7", "kinds": ["meeting", "call"]}, Query)
    assert (query.since, query.limit) == (date(2026, 3, 27), 7)
    assert query.kinds == (InteractionKind.MEETING, InteractionKind.CALL)


@pytest.mark.parametrize(
    "texts", [{"from": "null"}, {"limit": "null"}, {"kinds": ["null"]}, {"text": "Null"}, {"text": "a\x00"}]
)
def test_null_is_no_value_and_a_nul_no_text(texts):
    with pytest.raises(NotAsDeclared):
        read_texts(texts, Query)

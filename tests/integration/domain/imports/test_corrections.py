"""Corrections know the common ancestor: what a person decided since, or destroyed, no later file undoes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.decisions.command_context import CommandContext
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.registries import AmendParty
from domain.decisions.stewardship import RedactText
from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.funding import FundingAwarded
from domain.events.recorded import resolve
from domain.events.records import RecordCorrected
from domain.events.registries import PartyRegistered, PlaceRegistered
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged
from domain.imports.importer import Importer
from domain.imports.registrations import IMPORTER
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from domain.log.decode_events import decode_event
from domain.values import Money
from domain.vault import Erased
from domain.vocabulary import PartyKind
from tests.support.small_mapping import NOW, a_file, import_files, mapping, outcomes, promise, reason, the_files
from tests.support.word_readers import a_reader

IMPORTED, THERE, CORRECTED, CHANGED, REFUSED = RowOutcome


def everything(handler):
    return [decode_event(event) for event in handler.recorder.stream()]


def standing(handler, kind):
    return [each for each in resolve(everything(handler))[0] if isinstance(each.body, kind)]


def only(handler, kind):
    (record,) = standing(handler, kind)
    return record


def by_hand(handler, command, partition=None):
    """A command given as a person gives it, through another door than the import."""
    context = CommandContext(
        actor=IMPORTER, command_id=uuid4(), now=NOW, person_of=lambda _: None, partnership_id=partition
    )
    outcome = handler.handle(command, context, b"")
    assert isinstance(outcome, Acknowledged), outcome
    return outcome.events[0].event_id


def correct_by_hand(handler, record, **changes):
    command = CorrectRecord(record=record.event_id, changes=changes, reasons="agreed at the meeting")
    return by_hand(handler, command, record.recorded.partition_id)


def imported(handler, folder, *, correct=True, dry=False, **cells):
    return import_files(handler, mapping(), the_files(folder, [promise("p", **cells)]), correct=correct, dry=dry)


@pytest.fixture
def given_promise(handler, tmp_path):
    imported(handler, tmp_path)
    return only(handler, CommitmentMade)


def text_of(handler):
    with a_reader(handler.vault, handler.recorder) as reader:
        return BulkRecorder(handler, reader).texts(only(handler, CommitmentMade))["text"]


def test_a_text_that_was_redacted_stays_gone_whatever_the_file_says(handler, tmp_path, given_promise):
    redaction = RedactText(record=given_promise.event_id, field="text", ground="names a child")
    by_hand(handler, redaction, given_promise.recorded.partition_id)
    for day, purpose in (("2019-03-28", "a park"), ("2019-03-28", "a school"), ("2019-03-29", "a school")):
        entries = imported(handler, tmp_path, made=day, purpose=purpose)
        assert outcomes(entries) == {"p": CORRECTED}
        assert "text was taken out of the record since: it stays gone" in reason(entries, "p")
        assert isinstance(text_of(handler), Erased)
    assert only(handler, CommitmentMade).body.due == "2020-03-29"


def test_what_a_person_put_right_since_is_left_alone_and_the_rest_follows_the_file(handler, tmp_path, given_promise):
    correct_by_hand(handler, given_promise, due="2021-01-01")
    entries = imported(handler, tmp_path, purpose="a school")
    assert outcomes(entries) == {"p": CORRECTED}
    assert "due was put right by somebody since: left as it stands" in reason(entries, "p")
    body = only(handler, CommitmentMade).body
    assert (body.due, body.theme) == ("2021-01-01", "a school")
    entries = imported(handler, tmp_path, purpose="a pool", made="2019-03-28")
    assert outcomes(entries) == {"p": CORRECTED}
    body = only(handler, CommitmentMade).body
    assert (body.due, body.theme, body.happened) == ("2021-01-01", "a pool", "2019-03-28")


def test_where_only_what_people_decided_differs_nothing_is_done_and_it_is_said(handler, tmp_path, given_promise):
    correct_by_hand(handler, given_promise, theme="a wood")
    correct_by_hand(handler, given_promise, text="Pay for a wood")
    head = handler.recorder.head().position
    entries = imported(handler, tmp_path, purpose="a school")
    assert outcomes(entries) == {"p": CHANGED}
    assert "text was put right by somebody since" in reason(entries, "p")
    assert "theme was put right by somebody since" in reason(entries, "p")
    assert imported(handler, tmp_path, purpose="a school", dry=True) == entries
    assert handler.recorder.head().position == head
    assert text_of(handler) == "Pay for a wood"


def test_a_correction_that_a_person_took_back_is_not_made_again(handler, tmp_path, given_promise):
    imported(handler, tmp_path, purpose="a school")
    corrections = [each for each in everything(handler) if isinstance(each.body, RecordCorrected)]
    withdrawal = WithdrawRecord(record=corrections[0].event_id, reasons="it was a park")
    by_hand(handler, withdrawal, given_promise.recorded.partition_id)
    assert only(handler, CommitmentMade).body.theme == "a park"
    entries = imported(handler, tmp_path, purpose="a school", made="2019-03-28")
    assert outcomes(entries) == {"p": CORRECTED}
    body = only(handler, CommitmentMade).body
    assert (body.theme, body.happened) == ("a park", "2019-03-28")


def test_the_file_may_correct_again_what_it_corrected_itself(handler, tmp_path, given_promise):
    del given_promise
    for purpose in ("a school", "a pool", "a park"):
        assert outcomes(imported(handler, tmp_path, purpose=purpose)) == {"p": CORRECTED}
    assert only(handler, CommitmentMade).body.theme == "a park"


def test_a_record_that_was_withdrawn_since_stays_withdrawn(handler, tmp_path, given_promise):
    withdrawal = WithdrawRecord(record=given_promise.event_id, reasons="never promised")
    by_hand(handler, withdrawal, given_promise.recorded.partition_id)
    entries = imported(handler, tmp_path, amount="2000")
    assert outcomes(entries) == {"p": CORRECTED}
    assert "commitment-made was withdrawn since: left so" in reason(entries, "p")
    assert not standing(handler, CommitmentMade)
    assert only(handler, FundingAwarded).body.amount == Money(200_000)


def test_what_a_person_amended_of_a_body_is_no_change_of_the_row(handler, tmp_path, given_promise):
    del given_promise
    council = next(each for each in standing(handler, PartyRegistered) if each.body.kind is PartyKind.UNITARY)
    by_hand(handler, AmendParty(party=council.body.party_id, kind=PartyKind.DISTRICT_BOROUGH, name="Eastmoor Council"))
    head = handler.recorder.head().position
    assert outcomes(imported(handler, tmp_path, entered="2019-05-05")) == {"p": THERE}
    assert handler.recorder.head().position == head


PLACES = """
id = "places"
title = "Places"
[[rows]]
kind = "district"
identified_by = "code"
[[rows.record]]
name = "place"
command = "register-place"
fields = { name = { column = "name" }, kind = "district", code = { column = "code" } }
"""


def test_the_day_of_the_correction_does_not_become_the_day_of_what_is_corrected(handler, tmp_path):
    of = mapping(source=PLACES)
    for name, later in (("Moor", 0), ("Moor and Wold", 90)):
        sheet = a_file(tmp_path, "d.csv", ("code", "name"), [{"code": "E07000001", "name": name}])
        rows = prepare_rows(of, [recognise_spreadsheet(of, sheet)])
        with a_reader(handler.vault, handler.recorder) as reader:
            store = BulkRecorder(handler, reader)
            (entry,) = Importer(of, store, now=NOW + timedelta(days=later), correct=True).run(rows)
    assert entry.outcome is CORRECTED
    body = only(handler, PlaceRegistered).body
    assert (body.name, body.happened) == ("Moor and Wold", NOW.date().isoformat())


TRACKER = """
id = "tracker"
title = "Tracker of promises"
dates = ["%Y-%m-%d"]
since = "2015"
[partnership]
name = "Board"
kind = "neighbourhood-board"
members = ["council"]
[parties.council]
name = "Exshire Council"
kind = "unitary"
[[rows]]
kind = "promise"
identified_by = ["ref"]
happened = { column = "made", as = "date" }
[[rows.record]]
name = "promise"
command = "make-commitment"
fields = { promisers = [{ party = "council" }], promisees = [{ party = "residents" }], text = { column = "text" } }
[[rows.record]]
name = "progress"
command = "report-fulfilment"
when = { column = "status", is = ["partly", "kept"] }
[rows.record.fields]
commitment = { made = "promise" }
claimed_by = { party = "council" }
extent = { column = "status", table = "extent" }
fraction = { column = "share", as = "number" }
[[rows.record]]
name = "failed"
command = "fail-commitment"
when = { column = "status", is = "late" }
[rows.record.fields]
commitment = { made = "promise" }
said_by = { party = "council" }
reasons = "late"
[tables.extent]
partly = "part"
kept = "whole"
"""
STATES = {"open": "", "partly": "0.5", "kept": "", "late": ""}


def snapshot(handler, folder, status, *, correct=False):
    row = {"ref": "1", "made": "2024-03-01", "text": "Mend the lift", "status": status, "share": STATES[status]}
    sheet = a_file(folder, "tracker.csv", tuple(row), [row])
    return import_files(handler, mapping(source=TRACKER.replace("%", "%%")), [sheet], correct=correct)


@pytest.mark.parametrize("first", STATES)
@pytest.mark.parametrize("second", STATES)
def test_a_later_state_is_not_taken_for_a_correction_and_the_report_says_what_to_do(handler, tmp_path, first, second):
    assert outcomes(snapshot(handler, tmp_path, first)) == {"1": IMPORTED}
    before = [each.body for each in everything(handler)]
    for correct, outcome in ((False, CHANGED), (True, REFUSED)):
        entries = snapshot(handler, tmp_path, second, correct=correct)
        assert outcomes(entries) == {"1": THERE if first == second else outcome}
        if first != second:
            assert "its state has moved on since it was imported" in reason(entries, "1")
            assert "record by hand what happened since" in reason(entries, "1")
    assert [each.body for each in everything(handler)] == before


def test_what_was_wrong_within_one_state_is_corrected(handler, tmp_path, monkeypatch):
    snapshot(handler, tmp_path, "partly")
    monkeypatch.setitem(STATES, "partly", "0.25")
    assert outcomes(snapshot(handler, tmp_path, "partly", correct=True)) == {"1": CORRECTED}
    assert only(handler, FulfilmentClaimed).body.fraction == 0.25

"""Given files of rows, when they are imported, then every row is accounted for, and importing again adds nothing."""

from uuid import UUID

import pytest

from domain.events.commitments import CommitmentAcknowledged, CommitmentMade, FulfilmentConfirmed
from domain.events.funding import FundingAwarded, FundingPaid
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import resolve
from domain.events.registries import PartyRegistered, PlaceRegistered
from domain.imports.row_report import RowOutcome
from domain.log.decode_events import decode_event
from domain.values import Money
from domain.vocabulary import Extent, PartyKind, Side, Source
from tests.support.small_mapping import (
    MAPPING,
    a_file,
    import_files,
    mapping,
    outcomes,
    payment,
    promise,
    reason,
    summarised,
    the_files,
    write_report,
)

IMPORTED, THERE, CORRECTED, CHANGED, REFUSED = RowOutcome


def everything(handler):
    return [decode_event(event) for event in handler.recorder.stream()]


def bodies(handler, kind):
    return [each.body for each in everything(handler) if isinstance(each.body, kind)]


def standing(handler, kind):
    return [each.body for each in resolve(everything(handler))[0] if isinstance(each.body, kind)]


def test_a_row_becomes_events_in_the_partnership_of_its_body(handler, tmp_path):
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p")], [payment("m", "p")]))
    assert outcomes(entries) == {"p": IMPORTED, "m": IMPORTED}
    (formed,) = bodies(handler, PartnershipFormed)
    assert formed.name == "Eastmoor Council and its builders"
    council, builders = bodies(handler, PartyRegistered)
    assert (council.kind, builders.kind) == (PartyKind.UNITARY, PartyKind.DEVELOPER)
    (commitment,) = bodies(handler, CommitmentMade)
    assert (commitment.happened, commitment.due, commitment.theme) == ("2019-03-27", "2020-03-27", "a park")
    assert [each.party_id for each in commitment.promisers] == [builders.party_id]
    (confirmed,) = bodies(handler, FulfilmentConfirmed)
    assert (confirmed.commitment_id, confirmed.extent) == (commitment.commitment_id, Extent.WHOLE)
    assert confirmed.confirmed_by.party_id == council.party_id
    assert [each.amount for each in bodies(handler, FundingPaid)] == [Money(100_000)]


def test_events_say_that_they_were_imported_from_where_and_when_the_file_says_they_were_entered(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p", entered="2019-07-01")]))
    (commitment,) = [each for each in everything(handler) if isinstance(each.body, CommitmentMade)]
    assert commitment.envelope.source is Source.IMPORT
    assert commitment.envelope.source_reference == "promises/promise"
    assert commitment.envelope.source_recorded_at.isoformat() == "2019-06-30T23:00:00+00:00"
    assert commitment.envelope.on_behalf_of.side is Side.BUSINESS


def test_the_mapping_says_whose_word_it_is(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")], [payment("m", "p", status="due")]))
    (owned,) = [each for each in everything(handler) if isinstance(each.body, CommitmentAcknowledged)]
    assert owned.body.acknowledged_by.side is Side.BUSINESS
    assert owned.envelope.on_behalf_of.side is Side.GOVERNMENT


def test_nothing_readable_of_the_texts_reaches_the_log(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p", purpose="Zanzibar", amount="31337")]))
    stored = [event for event in handler.recorder.stream() if event.type == "commitment-made"]
    assert all(b"31337" not in event.data for event in stored)


def test_importing_again_adds_nothing(handler, tmp_path):
    files = the_files(tmp_path, [promise("p"), promise("q", made="never")], [payment("m", "p"), payment("n", "x")])
    import_files(handler, mapping(), files)
    head = handler.recorder.head().position
    again = import_files(handler, mapping(), files)
    assert outcomes(again) == {"p": THERE, "q": REFUSED, "m": THERE, "n": REFUSED}
    assert handler.recorder.head().position == head


def test_files_may_come_one_after_the_other_or_all_at_once(handler, tmp_path):
    promises, payments = the_files(tmp_path, [promise("p")], [payment("m", "p", amount="400")])
    assert outcomes(import_files(handler, mapping(), [payments])) == {"m": REFUSED}
    assert outcomes(import_files(handler, mapping(), [promises])) == {"p": IMPORTED}
    assert outcomes(import_files(handler, mapping(), [payments])) == {"m": IMPORTED}
    apart = [(each.body, each.event_id) for each in everything(handler) if isinstance(each.body, FulfilmentConfirmed)]
    rehearsed = import_files(handler, mapping("other"), [payments, promises], dry=True)
    assert outcomes(rehearsed) == {"p": IMPORTED, "m": IMPORTED}
    assert [(body.extent, body.fraction) for body, _ in apart] == [(Extent.PART, 0.4)]


def test_parts_run_up_to_the_whole(handler, tmp_path):
    payments = [payment("c", "p", paid="2020-01-01", amount="500"), payment("a", "p", amount="300")]
    payments += [payment("b", "p", paid="2019-10-01", amount="200")]
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")], payments))
    parts = [(body.extent, body.fraction) for body in bodies(handler, FulfilmentConfirmed)]
    assert parts == [(Extent.PART, 0.3), (Extent.PART, 0.5), (Extent.WHOLE, None)]


def test_what_a_refused_row_would_have_paid_does_not_make_a_later_part_the_whole(handler, tmp_path):
    payments = [payment("early", "p", paid="2018-01-01", amount="600"), payment("fine", "p", amount="400")]
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p")], payments))
    assert outcomes(entries) == {"p": IMPORTED, "early": REFUSED, "fine": IMPORTED}
    assert [(body.extent, body.fraction) for body in bodies(handler, FulfilmentConfirmed)] == [(Extent.PART, 0.4)]


QUIRKS = {
    "placeholder": (payment("x", "p", paid="1900-01-01"), "paid '1900-01-01': a placeholder"),
    "far future": (payment("x", "p", paid="2917-10-24"), "in-the-future"),
    "near future": (payment("x", "p", paid="2028-05-22"), "in-the-future"),
    "impossible day": (payment("x", "p", paid="30/02/2019"), "no date in any form"),
    "no date at all": (payment("x", "p", paid="", entered="1900-01-01"), "it does not say when it happened"),
    "negative": (payment("x", "p", amount="-650"), "a negative payment"),
    "no number": (payment("x", "p", amount="lots"), "amount: 'lots' is no number"),
    "unknown status": (payment("x", "p", status="gone"), "it is no status that is known"),
    "known and hopeless status": (payment("x", "p", status="Lost"), "nobody knows what became of it"),
    "blank status": (payment("x", "p", status=""), "it has no status"),
    "no parent": (payment("x", "nowhere"), "no promise 'Eastmoor Council / nowhere' is in the record"),
    "parent not named": (payment("x", ""), "its promise is not named: promise is blank"),
    "before its parent": (payment("x", "p", paid="2018-01-01"), "before-what-it-refers-to"),
    "blank body": (payment("x", "p", body=""), "body is blank"),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_row_that_cannot_be_recorded_is_refused_with_its_reason_and_line(handler, tmp_path, quirk):
    row, expected = QUIRKS[quirk]
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p")], [payment("fine", "p"), row]))
    refused = next(each for each in entries if each.key[-1] == "x")
    assert refused.outcome is REFUSED
    assert expected in "; ".join(refused.reasons)
    assert (refused.file, refused.line) == ("payments.csv", 3)
    assert outcomes(entries)["p"] is IMPORTED


def test_every_reason_against_a_row_is_given(handler, tmp_path):
    entries = import_files(handler, mapping(), the_files(tmp_path, [], [payment("x", "", status="gone", amount="-1")]))
    assert len(entries[0].reasons) == 3


@pytest.mark.parametrize("status", ["received", " Received", "RECD.", "Received: the money came in, all or part of it"])
def test_a_status_is_understood_in_all_its_spellings(handler, tmp_path, status):
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p")], [payment("m", "p", status=status)]))
    assert outcomes(entries)["m"] is IMPORTED


def test_a_body_under_two_codes_is_one_and_a_name_stands_where_a_code_belongs(handler, tmp_path):
    rows = [
        promise("p"),
        promise("q", body="code:eas-old"),
        promise("r", body="Eastmoor Council"),
        promise("s", body="Wold"),
    ]
    import_files(handler, mapping(), the_files(tmp_path, rows))
    formed = bodies(handler, PartnershipFormed)
    assert {each.name for each in formed} == {"Eastmoor Council and its builders", "Wold and its builders"}
    assert {each.kind for each in bodies(handler, PartyRegistered)} == {
        PartyKind.UNITARY,
        PartyKind.LOCAL_AUTHORITY_UNSPECIFIED,
        PartyKind.DEVELOPER,
    }


def test_a_blank_date_falls_back_to_the_day_of_entry_and_no_amount_means_no_award(handler, tmp_path):
    rows = [promise("p", made="", amount=""), promise("q", amount="0")]
    entries = import_files(handler, mapping(), the_files(tmp_path, rows, [payment("m", "q", amount="12")]))
    assert set(outcomes(entries).values()) == {IMPORTED}
    assert {body.happened for body in bodies(handler, CommitmentMade)} == {"2019-04-01", "2019-03-27"}
    assert not bodies(handler, FundingAwarded)
    assert not bodies(handler, FundingPaid)
    assert [body.extent for body in bodies(handler, FulfilmentConfirmed)] == [Extent.WHOLE]


def test_the_same_row_twice_counts_once_and_one_that_says_otherwise_is_changed(handler, tmp_path):
    rows = [promise("p"), promise("p"), promise("p", purpose="a school")]
    entries = import_files(handler, mapping(), the_files(tmp_path, rows))
    assert sorted(each.outcome for each in entries) == sorted([IMPORTED, THERE, CHANGED])
    assert len(bodies(handler, CommitmentMade)) == 1


def test_a_row_seen_again_with_other_content_is_refused_as_changed(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p", amount="2000")]))
    assert outcomes(entries) == {"p": CHANGED}
    assert "--correct" in reason(entries, "p")
    assert [each.amount for each in standing(handler, FundingAwarded)] == [Money(100_000)]


def test_asked_to_correct_the_record_says_what_the_row_says_now(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    changed = the_files(tmp_path, [promise("p", amount="2000", purpose="a school")])
    entries = import_files(handler, mapping(), changed, correct=True)
    assert outcomes(entries) == {"p": CORRECTED}
    (commitment,), (award,) = standing(handler, CommitmentMade), standing(handler, FundingAwarded)
    assert (commitment.theme, award.amount) == ("a school", Money(200_000))
    assert bodies(handler, CommitmentMade)[0].theme == "a park"
    head = handler.recorder.head().position
    for correct in (True, False):
        assert outcomes(import_files(handler, mapping(), changed, correct=correct)) == {"p": THERE}
    assert handler.recorder.head().position == head


def test_what_was_corrected_can_be_corrected_back(handler, tmp_path):
    for amount in ("1000", "2000", "1000"):
        entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p", amount=amount)]), correct=True)
    assert outcomes(entries) == {"p": CORRECTED}
    assert [each.amount for each in standing(handler, FundingAwarded)] == [Money(100_000)]


def test_shares_are_of_the_amount_as_corrected(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    import_files(
        handler,
        mapping(),
        the_files(tmp_path, [promise("p", amount="2000")], [payment("m", "p", amount="500")]),
        correct=True,
    )
    assert [each.fraction for each in bodies(handler, FulfilmentConfirmed)] == [0.25]


def test_a_rehearsal_corrects_as_the_import_would(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    files = the_files(tmp_path, [promise("p", amount="2000", purpose="a mill")], [payment("m", "p", amount="500")])
    rehearsed = import_files(handler, mapping(), files, correct=True, dry=True)
    assert outcomes(rehearsed) == {"p": CORRECTED, "m": IMPORTED}
    assert import_files(handler, mapping(), files, correct=True) == rehearsed


def test_a_row_that_became_another_kind_of_thing_cannot_be_corrected_into_it(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")], [payment("m", "p")]))
    files = the_files(tmp_path, [promise("p")], [payment("m", "p", status="due")])
    entries = import_files(handler, mapping(), files, correct=True)
    assert outcomes(entries)["m"] is REFUSED
    assert "by hand" in reason(entries, "m")


def test_where_only_what_is_not_recorded_changed_nothing_is_corrected(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    head = handler.recorder.head().position
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p", entered="2020-01-01")]), correct=True)
    assert outcomes(entries) == {"p": THERE}
    assert handler.recorder.head().position == head


def test_a_rehearsal_accounts_as_the_import_would_and_records_nothing(handler, tmp_path):
    quirks = [{**row, "payment": f"x{n}"} for n, (row, _) in enumerate(QUIRKS.values())]
    files = the_files(tmp_path, [promise("p"), promise("q"), promise("q")], [payment("m", "p"), *quirks])
    rehearsed = import_files(handler, mapping(), files, dry=True)
    assert handler.recorder.head().position == 0
    assert import_files(handler, mapping(), files) == rehearsed
    again = import_files(handler, mapping(), files, dry=True)
    assert again == import_files(handler, mapping(), files)


def test_rows_are_taken_into_a_partnership_that_exists(handler, tmp_path):
    import_files(handler, mapping(), the_files(tmp_path, [promise("p")]))
    (formed,) = bodies(handler, PartnershipFormed)
    council, builders = (each.party_id for each in bodies(handler, PartyRegistered))
    start, end = MAPPING.index("[partnership]"), MAPPING.index("[[rows]]")
    declarations = f'[partnership]\nid = "{formed.partnership_id}"\n'
    declarations += f'[parties.council]\nid = "{council}"\n[parties.builders]\nid = "{builders}"\n'
    into = mapping("second", MAPPING[:start] + declarations + MAPPING[end:])
    entries = import_files(handler, into, the_files(tmp_path, [promise("new")]))
    assert outcomes(entries) == {"new": IMPORTED}
    assert {each.partition_id for each in everything(handler) if isinstance(each.body, CommitmentMade)} == {
        formed.partnership_id
    }
    nowhere = mapping(
        "third", MAPPING[:start] + declarations.replace(str(formed.partnership_id), str(UUID(int=7))) + MAPPING[end:]
    )
    refused = import_files(handler, nowhere, the_files(tmp_path, [promise("new")]))
    assert "there is no partnership with the id" in reason(refused, "new")


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
[[rows]]
kind = "ward"
identified_by = "ward"
[rows.parents]
district = "code of district"
[[rows.record]]
name = "place"
command = "register-place"
[rows.record.fields]
name = { column = "called" }
kind = "ward"
code = { column = "ward" }
part_of = { made = "district.place" }
"""


def test_registries_are_imported_without_a_partnership(handler, tmp_path):
    places = mapping("places", PLACES)
    districts = a_file(tmp_path, "d.csv", ("code", "name"), [{"code": "E07000001", "name": "Moor"}])
    rows = [{"ward": f"E0500000{n}", "called": f"Ward {n}", "code of district": "E07000001"} for n in (1, 2)]
    wards = a_file(tmp_path, "w.csv", ("ward", "called", "code of district"), rows)
    assert {each.outcome for each in import_files(handler, places, [wards, districts])} == {IMPORTED}
    district, *inner_places = bodies(handler, PlaceRegistered)
    assert {each.part_of_place_id for each in inner_places} == {district.place_id}
    renamed = a_file(tmp_path, "d.csv", ("code", "name"), [{"code": "E07000001", "name": "Moor and Wold"}])
    entries = import_files(handler, places, [renamed], correct=True)
    assert outcomes(entries) == {"E07000001": CORRECTED}, entries
    assert standing(handler, PlaceRegistered)[0].name == "Moor and Wold"


def test_a_name_that_is_too_long_is_refused_with_its_field(handler, tmp_path):
    places = mapping("places", PLACES)
    districts = a_file(tmp_path, "d.csv", ("code", "name"), [{"code": "E07000001", "name": "M" * 301}])
    assert "place.name: " in reason(import_files(handler, places, [districts]), "E07000001")


def test_the_summary_counts_every_row_once_and_the_report_names_each_line(handler, tmp_path):
    rows = [payment("m", "p"), payment("=cmd()", "p", status="gone"), payment("m", "p")]
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("p")], rows))
    summary = summarised(mapping(), entries)
    assert summary.rows == sum(summary.outcomes.values()) == 4
    assert summary.files["payments.csv"] == {
        "imported": 1,
        "already there": 1,
        "corrected": 0,
        "changed": 0,
        "refused": 1,
    }
    assert summary.events == sum(1 for each in everything(handler) if each.envelope.operation == "record-together")
    report = tmp_path / "report.csv"
    write_report(report, entries)
    lines = report.read_text().splitlines()
    assert len(lines) == 5
    assert "payments.csv,3,payment,Eastmoor Council / =cmd(),refused,status 'gone'" in lines[2]

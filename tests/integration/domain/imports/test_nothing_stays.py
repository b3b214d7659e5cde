"""A refused row leaves nothing in the record, nor does it end the run: whoever it names is registered with another."""

import pytest

from domain.decisions.refusals import Refusal
from domain.events.partnerships import PartnershipFormed
from domain.events.registries import PartyRegistered
from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.importer import Importer
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from domain.log.decode_events import decode_event
from tests.support.small_mapping import (
    MAPPING,
    NOW,
    import_files,
    mapping,
    outcomes,
    payment,
    promise,
    reason,
    summarised,
    the_files,
)

IMPORTED, THERE, CORRECTED, CHANGED, REFUSED = RowOutcome


def names(handler):
    bodies = (decode_event(event).body for event in handler.recorder.stream())
    return sorted(body.name for body in bodies if isinstance(body, PartyRegistered | PartnershipFormed))


REFUSED_ROWS = {
    "in the future": promise("x", body="Wold", made="2917-10-24"),
    "no such day": promise("x", body="Wold", made="30/02/2019"),
    "unreadable money": promise("x", body="Wold", amount="13,75"),
    "too much money": promise("x", body="Wold", amount="9" * 17),
    "a name too long": promise("x", body="W" * 301),
    "a text too long": promise("x", body="Wold", purpose="p" * 15_000),
    "a due date beyond the calendar": promise("x", body="Wold", made="9000-01-01"),
    "no parent": payment("x", "nowhere", body="Wold"),
}


@pytest.mark.parametrize("quirk", REFUSED_ROWS)
@pytest.mark.parametrize("dry", [True, False])
def test_nobody_whom_only_refused_rows_name_is_registered(handler, tmp_path, quirk, dry):
    row = REFUSED_ROWS[quirk]
    files = the_files(tmp_path, [row]) if "payment" not in row else the_files(tmp_path, [], [row])
    entries = import_files(handler, mapping(), files, dry=dry)
    assert outcomes(entries) == {"x": REFUSED}
    assert handler.recorder.head().position == 0
    assert summarised(mapping(), entries, rehearsed=dry).registered == 0


def test_an_entry_too_large_for_the_log_leaves_nothing_either(handler, tmp_path):
    large = MAPPING % {"id": "large"}
    large = large.replace(
        'text = { any = [{ text = "Pay {amount} for {purpose}" }, "Pay"] }', 'text = { column = "purpose" }'
    )
    large = large.replace('theme = { column = "purpose" }\n', "")
    files = the_files(tmp_path, [promise("x", body="Wold", purpose=chr(0x1F600) * 15_000)])
    for dry in (True, False):
        entries = import_files(handler, mapping(source=large.replace("%", "%%")), files, dry=dry)
        assert outcomes(entries) == {"x": REFUSED}
        assert "too-large" in reason(entries, "x")
    assert handler.recorder.head().position == 0


def test_bodies_are_registered_with_the_first_row_that_is_accepted_and_counted(handler, tmp_path):
    rows = [promise("a", made="2917-10-24"), promise("b", body="Wold"), promise("c"), promise("d")]
    entries = import_files(handler, mapping(), the_files(tmp_path, rows))
    assert outcomes(entries) == {"a": REFUSED, "b": IMPORTED, "c": IMPORTED, "d": IMPORTED}
    assert len(names(handler)) == 6
    assert [len(each.registered) for each in entries if each.key[-1] in "abcd"].count(0) == 2
    by_key = {each.key[-1]: len(each.registered) for each in entries}
    assert by_key["a"] == by_key["d"] == 0
    summary = summarised(mapping(), entries)
    seats = summary.registered - len(names(handler))
    assert seats == 4
    assert handler.recorder.head().position == summary.events + summary.registered


def test_what_the_log_refuses_of_a_body_refuses_its_rows_one_by_one(handler, tmp_path):
    class Refusing(BulkRecorder):
        """Refuses whatever comes, as if others had got in between."""

        def record(self, command, context, payload):
            del command, context, payload
            return Refusal(())

    rows = prepare_rows(
        mapping(),
        [recognise_spreadsheet(mapping(), path) for path in the_files(tmp_path, [promise("a"), promise("b")])],
    )
    entries = list(Importer(mapping(), Refusing(handler), now=NOW).run(rows))
    assert outcomes(entries) == {"a": REFUSED, "b": REFUSED}


HOSTILE = ["5E1234567", "1" * 5000, "9" * 18, "\u0661", "NaN", "=1+1", "\ufeff", "-0", "1e400", "(", "'", "\u202e5"]


@pytest.mark.parametrize("column", ["amount", "made", "entered", "purpose", "body"])
def test_no_cell_ends_the_run(handler, tmp_path, column):
    rows = [promise(f"x{n}", **{column: text}) for n, text in enumerate([*HOSTILE, "9999-12-31", "0001-01-01", "0966"])]
    files = the_files(tmp_path, [promise("first"), *rows, promise("last")])
    entries = import_files(handler, mapping(), files)
    assert len(entries) == len(rows) + 2
    assert {outcomes(entries)[key] for key in ("first", "last")} == {IMPORTED}
    assert not [each for entry in entries for each in entry.reasons if "fault of Folkmoot" in each]


def test_a_number_that_only_a_condition_asks_about_must_be_readable_too(handler, tmp_path):
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("x", amount="13,75")]))
    assert outcomes(entries) == {"x": REFUSED}
    assert "amount: '13,75' is no number" in reason(entries, "x")


def test_a_day_of_entry_that_cannot_be_read_is_not_left_out_in_silence(handler, tmp_path):
    entries = import_files(handler, mapping(), the_files(tmp_path, [promise("x", entered="soon")]))
    assert outcomes(entries) == {"x": REFUSED}


def test_a_row_inside_a_cell_of_another_is_seen(handler, tmp_path):
    inside = "a park\ncode:EAS,q,2019-03-27,2019-04-01,1000,a school"
    rows = [promise("p", purpose=inside), promise("r", purpose="a park\nby the river, north, of town, 1, 2, 3")]
    of = mapping(source=MAPPING.replace('theme = { column = "purpose" }\n', ""))
    entries = import_files(handler, of, the_files(tmp_path, rows))
    assert outcomes(entries) == {"p": REFUSED, "r": IMPORTED}
    assert "reads as a row of its own" in reason(entries, "p")


def test_what_was_imported_under_laxer_rules_is_still_there_and_says_so(handler, tmp_path):
    import_files(handler, mapping("same"), the_files(tmp_path, [promise("p")]))
    part = '[[rows.record]]\nname = "pay"'
    rule = '[[rows.refuse]]\nwhen = { column = "purpose", is = "a park" }\nbecause = "no parks"\n'
    strict = MAPPING.replace(part, rule + part, 1)
    entries = import_files(handler, mapping("same", strict), the_files(tmp_path, [promise("p"), promise("q")]))
    assert outcomes(entries) == {"p": THERE, "q": REFUSED}
    assert reason(entries, "p").endswith("today it would be refused: no parks")

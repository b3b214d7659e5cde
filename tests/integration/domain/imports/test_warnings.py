"""A possible slip that an import recorded is told with its row, in the report and, counted, in the summary."""

from domain.imports.row_report import RowOutcome
from tests.support.small_mapping import import_files, mapping, promise, summarised, the_files, write_report


def test_a_body_that_looks_like_another_is_imported_and_warned_of_once_with_its_row(handler, tmp_path):
    assert not any(each.warnings for each in import_files(handler, mapping(), the_files(tmp_path, [promise("1")])))
    other = the_files(tmp_path, [promise("2", body="Eastmoor\u00a0 COUNCIL"), promise("3")])
    for dry in (True, False):
        alike, usual = sorted(import_files(handler, mapping(), other, dry=dry), key=lambda entry: entry.key[-1])
        assert {alike.outcome, usual.outcome} == {RowOutcome.IMPORTED}
        assert sum("this looks like " in each for each in alike.warnings) == 3  # two bodies and their partnership
        assert usual.warnings == ()
    summary = summarised(mapping(), [alike, usual])
    assert summary.warnings == {"looks-like: this looks like …: if they are one, use that entry": 3}
    write_report(tmp_path / "report.csv", [alike, usual])
    assert "this looks like" in (tmp_path / "report.csv").read_text("utf-8")
    again, _ = sorted(import_files(handler, mapping(), other), key=lambda entry: entry.key[-1])
    assert (again.outcome, again.warnings) == (RowOutcome.ALREADY_THERE, ())

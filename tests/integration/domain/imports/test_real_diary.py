"""Ministers' real diaries never note who got minutes: read by them, no office is open or closed."""

import csv
import gzip

from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.importer import Importer
from domain.imports.mapping_document import read_mapping
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from domain.log.decode_events import decode_event
from domain.vocabulary import Facet, SharingKind
from projections.history.history import history
from projections.lifecycles.sharing_coverage import sharing_coverage
from projections.method.document import default_method
from projections.scoring.trust.shown_trust import shown_trust
from projections.views.trust import trust
from tests.support.methods import folkmoot_2026
from tests.support.small_mapping import NOW

MAPPING = b"""
id = "ministerial-diaries"
title = "Ministers' published diaries"
since = "2014"

[partnership]
name = "A minister and whom they met"
kind = "joint-working-group"
members = ["office"]

[parties.office]
per = "minister"
name = { column = "minister" }
kind = "central-department"

[parties.met]
per = "name"
name = { column = "name" }
kind = "local-business"

[[rows]]
kind = "meeting"
identified_by = ["filename", "key", "page", "date"]
happened = { column = "date", as = "date" }

[[rows.record]]
name = "meeting"
command = "record-interaction"
[rows.record.fields]
kind = "meeting"
convened_by = { party = "office" }
participants = [{ fields = { party = { party = "office" } } }, { fields = { party = { party = "met" } } }]
"""


def test_a_real_diary_gives_no_figure_of_openness_instead_of_nought(handler, datasets, tmp_path):
    source = datasets / "nsw-ministerial-diaries" / "diaries-2014-2016.csv.gz"
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["minister"] == "Attorney-General"]
    path = tmp_path / "diary.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = read_mapping(MAPPING)
    importer = Importer(mapping, BulkRecorder(handler), now=NOW)
    entries = list(importer.run(prepare_rows(mapping, [recognise_spreadsheet(mapping, path)])))
    imported = sum(entry.outcome is RowOutcome.IMPORTED for entry in entries)
    assert imported > 200

    records = [decode_event(event) for event in handler.recorder.stream()]
    partition = next(each.partition_id for each in records if each.name == "interaction-recorded")
    own = [each for each in records if each.partition_id == partition]
    past = history(own, as_of=NOW.date(), position=own[-1].position, recorded_at=own[-1].recorded_at)

    def openness(method):
        return shown_trust([row for row in trust(past, method) if row.facet is Facet.OPENNESS], method)

    (figure,) = openness(folkmoot_2026())
    assert (figure.counts.acts, figure.counts.whole, figure.counts.owed) == (imported, 0, imported)
    assert figure.figure.trust < 0.02
    assert openness(default_method()) == []
    (gap,) = sharing_coverage(past, default_method())
    assert (gap.kind, gap.uncovered, gap.duties) == (SharingKind.NOTES, imported, imported)

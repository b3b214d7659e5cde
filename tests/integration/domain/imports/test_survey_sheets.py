"""Given a sheet of survey waves, a row is a count of ratings under its question; rolling ones say that they overlap."""

from datetime import date

import pytest

from domain.events.experience import PulseObserved
from domain.imports.mapping_document import read_mapping
from domain.imports.row_report import RowOutcome
from domain.log.decode_events import decode_event
from tests.support.small_mapping import a_file, import_files

WAVES = """
id = "waves"
title = "Waves of a survey"
dates = ["%Y-%m-%d"]
since = "1990"

[partnership]
per = "council"
name = { text = "{council} and its residents" }
kind = "neighbourhood-board"
members = ["council"]

[parties.council]
per = "council"
name = { column = "council" }
kind = "unitary"

[[rows]]
kind = "wave"
identified_by = ["council", "question", "taken"]
happened = { column = "taken", as = "date" }

[[rows.record]]
name = "ratings"
command = "record-pulse"
[rows.record.fields]
about = { party = "council" }
rater_side = "residents"
survey_question = { column = "question" }
overlaps = { column = "rolling", as = "yes-no" }
counts = [
  { column = "1", as = "whole-number" },
  { column = "2", as = "whole-number" },
  { column = "3", as = "whole-number" },
  { column = "4", as = "whole-number" },
  { column = "5", as = "whole-number" },
]
"""


@pytest.fixture
def sheet(tmp_path):
    rows = [
        {
            "council": "Eastmoor Council",
            "question": "I am listened to",
            "taken": f"2020-{month}-01",
            "rolling": "yes" if month > "03" else "no",
            **{str(level): str(count) for level, count in enumerate((0, 3, 10, 20, 7), start=1)},
        }
        for month in ("03", "06")
    ]
    return a_file(tmp_path, "waves.csv", tuple(rows[0]), rows)


def test_each_row_is_a_count_under_its_question(handler, sheet):
    entries = import_files(handler, read_mapping(WAVES.encode()), [sheet])
    assert {entry.outcome for entry in entries} == {RowOutcome.IMPORTED}
    pulses = [
        body for event in handler.recorder.stream() if isinstance(body := decode_event(event).body, PulseObserved)
    ]
    assert [(each.happened, each.counts, each.survey_question, each.overlaps) for each in pulses] == [
        (date(2020, month, 1).isoformat(), (0, 3, 10, 20, 7), "I am listened to", month > 3) for month in (3, 6)
    ]

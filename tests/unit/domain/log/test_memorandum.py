"""The memorandum of what was destroyed is read back whole, but for a line that a crash cut short."""

from uuid import uuid4

import pytest

from domain.log.memorandum import ForgottenLine, Memorandum, MemorandumUnusable


@pytest.fixture
def memorandum(tmp_path):
    return Memorandum(tmp_path / "memorandum.jsonl")


def test_a_line_cut_short_by_a_crash_is_passed_over_and_a_foreign_one_refused(memorandum):
    line = ForgottenLine(log_id=uuid4(), event_id=uuid4(), subject_id=uuid4())
    memorandum.add([line])
    with memorandum.file.open("ab") as stream:
        stream.write(b'{"type":"forgotten","log_id":"')
    memorandum.add([line, later := ForgottenLine(log_id=line.log_id, event_id=uuid4(), subject_id=uuid4())])
    assert memorandum.lines(line.log_id) == [line, later]
    with memorandum.file.open("ab") as stream:
        stream.write(b"something else\n")
    with pytest.raises(MemorandumUnusable, match="line 4"):
        memorandum.lines(line.log_id)

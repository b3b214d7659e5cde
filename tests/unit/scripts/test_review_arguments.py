"""The arguments of `folkmoot review`: what cannot be meant is refused with what can."""

import pytest

from scripts.cli import main

REVIEW = "00000000-0000-0000-0000-000000000000"


def test_a_format_that_no_extract_has_is_refused_with_those_it_may_have(capsys):
    with pytest.raises(SystemExit) as ending:
        main(["review", "freeze", REVIEW, "--to", "x", "--format", "xml"])
    assert ending.value.code == 2
    refusal = capsys.readouterr().err
    assert "xml" in refusal
    assert "csv" in refusal
    assert "parquet" in refusal
    assert "ExtractFormat" not in refusal

"""Later schema files are linted by squawk, and one that would stop people or break the release before is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.support.schema_files import PARTS, schema_paths
from scripts.support.schema_lint import APPLIED_BEFORE, RULES_OFF, RULES_OFF_AFTER, later_files, lint_commands

PROGRAMS = Path(sys.executable).parent


def linted(*paths: Path) -> str:
    """The faults that squawk finds in files, as it prints them."""
    found = ""
    for program, *words in lint_commands(paths or None):
        ended = subprocess.run([PROGRAMS / program, *words], capture_output=True, text=True, check=False, timeout=60)
        found += ended.stdout if ended.returncode else ""
    return found


def test_nothing_is_found_in_the_files_of_this_release():
    assert linted() == ""


def test_every_file_but_those_named_is_looked_at():
    looked_at = set(later_files())
    for part, folder in PARTS.items():
        left_out = {number for number, path in schema_paths(folder) if path not in looked_at}
        assert left_out == set(range(1, APPLIED_BEFORE[part] + 1)), part


HARMFUL = {
    "ALTER TABLE log.event DROP COLUMN leaf": "ban-drop-column",
    "ALTER TABLE log.event RENAME COLUMN leaf TO hash": "renaming-column",
    "CREATE INDEX event_by_leaf ON log.event (leaf)": "require-concurrent-index-creation",
    "ALTER TABLE log.event ADD CONSTRAINT has_leaf CHECK (leaf IS NOT NULL)": "constraint-missing-not-valid",
    "ALTER TABLE log.event ALTER COLUMN type TYPE varchar(10)": "changing-column-type",
    "ALTER TABLE log.event ADD COLUMN note text NOT NULL": "adding-required-field",
}


@pytest.mark.parametrize(("statement", "rule"), HARMFUL.items())
def test_what_would_stop_or_break_is_found(tmp_path, statement, rule):
    file = tmp_path / "099_harmful_change.sql"
    file.write_text(f"{statement};\n")
    assert rule in linted(file)


def test_what_ends_something_may_do_so_once_no_earlier_release_runs_and_may_stop_nobody_either(tmp_path):
    file = tmp_path / "099_post_leaf_no_more.sql"
    file.write_text("ALTER TABLE log.event DROP COLUMN leaf;\n")
    assert linted(file) == ""
    file.write_text("ALTER TABLE log.event ALTER COLUMN type TYPE varchar(10);\n")
    assert "changing-column-type" in linted(file)


def test_a_rule_is_switched_off_with_a_reason():
    assert all(RULES_OFF.values())
    assert all(RULES_OFF_AFTER.values())

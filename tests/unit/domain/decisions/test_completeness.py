"""Every command is shown to record, and to refuse for every reason it lists; every reason is somebody's."""

from importlib import import_module
from pathlib import Path

import pytest

from domain.decisions.command import commands
from domain.decisions.refusals import COMMON, REASONS, Code
from tests.support.given_commands import TESTED

HERE = Path(__file__).parent
EACH = pytest.mark.parametrize("command", commands().values(), ids=commands().keys())
SAYS_WHY = "Refuses nothing of its own: "


@pytest.fixture(scope="module", autouse=True)
def _all_tests_known():
    for path in sorted(HERE.glob("test_*.py")):
        import_module(f"tests.unit.domain.decisions.{path.stem}")


@EACH
def test_a_command_is_shown_to_record(command):
    assert (command, None) in TESTED


@EACH
def test_a_command_is_shown_to_refuse_for_every_reason_it_lists(command):
    untested = [code for code in command.refuses if (command, code) not in TESTED]
    assert untested == []


@EACH
def test_a_command_lists_each_reason_once_and_none_that_all_share(command):
    assert len(set(command.refuses)) == len(command.refuses)
    assert not set(command.refuses) & COMMON


@EACH
def test_a_command_that_refuses_nothing_of_its_own_says_why(command):
    assert (SAYS_WHY in " ".join(command.__doc__.split())) == (not command.refuses)


@EACH
def test_a_command_says_what_it_does_in_one_sentence(command):
    first = command.__doc__.strip().splitlines()[0]
    assert first.endswith(".")


def test_no_test_claims_a_refusal_that_its_command_does_not_list():
    unlisted = [(command.__name__, code) for command, code in TESTED if code and code not in command.refuses]
    assert unlisted == []


def test_every_reason_is_common_or_listed_by_a_command():
    listed = {code for command in commands().values() for code in command.refuses}
    assert set(Code) == COMMON | listed


def test_every_reason_has_a_title():
    assert set(REASONS) == set(Code)


def test_every_common_reason_is_shown():
    source = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    assert [code for code in COMMON if f"Code.{code.name}" not in source] == []

"""`folkmoot review`: register, freeze, make again, compare, list; answers as JSON, words for people, exit codes."""

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace

from domain.log.recorder import LogRecorder, begin_seeding
from domain.vocabulary import PartyKind
from projections.reviews.comparison_tables import COMPARISON
from projections.reviews.manifest import MANIFEST, encode_manifest, read_manifest
from tests.support.review_county import REVIEW_ID, content, county, write


@pytest.fixture
def recorded(database_url):
    begin_seeding(database_url)
    story = county()
    with LogRecorder(database_url) as log:
        write(log, story.records)
    return story


@pytest.fixture
def ask(shell, capsys):
    """Run an action: its exit code, its answer and what was said beside it."""

    def asked(*words):
        capsys.readouterr()
        code = shell("review", *words)
        output = capsys.readouterr()
        return code, json.loads(output.out) if output.out else None, output.err

    return asked


REGISTER = ("register", "--question", "Will it hold?", "--cohort", "Ambleford Board", "Brackley Board")


@pytest.mark.usefixtures("recorded")
class TestReviews:
    def test_a_review_is_registered_by_the_names_of_partnerships(self, ask, database_url):
        words = ("--comparison", "Dunmere Board", "--from", "2026-01-01", "--to", "2999-12-31", "--outcome", "voice")
        code, answer, messages = ask(*REGISTER, *words)
        assert code == 0
        assert "Registered as" in messages
        assert answer["beforehand"]["events_in_window"] == answer["beforehand"]["events_in_window_before_registration"]
        assert answer["beforehand"]["outcomes_in_window"] == 1
        _, listed, _ = ask("list")
        assert [each["body"]["question"] for each in listed] == ["Do promises hold?", "Will it hold?"]
        assert listed[1]["position"] == answer["position"]
        with LogRecorder(database_url) as log:
            assert log.head().position == answer["position"]

    @pytest.mark.parametrize(
        ("words", "fault"),
        [
            (("--from", "2026-01-01", "--to", "2026-02-01"), "say that the review is retrospective"),
            (("--from", "2027-01-01", "--to", "2026-12-31"), "ends before it starts"),
            (("--from", "2026-01-01", "--to", "2999-01-01", "--comparison", "Ambleford Board"), "is in the cohort"),
            (("--from", "2026-01-01", "--to", "2999-01-01", "--comparison", "Nowhere"), "no partnership is called"),
            (("--from", "2026-01-01", "--to", "2999-01-01", "--outcome", " "), "outcomes/0"),
        ],
    )
    def test_what_cannot_be_registered_says_why_and_records_nothing(self, ask, database_url, words, fault):
        with LogRecorder(database_url) as log:
            before = log.head().position
            code, answer, messages = ask(*REGISTER, *words)
            assert (code, answer) == (2, None)
            assert fault in messages
            assert log.head().position == before

    def test_an_extract_is_frozen_on_record_and_made_again_by_more_workers_after_more_was_recorded(
        self, ask, shell, tmp_path
    ):
        code, answer, messages = ask("freeze", REVIEW_ID, "--to", tmp_path / "one", "--as-of", "2026-04-01")
        assert code == 0
        assert answer["as_of"] == "2026-03-31"
        assert answer["manifest_sha256"] in messages
        assert shell("key", "create", "--name", "later", "--scope", "read", "--register", "Later Council",
                     "--kind", PartyKind.UNITARY) == 0  # fmt: skip
        words = ("rerun", tmp_path / "one" / MANIFEST, "--to", tmp_path / "two", "--workers", 2)
        code, answer, messages = ask(*words)
        assert (code, answer["identical"], answer["recorded"]) == (0, True, True)
        assert "the same to the byte" in messages
        assert content(tmp_path / "one") == content(tmp_path / "two")
        _, (listed,), _ = ask("list")
        assert [each["manifest_sha256"] for each in listed["frozen"]] == [answer["manifest_sha256"]]

    def test_an_extract_can_be_of_one_format_at_an_earlier_position(self, ask, tmp_path):
        code, answer, _ = ask("freeze", REVIEW_ID, "--to", tmp_path / "one", "--position", 180, "--format", "csv")
        assert (code, answer["position"]) == (0, 180)
        assert not list((tmp_path / "one").glob("*.parquet"))

    def test_what_differs_is_named_with_its_own_exit_code(self, ask, tmp_path):
        ask("freeze", REVIEW_ID, "--to", tmp_path / "one", "--as-of", "2026-02-28", "--format", "csv")
        manifest = read_manifest(tmp_path / "one" / MANIFEST)
        changed = replace(manifest, made_by=replace(manifest.made_by, version="0.0.0"))
        (tmp_path / "one" / MANIFEST).write_bytes(encode_manifest(changed))
        code, answer, messages = ask("rerun", tmp_path / "one" / MANIFEST, "--to", tmp_path / "two")
        assert code == 3
        assert (answer["differing"], answer["recorded"]) == ([MANIFEST], False)
        assert "made_by.version was 0.0.0" in messages

    def test_two_extracts_are_compared(self, ask, tmp_path):
        for name, position in (("one", 180), ("two", 220)):
            words = ("--as-of", "2026-02-28", "--format", "csv", "--position", position)
            assert ask("freeze", REVIEW_ID, "--to", tmp_path / name, *words)[0] == 0
        manifests = (tmp_path / "one" / MANIFEST, tmp_path / "two" / MANIFEST)
        code, answer, messages = ask("diff", *manifests, "--to", tmp_path / "changes")
        assert code == 0
        assert json.loads((tmp_path / "changes" / COMPARISON).read_text()) == answer
        assert ask("diff", *manifests)[1] == answer
        assert answer["in_words"] == messages.strip()
        assert f"{len(answer['changed'])} of {answer['cells']} cells changed" in messages

    @pytest.mark.parametrize(
        ("words", "fault"),
        [
            (("freeze", REVIEW_ID, "--to", "{}/new", "--position", "100000"), "does not reach position"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--position", str(10**30)), "does not reach position"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--position", "-1"), "positions start at 0"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--position", "3"), "no review"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--as-of", "2025-01-01"), "no whole month"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--as-of", "2999-01-01"), "lies in the future"),
            (("freeze", REVIEW_ID, "--to", "{}"), "not an empty folder"),
            (("freeze", REVIEW_ID, "--to", "{}/new", "--workers", "0"), "at least 1"),
            (("rerun", "{}/there", "--to", "{}/new"), "is no manifest"),
            (("diff", "{}/there", "{}/there"), "is no manifest"),
            (("diff", "{}/there", "{}/there", "--to", "{}"), "not an empty folder"),
            (("diff", "{}/there", "{}/there", "--to", "{}/new"), "is no manifest"),
        ],
    )
    def test_what_cannot_be_done_says_why_and_leaves_nothing(self, ask, tmp_path, words, fault):
        (tmp_path / "there").write_text("{}")
        code, answer, messages = ask(*(str(word).format(tmp_path) for word in words))
        assert (code, answer) == (2, None)
        assert fault in messages
        assert [each.name for each in tmp_path.iterdir()] == ["there"]

    def test_a_file_that_is_not_there_is_named(self, ask, tmp_path):
        code, _, messages = ask("rerun", tmp_path / "nowhere.json", "--to", tmp_path / "new")
        assert code == 2
        assert "nowhere.json" in messages

    def test_without_what_writes_parquet_it_says_what_to_install(self, ask, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
        code, _, messages = ask("freeze", REVIEW_ID, "--to", tmp_path / "new")
        assert code == 2
        [command] = re.findall("`(.*?)`", messages)
        program, *words = shlex.split(command)
        rehearsal = [shutil.which(program), *words, "--dry-run"]
        rehearsed = subprocess.run(rehearsal, capture_output=True, text=True, check=False)
        assert rehearsed.returncode == 0, rehearsed.stderr
        assert list(tmp_path.iterdir()) == []

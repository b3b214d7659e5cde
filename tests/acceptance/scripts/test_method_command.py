"""`folkmoot method`: methods read, compared, published and fitted on the command line; and bad ones."""

import json
from datetime import UTC, datetime
from itertools import product

import msgspec
import numpy as np
import pytest

from projections.method.document import load_method, shipped_methods
from projections.method.method import method_document, method_sha256
from projections.method.method_settings import settings_of
from tests.support.methods import folkmoot_2026

FIRST = folkmoot_2026()
OURS = msgspec.structs.replace(
    FIRST, id="ours-2026", title="Ours", trust=msgspec.structs.replace(FIRST.trust, half_life_days=365.0)
)
FAULTY = {
    "trust": {**msgspec.to_builtins(FIRST.trust), "half_life_days": -3, "prior_wait": 2},
    "base_rates": {"reliability": {"value": 2, "source": "none"}},
    "bands": [{"name": "all", "low": 0.4}],
}


@pytest.fixture
def ours(tmp_path):
    path = tmp_path / "ours.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(OURS)))
    return path


def faulty(tmp_path):
    path = tmp_path / "faulty.json"
    path.write_bytes(msgspec.json.encode(msgspec.to_builtins(FIRST) | FAULTY))
    return path


@pytest.mark.parametrize("named_by", ["id", "sha256"])
def test_a_shipped_method_is_shown_by_name_or_digest_with_where_its_settings_come_from(shell, capsys, named_by):
    for method in shipped_methods():
        assert shell("method", "show", method.id if named_by == "id" else method_sha256(method)) == 0
        text = capsys.readouterr().out
        assert method_sha256(method) in text
        assert all(setting in text for setting in settings_of(method))
        assert method.base_rates["reliability"].source in text


def test_a_file_is_shown_as_json(shell, capsys, ours):
    assert shell("method", "show", ours, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["sha256"] == method_sha256(OURS)
    assert load_method(msgspec.json.encode(answer["method"])) == OURS


def test_the_settings_in_which_two_methods_differ_are_told(shell, capsys, ours):
    assert shell("method", "diff", "folkmoot-2026", ours) == 0
    assert capsys.readouterr().out == "trust.half_life_days: 180 -> 365\n"
    assert shell("method", "diff", "folkmoot-2026", method_sha256(FIRST)) == 0
    assert "no setting differs" in capsys.readouterr().out


def test_a_setting_left_out_is_told_from_one_that_is_null(shell, capsys, tmp_path):
    own = {"reliability": None}
    method = msgspec.structs.replace(OURS, trust=msgspec.structs.replace(FIRST.trust, half_lives_days=own))
    path = tmp_path / "ours.json"
    path.write_bytes(method_document(method))
    assert shell("method", "diff", "folkmoot-2026", path) == 0
    assert capsys.readouterr().out == "trust.half_lives_days.reliability: left out -> none\n"
    assert shell("method", "diff", "folkmoot-2026", path, "--json") == 0
    (difference,) = json.loads(capsys.readouterr().out)["differences"]
    assert difference == {"setting": "trust.half_lives_days.reliability", "other": None}


def test_what_is_published_is_found_by_its_digest_and_published_once(shell, capsys, ours):
    receipts = []
    for _ in range(2):
        assert shell("method", "publish", ours) == 0
        receipts.append(json.loads(capsys.readouterr().out))
    assert receipts[0] == receipts[1]
    assert receipts[0]["method_sha256"] == method_sha256(OURS)
    for name in (*receipts[0].values(), "ours-2026"):
        assert shell("method", "diff", "folkmoot-2026", name) == 0
        assert "trust.half_life_days: 180 -> 365" in capsys.readouterr().out


@pytest.mark.parametrize("action", ["show", "publish"])
def test_every_fault_of_a_bad_method_is_named_at_once_and_nothing_is_published(shell, capsys, tmp_path, action):
    assert shell("method", action, faulty(tmp_path)) == 2
    text = capsys.readouterr().err
    for pointer in (
        "/trust/half_life_days",
        "/trust/prior_wait",
        "/base_rates/reliability/value",
        "/bands",  # a fault of sense, beside those of shape
    ):
        assert f"\n  {pointer}: " in text
    assert shell("method", "show", "ours-2026") == 2


def test_what_is_nowhere_to_be_found_is_refused(shell, capsys, tmp_path):
    for words in (("show", "nothing"), ("publish", tmp_path / "absent.json")):
        assert shell("method", *words) == 2
    assert "nothing is no file and no method that is shipped or published here" in capsys.readouterr().err


class TestCalibrate:
    NEW = ("--id", "fitted-2026", "--title", "Fitted", "--author", "The test")

    def test_a_new_document_is_written_with_where_each_figure_comes_from(self, shell, capsys, tmp_path):
        path = tmp_path / "fitted.json"
        assert (
            shell("method", "calibrate", *self.NEW, "--method", "folkmoot-2026", "--generated", "2", "--to", path) == 0
        )
        text = capsys.readouterr().out
        method = load_method(path.read_bytes())
        assert (method.id, method.author) == ("fitted-2026", "The test")
        assert method_sha256(method) in text
        assert "settings tried" in text
        for setting, provenance in method.provenance.items():
            assert f"{setting}: " in text
            assert provenance in text
        assert method_document(load_method(method_document(method))) == method_document(method)

    def test_what_cannot_be_fitted_is_refused_and_nothing_is_written(self, shell, capsys, tmp_path):
        path, existing = tmp_path / "fitted.json", tmp_path / "taken.json"
        existing.write_text("mine")
        for words in (
            ("--generated", "0"),
            ("--log", "no folder"),
            ("--log", f"empty={tmp_path}"),
            ("--generated", "1", "--to", existing),
            ("--generated", "1", "--id", "Not An Id"),
        ):
            assert shell("method", "calibrate", *self.NEW, "--to", path, *words) == 2, words
            assert "\n" in capsys.readouterr().err
        assert not path.exists()
        assert existing.read_text() == "mine"

    def test_votes_on_statements_fit_survey_settings_and_nothing_else(self, shell, capsys, tmp_path):
        votes, path = tmp_path / "votes.csv", tmp_path / "fitted.json"
        votes.write_text(voted(statements=6, months=40, voters=20))
        words = ("--method", "folkmoot-2026-11", "--generated", "0", "--votes", f"our votes={votes}")
        assert shell("method", "calibrate", *self.NEW, *words, "--to", path) == 0
        text = capsys.readouterr().out
        assert "settings tried on our votes" in text
        assert shell("method", "diff", "folkmoot-2026-11", path) == 0
        changed = {line.split(":")[0].split(".")[0] for line in capsys.readouterr().out.splitlines()}
        assert changed == {"experience"}

    @pytest.mark.parametrize("content", ["", "timestamp,comment-id,voter-id,vote\n1,2,3,4\n", "a,b\n1,2\n"])
    def test_a_file_that_is_none_of_votes_is_refused_and_nothing_is_written(self, shell, capsys, tmp_path, content):
        votes, path = tmp_path / "votes.csv", tmp_path / "fitted.json"
        votes.write_text(content)
        assert (
            shell("method", "calibrate", *self.NEW, "--votes", f"votes={votes}", "--generated", "0", "--to", path) == 2
        )
        assert capsys.readouterr().err
        assert not path.exists()


def voted(*, statements, months, voters):
    """A file of votes as Polis publishes them: so many voters a month on each statement."""
    source = np.random.default_rng(3)
    rows = ["timestamp,datetime,comment-id,voter-id,vote"]
    for month, statement, voter in product(range(months), range(statements), range(voters)):
        at = datetime(2015 + month // 12, month % 12 + 1, 15, tzinfo=UTC)
        vote = source.integers(-1, 2)
        rows.append(f"{int(at.timestamp()) * 1000},then,{statement},{month}-{voter},{vote}")
    return "\n".join(rows)

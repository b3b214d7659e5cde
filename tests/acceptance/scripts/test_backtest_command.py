"""`folkmoot backtest`: the figures of a log against what came after them, as text and as JSON; and bad questions."""

import json
from importlib.resources import files

import pytest

from projections.method.document import load_method
from tests.support.small_mapping import MAPPING, payment, promise, the_files


@pytest.fixture(scope="module")
def imported(seeded_by_commands, tmp_path_factory):
    """A database of four promises of builders, three of them kept."""
    folder = tmp_path_factory.mktemp("imported")
    mapping = folder / "own.toml"
    mapping.write_text(MAPPING % {"id": "own"})
    promises = [promise(f"p{n}") for n in range(4)]
    payments = [payment(f"m{n}", f"p{n}", paid=f"2019-0{n + 4}-01") for n in range(3)]

    def commands(shell):
        assert shell("import", mapping, *the_files(folder, promises, payments)) == 0

    return seeded_by_commands(commands)


class TestBacktestOfImports:
    @pytest.fixture
    def database_template(self, imported):
        return imported

    def test_it_prints_every_number_in_words_and_as_json(self, shell, capsys, tmp_path):
        assert shell("backtest", "--split", "2019-06-01", "--half-lives", "90", "infinite", "--json") == 0
        text = capsys.readouterr().out
        report = json.loads(text)
        assert (report["partnerships"], report["duties"]) == (1, 0)
        assert report["not_foretold"]["over_before_anything_was_known"] > 0
        settings_file = tmp_path / "chosen.json"
        settings_file.write_text(text)
        assert shell("backtest", "--chosen", settings_file) == 0
        words = capsys.readouterr().out
        assert f"Settings tried: {report['tried']}, chosen on another log." in words
        assert "Forecasts against what happened" in words

    def test_the_settings_it_chose_are_written_as_a_method(self, shell, capsys, tmp_path):
        path = tmp_path / "chosen.json"
        assert shell("backtest", "--split", "2019-06-01", "--half-lives", "90", "--to", path, "--json") == 0
        choice = json.loads(capsys.readouterr().out)["chosen"]
        method = load_method(path.read_bytes())
        assert {facet: method.trust.half_life(facet) for facet in choice["half_lives_days"]} == choice[
            "half_lives_days"
        ]
        assert (method.trust.fewest_acts, method.trust.widest_interval) == (
            choice["fewest_acts"],
            choice["widest_interval"],
        )
        assert f"{choice['tried']} settings were tried" in method.provenance["trust.half_lives_days"]
        assert shell("backtest", "--method", path) == 0
        assert shell("backtest", "--split", "2019-06-01", "--to", path) == 2
        assert shell("backtest", "--to", tmp_path / "other.json") == 2

    @pytest.mark.parametrize(
        "words",
        [
            ("--chosen", "absent.json"),
            ("--workers", "0"),
            ("--position", "100000"),
            ("--method", "absent.json"),
        ],
    )
    def test_a_question_that_cannot_be_answered_ends_with_the_code_for_usage(self, shell, capsys, words):
        assert shell("backtest", *words) == 2
        assert capsys.readouterr().err.startswith("folkmoot: ")

    def test_a_half_life_that_is_none_is_refused_in_words(self, shell, capsys):
        with pytest.raises(SystemExit, match="2"):
            shell("backtest", "--half-lives", "soon")
        assert "give days from 1 to 100000, or 'infinite'" in capsys.readouterr().err

    def test_a_file_that_is_no_backtest_or_chose_nothing_is_named(self, shell, capsys, tmp_path):
        other = tmp_path / "other.json"
        other.write_text("{}")
        assert shell("backtest", "--chosen", other) == 2
        assert "is no backtest" in capsys.readouterr().err
        assert shell("backtest", "--json") == 0
        other.write_text(capsys.readouterr().out)
        assert shell("backtest", "--chosen", other) == 2
        assert "chose nothing" in capsys.readouterr().err


def test_the_real_permits_are_foretold_as_their_system_noted_them_and_better_than_by_the_base_rate(
    shell, datasets, capsysbinary, tmp_path
):
    shipped = (files("domain.imports") / "mappings" / "permits.toml").read_text()
    identified = 'identified_by = ["case_concept.name", "activity_instance"]\n'
    entered = 'entered = { column = "event_time.timestamp", as = "date" }\n'
    assert identified in shipped
    mapping = tmp_path / "as-entered.toml"
    mapping.write_text(shipped.replace(identified, identified + entered).replace('"permits"', '"permits-as-entered"'))
    file = datasets / "public-body-event-logs" / "bpic2015_municipality1_permits.csv.gz"
    assert shell("import", mapping, file, "--json") == 0
    capsysbinary.readouterr()
    assert shell("backtest", "--known-by", "source", "--workers", "1", "--json") == 0
    report = json.loads(capsysbinary.readouterr().out)
    whole = report["stretches"][0]
    scores = whole["aspects"][0]["scores"]
    assert (report["duties"], scores["forecasts"], round(scores["share"] * 3338)) == (3338, 3338, 2815)
    assert scores["skill"] == pytest.approx(0.056, abs=0.001)
    next_twenty = next(each for each in whole["ahead"] if each["grade"] is None and each["following"] == 20)
    assert next_twenty["coverage"] == pytest.approx(0.651, abs=0.001)  # steps of one permit are missed together

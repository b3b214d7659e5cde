"""`folkmoot what-if`: figures side by side, by other methods and without something; same question, same bytes."""

import csv
import io
import json
from importlib.resources import files as resources

import pytest

from domain.log.recorder import LogRecorder
from projections.method.document import default_method
from tests.support.small_mapping import MAPPING, payment, promise, the_files

NAME = "Eastmoor Council and its builders"
DAY = ("--as-of", "2020-01-01")


@pytest.fixture
def recorded(shell, tmp_path):
    """Four promises of builders, three of them kept."""
    mapping = tmp_path / "own.toml"
    mapping.write_text(MAPPING % {"id": "own"})
    promises = [promise(f"p{n}") for n in range(4)]
    payments = [payment(f"m{n}", f"p{n}", paid=f"2019-0{n + 4}-01") for n in range(3)]
    assert shell("import", mapping, *the_files(tmp_path, promises, payments)) == 0


@pytest.fixture
def ask(shell, capsysbinary):
    def asked(*words):
        capsysbinary.readouterr()
        assert shell("what-if", NAME, *DAY, *words) == 0
        return capsysbinary.readouterr().out

    return asked


@pytest.fixture
def forgiving(tmp_path):
    """Return a method by which a promise may be kept a year late."""
    method = json.loads((resources("projections.method") / "methods" / "folkmoot-2026.json").read_bytes())
    method["id"] = "forgiving"
    method["commitments"]["grace_days"] = 365
    path = tmp_path / "forgiving.json"
    path.write_text(json.dumps(method))
    return path


@pytest.fixture
def kept_promises(database_url, recorded):  # noqa: ARG001 - what is read was recorded by it
    """Return the ids of the events by which promises were confirmed kept."""
    with LogRecorder(database_url) as log:
        return [each.event_id for each in log.stream() if each.type == "fulfilment-confirmed"]


@pytest.mark.usefixtures("recorded")
class TestWhatIfAnswers:
    @pytest.mark.parametrize("form", ["json", "csv", "md"])
    def test_the_same_question_has_the_same_bytes(self, ask, form):
        words = ("--sensitivity", "--composite", "--format", form)
        assert ask(*words) == ask(*words)

    def test_an_answer_says_what_it_rests_on_and_names_each_method(self, ask, forgiving, database_url):
        answer = json.loads(ask("--method", forgiving))
        with LogRecorder(database_url) as log:
            head = log.head()
            assert (answer["log_id"], answer["position"]) == (str(head.log_id), head.position)
            assert answer["tree_root"] == log.root(head.position).hex()
        assert (answer["as_of"], answer["method"]) == ("2020-01-01", default_method().id)
        assert [each["method"] for each in answer["variants"]] == [default_method().id, "forgiving"]
        assert answer["variants"][1]["method_sha256"] != answer["method_sha256"]
        assert len(answer["digest"]) == 64

    def test_old_is_shown_against_new_and_new_against_old(self, ask, forgiving, tmp_path):
        shipped = tmp_path / "shipped.json"
        shipped.write_bytes((resources("projections.method") / "methods" / f"{default_method().id}.json").read_bytes())
        ahead, back = json.loads(ask("--method", forgiving)), json.loads(ask("--base", forgiving, "--method", shipped))
        assert back["method"] == "forgiving"
        ((new,), (old,)) = (each["trust"][0]["spread"]["under"].values() for each in (ahead, back))
        assert new == back["trust"][0]["spread"]["as_it_stands"]
        assert old == ahead["trust"][0]["spread"]["as_it_stands"]

    def test_without_an_event_and_without_a_party(self, ask, kept_promises):
        builders = json.loads(ask())["trust"][0]["trustee_id"]
        answer = json.loads(ask("--without-event", *kept_promises[:2], "--without-party", builders))
        spread = answer["trust"][0]["spread"]
        first, second, third = spread["under"].values()
        assert first["n"] < spread["as_it_stands"]["n"]
        assert second["n"] < spread["as_it_stands"]["n"]
        assert third is None
        assert answer["names"][builders] == "Builders, Eastmoor Council"
        assert {each["type"] for each in answer["events"].values()} == {"fulfilment-confirmed"}

    def test_a_table_says_in_every_row_what_it_rests_on(self, ask):
        words = ("--half-life", "90", "infinite", "--adverse-weight", "2")
        rows = list(csv.DictReader(io.StringIO(ask(*words, "--format", "csv").decode())))
        answer = json.loads(ask(*words))
        assert {row["basis_digest"] for row in rows} == {answer["digest"]}
        assert {row["variant"] for row in rows} == {each["name"] for each in answer["variants"]}
        assert {row["variant"] for row in rows} == {
            "as-it-stands",
            "half-life 90 days",
            "nothing fades",
            "adverse weight 2",
        }

    def test_a_page_begins_with_what_changes_and_names_the_bodies(self, ask):
        page = ask("--sensitivity", "--composite", "--format", "md").decode()
        assert page.startswith(f"# {NAME}: what if\n")
        order = ("## What changes", "## Variants", "## reliability: trust of government in Builders")
        assert sorted(map(page.index, order)) == list(map(page.index, order))
        assert "| without Builders, Eastmoor Council |" in page
        assert "## The headlines combined" in page

    def test_everything_that_cannot_be_read_is_named_at_once(self, shell, capsys):
        words = (
            *("--method", "nowhere.json", "pyproject.toml", "--half-life", "0", "--without-event", "it"),
            *("--adverse-weight", "nan", "--without-party", "them"),
        )
        assert shell("what-if", NAME, *words) == 2
        messages = capsys.readouterr().err
        for name in ("nowhere.json", "pyproject.toml", "--half-life: 0", "--without-event: it", "--without-party"):
            assert name in messages
        assert "--adverse-weight: nan" in messages

    def test_everything_that_is_not_there_is_named_at_once(self, shell, capsys):
        nobody, nothing = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
        assert shell("what-if", NAME, "--without-event", nothing, "--without-party", nobody) == 2
        messages = capsys.readouterr().err
        assert nobody in messages
        assert nothing in messages

    def test_a_position_beyond_the_log_is_refused(self, shell, capsys):
        assert shell("what-if", NAME, "--known-at", "100000") == 2
        assert "ask for one up to its head" in capsys.readouterr().err

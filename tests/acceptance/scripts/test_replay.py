"""`folkmoot replay`: any view, as of any day, as known at any position, by any method; same question, same bytes."""

import csv
import io
import json
from importlib.resources import files as resources

import pytest

from domain.log.recorder import LogRecorder
from projections.method.document import default_method
from projections.views import projections as declared
from tests.support.small_mapping import MAPPING, a_file, payment, promise, the_files

NAME = "Eastmoor Council and its builders"
BASIS = ("log_id", "position", "as_of", "method", "method_sha256", "tree_root", "digest")


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


@pytest.fixture
def ask(shell, capsysbinary):
    def asked(*words, name=NAME):
        capsysbinary.readouterr()
        assert shell("replay", name, *words) == 0
        return capsysbinary.readouterr().out

    return asked


class TestReplayAnswers:
    @pytest.fixture
    def database_template(self, imported):
        return imported

    @pytest.mark.parametrize("view", sorted(declared()))
    @pytest.mark.parametrize("form", ["json", "csv", "md"])
    def test_every_view_answers_in_every_format_with_the_same_bytes(self, ask, view, form):
        words = ("--view", view, "--as-of", "2020-01-01", "--format", form)
        assert ask(*words) == ask(*words)

    def test_an_answer_says_what_it_rests_on(self, ask, database_url):
        answer = json.loads(ask("--view", "trust", "--as-of", "2020-01-01"))
        with LogRecorder(database_url) as log:
            head = log.head()
            assert answer["log_id"] == str(head.log_id)
            assert answer["position"] == head.position
            assert answer["tree_root"] == log.root(head.position).hex()
        assert answer["as_of"] == "2020-01-01"
        assert answer["method"] == default_method().id
        assert len(answer["method_sha256"]) == len(answer["digest"]) == 64

    def test_trust_is_shown_with_its_timeline_and_the_events_behind_it(self, ask):
        answer = json.loads(ask("--view", "trust", "--as-of", "2019-12-31"))
        (figure,) = answer["figures"]
        assert figure["counts"]["in_words"] == "3 of 3 kept in time"
        assert answer["names"][figure["trustee_id"]] == "Builders, Eastmoor Council"
        assert {answer["events"][cause]["type"] for cause in figure["causes"]} == {
            "commitment-made",
            "fulfilment-confirmed",
        }

    def test_the_day_asked_about_decides(self, ask):
        states = {}
        for day in ("2019-04-30", "2019-12-31", "2021-01-01"):
            rows = json.loads(ask("--view", "commitments", "--as-of", day))["rows"]
            states[day] = sorted(row["state"] for row in rows)
        assert states == {
            "2019-04-30": ["fulfilled", "open", "open", "open"],
            "2019-12-31": ["fulfilled", "fulfilled", "fulfilled", "open"],
            "2021-01-01": ["fulfilled", "fulfilled", "fulfilled", "overdue"],
        }

    def test_what_was_known_decides(self, ask, database_url):
        with LogRecorder(database_url) as log:
            head = log.head()
            first = next(each.position for each in log.stream() if each.type == "fulfilment-confirmed")
        before = json.loads(ask("--view", "commitments", "--known-at", str(first - 1)))
        assert before["position"] == first - 1
        assert not [row for row in before["rows"] if row["state"] == "fulfilled"]
        now = ("--view", "commitments", "--as-of", "2020-01-01")
        assert ask(*now, "--known-at", head.recorded_at.isoformat()) == ask(*now)

    def test_a_partnership_goes_by_its_id_too(self, ask):
        by_name = ask("--view", "members")
        assert ask("--view", "members", name=json.loads(by_name)["partnership_id"]) == by_name

    def test_another_method_gives_other_figures_and_is_named(self, ask, tmp_path):
        method = json.loads((resources("projections.method") / "methods" / "folkmoot-2026.json").read_bytes())
        method["id"] = "quickly-fading"
        method["trust"]["half_life_days"] = 30
        path = tmp_path / "method.json"
        path.write_text(json.dumps(method))
        words = ("--view", "trust", "--as-of", "2020-01-01")
        usual, other = json.loads(ask(*words)), json.loads(ask(*words, "--method", str(path)))
        assert (usual["method"], other["method"]) == (default_method().id, "quickly-fading")
        assert usual["method_sha256"] != other["method_sha256"]
        assert usual["digest"] != other["digest"]

    def test_a_table_says_in_every_row_what_it_rests_on(self, ask):
        rows = list(csv.DictReader(io.StringIO(ask("--view", "commitments", "--format", "csv").decode())))
        answer = json.loads(ask("--view", "commitments"))
        assert len(rows) == 4
        assert {tuple(row[f"basis_{name}"] for name in BASIS) for row in rows} == {
            tuple(str(answer[name]) for name in BASIS)
        }

    def test_the_mean_over_aspects_is_added_where_it_is_asked_for(self, ask):
        words = ("--view", "trust", "--as-of", "2019-12-31")
        assert json.loads(ask(*words))["means"] is None
        (mean,) = json.loads(ask(*words, "--mean"))["means"]
        (figure,) = json.loads(ask(*words))["figures"]
        assert mean["aspects"] == ["reliability"]
        assert mean["mean"] == pytest.approx(figure["figure"]["trust"])
        assert "openness" in mean["missing"]
        page = ask(*words, "--mean", "--format", "md").decode()
        assert page.index("## The mean over aspects") < page.index("## reliability: trust of")

    def test_a_page_names_the_bodies_and_the_events(self, ask):
        page = ask("--view", "trust", "--as-of", "2019-12-31", "--format", "md").decode()
        assert page.startswith(f"# {NAME}: trust\n")
        assert "trust of government in Builders, Eastmoor Council" in page
        assert "fulfilment-confirmed of 2019-04-01" in page
        assert "H1 reliability" in ask("--view", "health", "--format", "md").decode()

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("Nobody", "--view", "trust"), "no partnership is called"),
            (("Eastmoor", "--view", "trust"), f"did you mean {NAME}?"),
            (("00000000-0000-0000-0000-000000000001", "--view", "trust"), "nothing was recorded about"),
            ((NAME, "--view", "trust", "--known-at", "100000"), "ask for one up to its head"),
            ((NAME, "--view", "trust", "--known-at", "2999-01-01T00:00:00Z"), "ask for an earlier one"),
            ((NAME, "--view", "trust", "--known-by", "source:2999-01-01"), "or an earlier day"),
            ((NAME, "--view", "trust", "--known-by", "source:1066-10-14"), "as sources claim"),
            ((NAME, "--view", "trust", "--method", "nowhere.json"), "cannot be read"),
            ((NAME, "--view", "health", "--mean"), "give it with --view trust"),
            ((NAME, "--view", "trust", "--mean", "--format", "csv"), "and not as CSV"),
            ((NAME, "--view", "trust", "--method", "pyproject.toml"), "is no method"),
        ],
    )
    def test_what_cannot_be_answered_says_why(self, shell, capsys, words, sentence):
        assert shell("replay", *words) == 2
        assert sentence in capsys.readouterr().err

    @pytest.mark.parametrize(
        "words",
        [
            ("--view", "moon"),
            ("--view", "trust", "--as-of", "soon"),
            ("--view", "trust", "--known-at", "2020-01-01"),
            ("--view", "trust", "--known-by", "2020-01-01"),
            ("--view", "trust", "--known-by", "source:2020-01-01", "--known-at", "1"),
        ],
    )
    def test_what_is_no_question_is_a_fault_of_usage(self, shell, words):
        with pytest.raises(SystemExit) as refusal:
            shell("replay", NAME, *words)
        assert refusal.value.code == 2


RULES = """
id = "rules"
title = "Rules of old boards"
dates = ["%Y-%m-%d"]
since = "2010"
[partnership]
name = "Old Board"
kind = "neighbourhood-board"
members = ["council"]
[parties.council]
name = "Eastmoor Council"
kind = "unitary"
[[rows]]
kind = "rule"
identified_by = ["ref"]
happened = { column = "adopted", as = "date" }
entered = { column = "entered", as = "date" }
[[rows.record]]
name = "settled"
command = "adopt-rule"
[rows.record.fields]
members_min = 1
"""


def test_a_history_that_was_imported_is_judged_by_its_own_rules_as_claimed_by_the_source(shell, ask, tmp_path):
    mapping = tmp_path / "rules.toml"
    mapping.write_text(RULES)
    rows = [{"ref": "1", "adopted": "2015-12-01", "entered": "2016-01-15"}]
    assert shell("import", mapping, a_file(tmp_path, "rules.csv", ("ref", "adopted", "entered"), rows)) == 0
    words = ("--view", "composition", "--as-of", "2016-06-30")
    answer = json.loads(ask(*words, name="Old Board"))
    (members,) = [row for row in answer["rows"] if row["requirement"] == "members"]
    assert (members["required"], members["rule_since_on"], members["is_rule_as_claimed"]) == (1, "2016-01-15", True)
    assert set(answer["rules_as_claimed"]) <= set(members["causes"])
    assert "claimed by the source" in ask(*words, "--format", "md", name="Old Board").decode()
    claimed = ("--known-by", "source:2016-01-15")
    as_known = json.loads(ask(*words, *claimed, name="Old Board"))
    assert [row["required"] for row in as_known["rows"] if row["requirement"] == "members"] == [1]
    assert (as_known["known_by"], as_known["position"]) == ("source:2016-01-15", answer["position"])
    assert "sources claim to have known" in ask(*words, *claimed, "--format", "md", name="Old Board").decode()
    (first, *_) = csv.DictReader(io.StringIO(ask(*words, *claimed, "--format", "csv", name="Old Board").decode()))
    assert first["basis_known_by"] == "source:2016-01-15"
    before = json.loads(ask("--view", "composition", "--as-of", "2016-01-10", name="Old Board"))
    assert [row["required"] for row in before["rows"]] == [None, None]

"""The counts of the survey of the house, shown on houses of a few lines."""

import json

import pytest

from scripts.house.__main__ import main
from scripts.house.source import SourceTree
from scripts.house.survey import measures

A_CIRCLE = {
    "domain/log/tail.py": "from domain.log.subscription import follow\n",
    "domain/log/subscription.py": "def later():\n    import domain.log.tail\n",
}


@pytest.fixture
def house(tmp_path):
    """Build a house of the given files."""

    def build(texts):
        for path, text in texts.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, "utf-8")
        return tmp_path

    return build


@pytest.fixture
def places(house):
    """Build a house and list what one measure counts in it."""

    def count(name, texts):
        by_name = {measure.name: measure for measure in measures(SourceTree(house(texts)))}
        assert by_name[name].value == len(by_name[name].places)
        return [str(place) for place in by_name[name].places]

    return count


def test_who_imports_a_name_from_a_package_imports_the_module_that_defines_it(places):
    texts = {
        "domain/vault/__init__.py": "from domain.vault.keys import Key\n",
        "domain/vault/keys.py": "class Key: ...\n",
        "domain/reader.py": "from domain.vault import Key\n",
    }
    assert places("one_importer", texts) == ["domain/vault/keys.py:1: only domain.reader imports it"]
    assert places("one_importer_elsewhere", texts) == ["domain/vault/keys.py:1: only domain.reader imports it"]
    assert places("one_importer", texts | {"domain/writer.py": "from domain.vault import Key\n"}) == []


@pytest.mark.parametrize(
    "registry",
    [
        "from api.resources import asks, health, trust\n",
        'for module in iter_modules(__path__):\n    import_module(f"{__name__}.{module.name}")\n',
        'NAMES = ("asks", "health", "trust")\nimport_module(f"api.resources.{NAMES[0]}")\n',
    ],
)
def test_one_importer_is_by_design_where_a_registry_lists_or_loads_its_modules(places, registry):
    texts = {f"api/resources/{name}.py": "" for name in ("asks", "health", "trust")}
    texts["api/resources/__init__.py"] = registry
    assert len(places("one_importer", texts)) == 3
    assert places("one_importer_unregistered", texts) == []


def test_an_import_inside_a_function_closes_a_circle_too(places):
    assert places("module_circles", A_CIRCLE) == ["domain.log.subscription domain.log.tail"]
    assert places("room_circles", A_CIRCLE) == []


def test_an_import_runs_back_that_leaves_a_room_and_leads_into_it_again(places):
    texts = {
        "projections/scoring/trust.py": "import projections.history\n",
        "projections/history.py": "import projections.scoring.method\n",
        "projections/scoring/method.py": "",
    }
    assert places("room_circles", texts) == ["projections projections.scoring"]
    assert places("out_and_back", texts) == ["projections/scoring/trust.py:1: imports projections.history"]


def test_the_walk_from_trust_to_the_history_counts_each_return_to_a_room(house):
    root = house(
        {
            "projections/views/trust.py": "import projections.scoring.trust\nimport projections.attendance\n",
            "projections/scoring/trust.py": "import projections.lateness\nimport projections.scoring.evidence\n",
            "projections/scoring/evidence.py": "import projections.history\nimport domain.text\n",
            "projections/lateness.py": "import projections.history\n",
            "projections/attendance.py": "",
            "projections/history.py": "",
            "domain/text.py": "",
        }
    )
    by_name = {measure.name: measure for measure in measures(SourceTree(root))}
    assert by_name["walk_stays"].places == (
        "projections.views",
        "projections.scoring",
        "projections",
        "projections.scoring",
    )
    assert by_name["walk_rooms"].value == 3
    assert by_name["walk_returns"].value == 1


def test_names_recur_across_the_house_but_not_those_a_function_makes_for_itself(places):
    texts = {
        "domain/asks.py": "class Act: ...\n",
        "api/asks.py": "class Act: ...\ndef make():\n    class Local: ...\n",
        "api/acts.py": "class Local: ...\n",
        "tests/test_acts.py": "class Act: ...\n",
    }
    acts = "Act: domain/asks.py:1 api/asks.py:1"
    assert places("class_names", texts) == [acts]
    assert places("class_names_with_tests", texts) == [f"{acts} tests/test_acts.py:1"]
    assert places("file_names", texts) == ["asks.py: domain/asks.py api/asks.py"]


def test_each_is_bound_only_in_a_comprehension_of_one_line(places):
    text = "a = [each for each in b]\nfor each in b: ...\nc = (\n    each\n    for each in b\n)\nd = lambda each: 1\n"
    assert [place.split(":")[1] for place in places("each", {"domain/asks.py": text})] == ["2", "5", "7"]


def test_a_participle_is_no_name_for_a_local_but_may_be_that_of_a_stored_field(places):
    text = "class Ask:\n    given: str\n\ndef read(told):\n    with told as kept:\n        made = kept\n"
    lines = [place.split(": ")[1] for place in places("participles", {"domain/asks.py": text})]
    assert sorted(lines) == ["kept", "made", "told"]


def test_a_docstring_begins_with_no_riddle(places):
    texts = {"domain/asks.py": '"""What is asked."""\n\ndef seats():\n    """The seats."""\n'}
    assert places("riddles", texts) == ["domain/asks.py:1: What is asked."]


@pytest.mark.parametrize(
    ("comment", "counts"),
    [
        ("# noqa: S101", True),
        ("# noqa: S101 - the caller saw to it", False),
        ("# type: ignore[misc]", True),
        ("# type: ignore[misc] # the row type is the projection's own", False),
    ],
)
def test_a_waiver_states_its_reason(places, comment, counts):
    text = f"NAME = 1  {comment}\nTEXT = '# noqa'\n"
    assert places("unexplained_waivers", {"domain/asks.py": text}) == [f"domain/asks.py:1: {comment}"] * counts


@pytest.mark.parametrize(("lines", "files"), [(400, []), (401, ["api/app.py:1: 401 lines"])])
def test_a_file_is_long_from_401_lines(places, lines, files):
    assert places("long_files", {"api/app.py": "\n" * lines}) == files


@pytest.mark.parametrize(("lines", "functions"), [(60, []), (61, ["api/app.py:2: run has 61 lines"])])
def test_a_function_is_long_from_61_lines_without_its_decorators(places, lines, functions):
    assert places("long_functions", {"api/app.py": "@cache\ndef run():\n" + "    1\n" * (lines - 1)}) == functions


def test_the_numbers_of_two_houses_stand_beside_each_other(house, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["--root", str(house(A_CIRCLE)), "--before", str(tmp_path / "empty")]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("module_circles ")]
    assert line.split()[1:3] == ["0", "1"]


def test_the_numbers_are_printed_as_json_and_the_places_on_demand(house, capsys):
    root = str(house(A_CIRCLE))
    assert main(["--root", root, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["module_circles"] == 1
    assert main(["--root", root, "--list", "module_circles"]) == 0
    assert capsys.readouterr().out == "domain.log.subscription domain.log.tail\n"
    with pytest.raises(SystemExit, match="there is no measure 'circles', but product_files"):
        main(["--root", root, "--list", "circles"])

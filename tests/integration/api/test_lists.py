"""Lists across partnerships: out of one whole build, page by page, never older than asked for without saying so."""

import csv
import io
import threading
from datetime import date
from uuid import UUID, uuid4

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from api.http.operations import XLSX
from api.http.paging import cursor_of, cursor_of_row
from api.resources.lists import stored_operations
from projections.engine.digest import digest
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import stored_projections
from tests.integration.api.test_a_meeting import meeting

LISTS = sorted(each.path for each in stored_operations())
_WHOSE = ("facet", "truster_side", "truster_id", "trustee_side", "trustee_id")
COMMITMENTS, ASKS = "/v1/projections/commitments", "/v1/projections/asks"


class TestLists:
    """A list holds the rows of every partnership, as the page of each single one has them."""

    @pytest.mark.parametrize("address", LISTS)
    def test_a_list_says_what_it_holds_and_answers_again_with_304(self, built, steward, boards, address):
        first = steward.get(address, limit=200)
        assert first.status_code == 200, first.text
        page = first.json()
        live = built.live()[page["projection"]]
        assert (page["build"], page["version"], page["position"]) == (live.build, live.version, live.position)
        assert (page["as_of"], page["log_id"], page["stale"]) == (live.as_of.isoformat(), str(live.log_id), [])
        assert sorted({each["partnership_id"] for each in page["data"]}) == boards
        assert {page["names"][each] for each in boards} == {"Mill Lane Board", "Canal Side Board"}
        again = steward.get(address, {"If-None-Match": first.headers["ETag"]}, limit=200)
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("view", ["commitments", "asks", "worklist"])
    @pytest.mark.usefixtures("built")
    def test_its_rows_are_those_of_the_single_pages(self, steward, boards, view):
        listed = steward.reads(f"/v1/projections/{view}", limit=200)
        for board in boards:
            single = steward.reads(f"/v1/partnerships/{board}/{view}", as_of=listed["as_of"])
            rows = [dict(each) for each in listed["data"] if each["partnership_id"] == board]
            assert [each.pop("partnership_id") for each in rows] == [board] * len(single["rows"])
            assert sorted(map(repr, rows)) == sorted(map(repr, single["rows"]))
            assert listed["row_sets"][board]["digest"] == single["digest"]
            assert listed["row_sets"][board]["method_sha256"] == single["method_sha256"]

    @pytest.mark.usefixtures("built")
    def test_it_is_narrowed_to_partnerships_and_values(self, steward, neighbourhood, boards):
        one = steward.reads(COMMITMENTS, partnership=neighbourhood.partnership)
        assert {each["partnership_id"] for each in one["data"]} == {neighbourhood.partnership}
        assert steward.reads(COMMITMENTS, partnership=boards)["data"] == steward.reads(COMMITMENTS)["data"]
        assert steward.reads(COMMITMENTS, partnership=str(uuid4()))["data"] == []
        council = steward.reads(COMMITMENTS, promiser_ids=neighbourhood.council)["data"]
        assert council
        assert all(neighbourhood.council in each["promiser_ids"] for each in council)
        assert steward.reads(COMMITMENTS, promiser_ids=neighbourhood.group)["data"] == []
        current = steward.reads("/v1/projections/trust", current="true", limit=200)["data"]
        assert {each["current"] for each in current} <= {True}
        headlines = steward.reads("/v1/projections/health", name="headline", limit=200)["data"]
        assert {each["name"] for each in headlines} == {"headline"}
        assert len(headlines) == len({(each["partnership_id"], each["dimension"]) for each in headlines})

    @pytest.mark.usefixtures("built")
    def test_it_is_narrowed_to_days_both_included(self, steward):
        whole = steward.reads(COMMITMENTS)["data"]
        due = sorted({each["due_on"] for each in whole})
        first, last = due[0], due[-1]
        assert steward.reads(COMMITMENTS, due_on_since=first, due_on_until=last)["data"] == whole
        before = date.fromordinal(date.fromisoformat(first).toordinal() - 1)
        after = date.fromordinal(date.fromisoformat(last).toordinal() + 1)
        assert steward.reads(COMMITMENTS, due_on_until=str(before))["data"] == []
        assert steward.reads(COMMITMENTS, due_on_since=str(after))["data"] == []
        assert steward.reads(COMMITMENTS, due_on_since=last, state=whole[0]["state"])["data"]

    @pytest.mark.parametrize("address", LISTS)
    @pytest.mark.usefixtures("built")
    def test_pages_concatenate_to_the_whole(self, steward, address):
        whole = steward.reads(address, limit=200)
        assert whole["next"] is None
        data, where = [], f"{address}?limit=3"
        while where:
            answer = steward.get(where)
            data += answer.json()["data"]
            assert len(answer.json()["data"]) <= 3
            where = answer.json()["next"]
            assert answer.headers.get("Link") == (f'<{where}>; rel="next"' if where else None)
        assert data == whole["data"]

    def test_a_page_goes_on_where_it_was_in_a_later_build(self, built, steward, boards):
        first = steward.reads("/v1/projections/health", limit=5, partnership=boards)
        built.rebuild()
        rest = steward.reads(f"{first['next']}&name=headline")
        assert rest["build"] > first["build"]
        after = first["data"][-1]
        assert after not in rest["data"]

    @pytest.mark.parametrize("address", LISTS)
    @pytest.mark.usefixtures("built")
    def test_its_csv_has_the_same_columns_on_every_page(self, steward, address):
        whole = steward.get(address, format="csv", limit=200)
        page = steward.get(address, {"Accept": "text/csv"}, limit=1)
        assert whole.headers["Content-Type"].startswith("text/csv"), whole.text
        rows = list(csv.reader(io.StringIO(whole.text)))
        assert len({len(row) for row in rows}) == 1
        assert page.text.splitlines()[0] == whole.text.splitlines()[0]
        assert rows[0][0] == "partnership_id"
        assert "partnership_name" in rows[0]
        if len(rows) > 2:
            assert 'rel="next"' in page.headers["Link"]

    @pytest.mark.parametrize("address", LISTS)
    @pytest.mark.usefixtures("built")
    def test_its_workbook_holds_what_its_csv_does(self, steward, address):
        answer = steward.get(address, {"Accept": XLSX}, limit=200)
        assert answer.headers["Content-Type"] == XLSX, answer.text
        assert answer.content == steward.get(address, format="xlsx", limit=200).content
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name("Data")
        table = list(csv.reader(io.StringIO(steward.get(address, format="csv", limit=200).text)))
        headings, *rows = sheet.to_python(skip_empty_area=False)[4:]
        assert headings == table[0]
        assert [row[0] for row in rows] == [row[0] for row in table[1:]]

    @pytest.mark.usefixtures("built")
    def test_no_sealed_word_is_in_it(self, steward):
        for address in LISTS:
            for shape in ("json", "csv"):
                text = steward.get(address, format=shape, limit=200).text
                assert not [word for word in ("swings", "playground") if word in text.lower()]

    @pytest.mark.parametrize("address", LISTS)
    def test_it_needs_a_key(self, client, address):
        assert client.get(address).status_code == 401

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ({"state": "lost"}, "state"),
            ({"partnership": ["x", str(UUID(int=1))]}, "partnership"),
            ({"partnership": [str(UUID(int=1))] * 101}, "partnership"),
            ({"promiser_ids": "nobody"}, "promiser_ids"),
            ({"is_disputed": "perhaps"}, "is_disputed"),
            ({"cursor": cursor_of(3)}, "cursor"),
            ({"cursor": cursor_of_row(UUID(int=1), b"k" * 15)}, "cursor"),
            ({"min-position": "-1"}, "min-position"),
            ({"min-position": 10**9}, "min-position"),
            ({"min_position": "1"}, "min_position"),
            ({"state": ["made", "kept"]}, "state"),
            ({"as_of": "2026-01-01"}, "as_of"),
            ({"due_on_since": "soon"}, "due_on_since"),
            ({"due_on_until": "2026-02-30"}, "due_on_until"),
        ],
    )
    @pytest.mark.usefixtures("built")
    def test_a_question_that_makes_no_sense_is_400_and_names_the_parameter(self, steward, query, parameter):
        answer = steward.get(COMMITMENTS, **query)
        assert answer.status_code == 400, answer.text
        assert {each["parameter"] for each in answer.json()["errors"]} == {parameter}


class TestFigures:
    """Beside the statistics of a row stands what they come to by its partnership's own method, with the range."""

    @pytest.fixture
    def easily_shown(self, steward, neighbourhood):
        """Have one of the boards adopt a method by which one act is enough to show a figure."""
        shipped = default_method()
        rules = msgspec.structs.replace(shipped.trust, fewest_acts=1.0, widest_interval=1.0, some=msgspec.UNSET)
        method = msgspec.structs.replace(shipped, id="easily-shown", trust=rules, provenance=msgspec.UNSET)
        document = msgspec.json.encode(method, order="deterministic").decode()
        published = steward.records("/v1/methods", title="Ours", document=document, method_sha256=method_sha256(method))
        adopted = {"method": published["created"]["method"][0]}
        neighbourhood.officer.records(f"{neighbourhood.path}/method-adoptions", **adopted)

    @pytest.mark.usefixtures("easily_shown", "built")
    def test_a_row_of_trust_shows_the_figure_of_the_page(self, steward, neighbourhood, boards):
        listed = steward.reads("/v1/projections/trust", current="true", variant="as-it-stands", limit=200)
        compared = []
        for board in boards:
            page = steward.reads(f"/v1/partnerships/{board}/trust", as_of=listed["as_of"])
            rows = [each for each in listed["data"] if each["partnership_id"] == board]
            for figure in page["figures"]:
                (row,) = (each for each in rows if all(each[name] == figure[name] for name in _WHOSE))
                alone = None if figure["figure"]["is_less_certain"] else figure["figure"]["trust"]
                assert row["shown"] == alone
                if alone is not None:
                    assert (row["shown_low"], row["shown_high"]) == (figure["figure"]["low"], figure["figure"]["high"])
                    assert row["shown_low"] < row["shown"] < row["shown_high"]
                    assert row["shown_status"] == "enough"
                    compared.append(board)
            assert len(rows) == len(page["figures"]) > 0
        assert set(compared) == {neighbourhood.partnership}

    @pytest.mark.usefixtures("easily_shown", "built")
    def test_a_measure_of_health_shows_what_the_page_shows(self, steward, boards):
        listed = steward.reads("/v1/projections/health", limit=200)
        compared = 0
        for board in boards:
            page = steward.reads(f"/v1/partnerships/{board}/health", as_of=listed["as_of"])
            measures = [*page["profile"]["beside"]]
            for dimension in page["profile"]["dimensions"]:
                measures += [entry for entry in (dimension["headline"], *dimension["beside"]) if entry]
            figure = {(entry["dimension"], entry["name"], entry["group"]): entry for entry in measures}
            for row in listed["data"]:
                if row["partnership_id"] == board:
                    entry = figure.pop((row["dimension"], row["name"], row["group"]))
                    assert [row["shown"], row["shown_low"], row["shown_high"], row["shown_status"]] == [
                        entry["value"], entry["low"], entry["high"], entry["status"]
                    ]  # fmt: skip
                    compared += entry["value"] is not None
            assert not figure
        assert compared

    def test_a_row_whose_method_cannot_be_found_shows_nothing(self, built, steward):
        with built.owner() as connection:
            connection.execute("UPDATE projection.row_set SET method_sha256 = repeat('0', 64)")
        rows = steward.reads("/v1/projections/health", limit=200)["data"]
        assert rows
        assert {(each["shown"], each["shown_status"]) for each in rows} == {(None, None)}


class TestReadiness:
    """A list that was never built says so, and which command builds it."""

    @pytest.mark.parametrize("address", LISTS)
    def test_what_was_never_built_is_503_and_says_what_makes_it(self, steward, address):
        answer = steward.get(address)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-built")
        assert "folkmoot rebuild" in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0

    def test_what_another_release_built_is_503(self, built, steward):
        with built.owner() as connection:
            connection.execute("UPDATE projection.build SET version = 99 WHERE name = 'asks' AND state = 'live'")
        answer = steward.get(ASKS)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-built")
        assert "--stale" in answer.json()["detail"]
        assert steward.get(COMMITMENTS).status_code == 200

    def test_what_another_log_was_read_for_is_503(self, built, steward):
        with built.owner() as connection:
            connection.execute("UPDATE projection.build SET log_id = %s WHERE state = 'live'", (uuid4(),))
        assert "--all" in steward.get(ASKS).json()["detail"]

    def test_partnerships_that_could_not_be_brought_on_are_named(self, built, steward, boards):
        with built.owner() as connection:
            connection.execute(
                "INSERT INTO projection.parked (build, partition_id, position, event_name, fault) "
                "SELECT build, %s, 3, 'ask-raised', 'ValueError' FROM projection.build WHERE name = 'asks'",
                (boards[0],),
            )
        assert steward.reads(ASKS)["stale"] == [boards[0]]
        assert steward.reads(ASKS, partnership=boards[1])["stale"] == []
        stand = {each["name"]: each for each in steward.reads("/v1/projections")["data"]}
        assert (stand["asks"]["parked"], stand["commitments"]["parked"]) == (1, 0)

    @pytest.mark.usefixtures("built")
    def test_the_lists_say_how_they_stand(self, steward, neighbourhood):
        before = {each["name"]: each for each in steward.reads("/v1/projections")["data"]}
        assert sorted(f"/v1/projections/{name}" for name in before) == LISTS
        assert {(each["lag_events"], each["lag_seconds"], each["is_followed"]) for each in before.values()} == {
            (0, 0.0, True)
        }
        receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
        after = {each["name"]: each for each in steward.reads("/v1/projections")["data"]}
        assert {each["position"] + each["lag_events"] for each in after.values()} == {receipt["position"]}
        assert all(each["lag_events"] > 0 and each["lag_seconds"] > 0 for each in after.values())


def test_after_midnight_a_page_changes_its_tag_though_no_position_moved(built, steward):
    """A sweep brings partnership by partnership to the new day; what is held from before is not the present state."""
    before = steward.get("/v1/projections/worklist")
    day = date.fromisoformat(before.json()["as_of"])
    with built.owner() as connection:
        table = built.live()["worklist"].table
        connection.execute(f"UPDATE projection.{table} SET since_on = %s", (day,))  # noqa: S608 - our own table
    after = steward.get("/v1/projections/worklist", {"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200


def test_while_builds_are_swapped_and_dropped_every_page_is_of_one_whole_build(built, steward, boards):
    """Readers meet five rebuilds, of which each drops the build before the last; rows always fit their digests."""
    projection = stored_projections()["asks"]
    stopping = threading.Event()
    faults: list[str] = []

    def read():
        while not stopping.is_set():
            answer = steward.get(ASKS, limit=200)
            if answer.status_code != 200:
                faults.append(answer.text)
                continue
            page = answer.json()
            for board in boards:
                own = [each for each in page["data"] if each["partnership_id"] == board]
                if digest(projection, msgspec.convert(own, list[projection.row])) != page["row_sets"][board]["digest"]:
                    faults.append(board)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        built.rebuild()
    stopping.set()
    for reader in readers:
        reader.join()
    assert faults == []


@pytest.mark.usefixtures("built")
def test_rows_list_as_many_causes_as_are_asked_for(steward):
    whole = steward.reads("/v1/projections/commitments")["data"]
    assert all(each["causes"] for each in whole)
    assert steward.reads("/v1/projections/commitments", causes=0)["data"] == [each | {"causes": []} for each in whole]
    one = steward.reads("/v1/projections/commitments", causes=1)["data"]
    assert [each["causes"] for each in one] == [each["causes"][:1] for each in whole]


@pytest.mark.usefixtures("built")
def test_every_partnership_is_listed_with_what_is_overdue_and_when_it_last_met(steward, boards):
    rows = steward.reads("/v1/projections/glance", current=True)["data"]
    assert [each["partnership_id"] for each in rows] == boards
    counts = ("overdue_promises", "asks_past_time", "last_contact_on", "shown", "shown_status")
    assert {tuple(each[name] for name in counts) for each in rows} == {
        (1, 1, "2026-03-27", None, "insufficient_evidence")
    }


@pytest.mark.usefixtures("built")
def test_names_are_left_out_of_rows_that_nobody_reads_and_never_of_a_table(steward, neighbourhood):
    path = "/v1/projections/worklist"
    whole, bare = steward.reads(path), steward.reads(path, names=False)
    assert whole["names"][neighbourhood.partnership] == "Mill Lane Board"
    assert bare == whole | {"names": {}}
    assert steward.get(path, names=False, format="csv").text == steward.get(path, format="csv").text

"""Names and texts beside ids, in every view of a partnership: for who may read them, and no further."""

import csv
import io
import re

import pytest

from api.access.keys import Scope
from api.resources.replays import OPERATIONS as VIEWS
from projections.views import projections
from tests.integration.api.test_a_meeting import meeting

SEALED = {
    "ask": "Mend the swings",
    "commitment": "The swings will be mended",
    "decision": "Mend them in May",
    "award": "Swings and slides",
    "lesson": "Ask before mending",
    "consultation": "What should be mended?",
    "interaction": "Spring board",
    "spending": "Chains and seats",
    "dispute": "Whose turn it is to pay",
    "arrangement": "Names of board members",
}
PERSON = "Pat Example"


@pytest.fixture
def story(steward, neighbourhood, people):
    """Record something of every kind that a view shows; gives the ids by kind."""
    path, council, group = neighbourhood.path, neighbourhood.council, neighbourhood.group
    officer = people(Scope.STEWARD, council)
    pat = officer.records("/v1/people", name=PERSON)["created"]["person"][0]
    place = steward.records("/v1/places", name="Mill Lane", kind="neighbourhood")["created"]["place"][0]
    day = {"happened": "2026-03-27"}
    ids = {"place": place, "party": council, "person": pat}

    def record(where, **body):
        receipt = officer.records(f"{path}/{where}", **{**day, **body})
        ids.update({kind: created[0] for kind, created in receipt["created"].items()})
        return receipt

    record("lessons", lesson=SEALED["lesson"], drawn_by=group)
    attending = [{"party": group, "person": pat}, {"party": council}, {"party": group, "attendance": "apologies"}]
    decision = {
        "title": SEALED["decision"], "decided_by": council, "led_by": group,
        "answers": [{"here": 0}], "cites": [ids["lesson"]],
    }  # fmt: skip
    ids["met"] = record(
        "interactions",
        **meeting(
            neighbourhood,
            participants=attending,
            decisions=[decision],
            convened_by=council,
            place=place,
            challenges=["environment"],
        ),
    )
    record("consultations", opened_by=council, subject=SEALED["consultation"], happened="2026-01")
    record("consultations/" + ids["consultation"] + "/closings", closed_by=council, responses=3)
    record(
        "awards",
        funder=council,
        recipient=group,
        title=SEALED["award"],
        amount={"minor_units": 9000, "currency": "GBP"},
    )
    record(f"awards/{ids['award']}/variations", text="Later, please")
    record("interventions", name="Play for all", led_by=group, place=place, award=ids["award"])
    record(
        "spending", spent_by=council, amount={"minor_units": 900, "currency": "GBP"}, purpose=SEALED["spending"],
        decision=ids["decision"], award=ids["award"], asks=[ids["ask"]],
    )  # fmt: skip
    outcome = officer.records(
        f"/v1/places/{place}/outcomes", indicator="Children who play outside", domain="wellbeing",
        period_start_on="2026-01-01", period_end_on="2026-02-28", value=3.5, unit="hours", happened="2026-03-27",
    )  # fmt: skip
    ids["outcome"] = outcome["created"]["outcome"][0]
    record("contributions", outcome=ids["outcome"], said_by=group, intervention=ids["intervention"])
    record("lessons", lesson=SEALED["lesson"], drawn_by=group, interaction=ids["interaction"])
    record(
        "asks", kind="request", raised_by=group, addressee=council, text=SEALED["ask"], challenges=["environment"]
    )  # fmt: skip
    record(f"asks/{ids['ask']}/answers", answered_by=council, answer="adopted", decision=ids["decision"])
    record("data-sharing", covers=SEALED["arrangement"], between=[council, group], whereabouts="In the clerk's safe")
    record("disputes", raised_by=group, others=[council], about=SEALED["dispute"])
    return ids


@pytest.fixture
def opened(neighbourhood, people, story):
    """Open to anybody what became of asks, by the decision."""
    body = {"reports": ["what-became-of-asks"], "decision": story["decision"]}
    steward = people(Scope.STEWARD, neighbourhood.council)
    steward.records(f"{neighbourhood.path}/publications", **body)


@pytest.fixture
def heard_and_kept(neighbourhood, people, story):
    """Hear a witness, and confirm that a promise was kept."""
    steward, path = people(Scope.STEWARD, neighbourhood.council), neighbourhood.path
    witness = {"party": neighbourhood.group, "role": "expert-witness"}
    steward.records(f"{path}/interactions", kind="evidence-session", participants=[witness], happened="2026-03-28")
    promise = steward.records(
        f"{path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Benches",
        ask=story["ask"],
        happened="2026-03-28",
    )["created"]["commitment"][0]
    kept = {"confirmed_by": neighbourhood.group, "happened": "2026-03-29"}
    neighbourhood.resident.records(f"{path}/commitments/{promise}/confirmations", **kept)
    spent = {"spent_by": neighbourhood.council, "amount": {"minor_units": 1}, "intervention": story["intervention"]}
    steward.records(f"{path}/spending", **spent, asks=[story["ask"]], happened="2026-03-28")


@pytest.fixture
def covered(neighbourhood, people):
    """Declare of whom a diary would note that notes were shared."""
    line = {"kind": "notes", "bodies": [neighbourhood.council]}
    people(Scope.STEWARD).records(f"{neighbourhood.path}/source-coverage", mapping="diary", covers=[line])


@pytest.fixture
def out_of_order(neighbourhood):
    """Share the notes of a planned meeting before it is held."""
    officer, path = neighbourhood.officer, neighbourhood.path
    plan = officer.records(f"{path}/plans", kind="meeting", planned_for="2026-03-28", happened="2026-01-05")
    planned = plan["created"]["interaction"][0]
    people = [{"party": neighbourhood.council}]
    officer.records(f"{path}/interactions", kind="meeting", participants=people, planned=planned, happened="2026-03-28")
    receipt = officer.records(f"{path}/interactions/{planned}/notes", shared_with=["residents"], happened="2026-01-06")
    assert [each["code"] for each in receipt["warnings"]] == ["impossible-order"]


@pytest.fixture
def overdue(neighbourhood, people):
    """Raise enough asks, past their time by now, for an early warning of a body."""
    group, council = neighbourhood.group, neighbourhood.council
    ask = {"kind": "request", "raised_by": group, "addressee": council, "text": "Answer us", "happened": "2026-03-27"}
    for _ in range(3):
        people(Scope.STEWARD, council).records(f"{neighbourhood.path}/asks", **ask)


def ids_of(row, kinds):
    """Every id of a row, with its column."""
    for column in kinds:
        value = row[column]
        yield from ((column, each) for each in (value if isinstance(value, list) else [value]) if each is not None)


def named(projection):
    return [column for column, kind in projection.kinds.items() if kind != "record"]


@pytest.mark.usefixtures("overdue", "covered", "out_of_order", "opened", "heard_and_kept")
def test_every_id_of_every_view_has_its_label_in_json_and_csv(neighbourhood, story):
    examples, unnamed = {}, []
    for operation in VIEWS:
        path = operation.path.format(partnership_id=neighbourhood.partnership, place=story["place"])
        projection = projections()[operation.name.removeprefix("read-").replace("-", "_")]
        answer = neighbourhood.resident.reads(path)
        words = answer["names"] | answer["labels"]
        for row in answer["rows"]:
            for column, identity in ids_of(row, named(projection)):
                examples.setdefault((projection.name, column), words.get(identity))
                unnamed += [(projection.name, column)] * (identity not in words)
        table = list(csv.DictReader(io.StringIO(neighbourhood.resident.get(path, format="csv").text)))
        assert len(table) == len(answer["rows"])
        for row, cells in zip(answer["rows"], table, strict=True):
            for column in named(projection):
                beside = re.sub("_id(s?)$", r"_name\1", column)
                labels = [words[identity] for _, identity in ids_of(row, [column])]
                assert cells[beside] == ";".join(labels), (projection.name, column)
    assert unnamed == []
    columns = {(projection.name, column) for projection in projections().values() for column in named(projection)}
    never = {
        ("trust", "truster_id"), ("trust", "trustee_id"), ("expressed", "about_id"),  # have pages of their own
        ("asks", "referred_to_party_id"), ("asks", "consultation_id"), ("asks", "holder_party_id"),
    }  # fmt: skip
    assert columns - set(examples) <= never, "the story brings something of every kind to every view"
    assert examples["commitments", "promiser_ids"] == "Ambleford Council"
    assert examples["decisions", "cites_lesson_ids"] == SEALED["lesson"]
    assert examples["outcomes", "outcome_id"] == "Children who play outside"


@pytest.mark.parametrize("kind", sorted(SEALED))
def test_a_thing_is_called_by_its_title_at_the_table_and_by_its_day_elsewhere(neighbourhood, story, people, kind):
    views = {"spending": "spending", "lesson": "lessons", "award": "funding", "dispute": "worklist",
        "arrangement": "data-sharing",
    }  # fmt: skip
    path = f"{neighbourhood.path}/{views.get(kind, f'{kind}s')}"
    assert neighbourhood.resident.reads(path)["labels"][story[kind]] == SEALED[kind]
    label = people(Scope.READ).reads(path)["labels"][story[kind]]
    assert label.endswith((" of 27 March 2026", " of January 2026"))


def test_nothing_sealed_reaches_who_has_no_seat(neighbourhood, story, people):
    assert story
    stranger = people(Scope.READ)
    for operation in VIEWS:
        path = operation.path.format(partnership_id=neighbourhood.partnership, place=story["place"])
        for form in ("json", "csv"):
            text = stranger.get(path, format=form).text
            assert not [each for each in (*SEALED.values(), PERSON, story["person"]) if each in text], (path, form)


def test_who_came_is_said_with_the_contact(neighbourhood, story, people):
    path, contact = f"{neighbourhood.path}/interactions", story["interaction"]
    there = neighbourhood.resident.reads(path)
    came = [(there["names"][each["party_id"]], each["attendance"]) for each in there["participants"][contact]]
    assert came == [
        ("Mill Lane Residents", "attended"), ("Ambleford Council", "attended"), ("Mill Lane Residents", "apologies"),
    ]  # fmt: skip
    assert there["people"][there["participants"][contact][0]["person"]]["text"] == PERSON
    (row,) = csv.DictReader(io.StringIO(neighbourhood.resident.get(path, format="csv").text))
    assert row["attended_names"] == "Mill Lane Residents;Ambleford Council"
    assert (row["apologies_names"], row["absent_names"], row["attended_people"]) == ("Mill Lane Residents", "", PERSON)
    elsewhere = people(Scope.READ).reads(path)
    assert [each["person"] for each in elsewhere["participants"][contact]] == [None] * 3
    assert elsewhere["people"] == {}
    assert (elsewhere["digest"], elsewhere["rows"]) == (there["digest"], there["rows"])


def test_what_was_redacted_or_forgotten_is_gone_from_labels_too(steward, neighbourhood, story):
    path, read = f"{neighbourhood.path}/commitments", neighbourhood.resident
    (record,) = (each["event_id"] for each in story["met"]["events"] if each["type"] == "commitment-made")
    etag = read.get(path, known_at=story["met"]["position"]).headers["ETag"]
    steward.records(f"/v1/records/{record}/redactions", field="text", ground="not-needed")
    for parameters in ({}, {"known_at": story["met"]["position"]}):
        answer = read.get(path, {"If-None-Match": etag}, **parameters)
        assert answer.status_code == 200
        assert answer.json()["labels"][story["commitment"]] == "Promise of 27 March 2026"
        assert SEALED["commitment"] not in answer.text
    steward.records("/v1/erasures", person=story["person"])
    answer = read.get(f"{neighbourhood.path}/interactions")
    assert PERSON not in answer.text
    assert answer.json()["people"][story["person"]] == {"text": None, "withheld": "destroyed"}
    assert answer.json()["labels"][story["interaction"]] == "Meeting of 27 March 2026"


@pytest.mark.usefixtures("story")
def test_trust_and_health_as_csv_say_their_figures_as_the_page_does(neighbourhood):
    read, path = neighbourhood.resident, neighbourhood.path
    parameters = {"as_of": "2026-11-01"}

    def cell(value):
        return "" if value is None else str(value)

    page = read.reads(f"{path}/trust", **parameters)["figures"]
    rows = list(csv.DictReader(io.StringIO(read.get(f"{path}/trust", format="csv", **parameters).text)))
    current = {
        (row["facet"], row["truster_side"], row["trustee_id"]): row
        for row in rows
        if row["current"] == "true" and row["variant"] == "as-it-stands"
    }
    assert len(current) == len(page) > 0
    for entry in page:
        row, figure = current[entry["facet"], entry["truster_side"], entry["trustee_id"]], entry["figure"]
        assert [row[name] for name in ("shown", "shown_low", "shown_high", "shown_status")] == [
            cell(figure[name]) for name in ("trust", "low", "high", "status")
        ]
        assert row["counts_in_words"] == entry["counts"]["in_words"]
        assert row["trustee_name"]
    assert len(rows) > len(page), "steps and variants stand beside"
    profile = read.reads(f"{path}/health", **parameters)["profile"]
    measures = [profile["beside"], *(each["beside"] for each in profile["dimensions"])]
    measures += [[each["headline"]] for each in profile["dimensions"] if each["headline"]]
    rows = list(csv.DictReader(io.StringIO(read.get(f"{path}/health", format="csv", **parameters).text)))
    rows_by_measure = {(row["dimension"], row["name"], row["group"]): row for row in rows}
    for entry in [measure for some in measures for measure in some]:
        row = rows_by_measure.pop((entry["dimension"], entry["name"], entry["group"]))
        assert [row[name] for name in ("shown", "shown_low", "shown_high", "shown_status")] == [
            cell(entry[name]) for name in ("value", "low", "high", "status")
        ]
    assert rows_by_measure == {}

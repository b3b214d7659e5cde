"""The trail of who opened words, shown to those who may see it: whole, page by page, and of one person."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from api.access.keys import Scope
from api.access.user_roles import UserRole
from domain.values import day_of
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.integration.api.test_roles import Access, access, only

__all__ = ["access"]
NAME = "Zebulon Quartermain"


@pytest.fixture
def person(neighbourhood):
    """A resident whom the residents' group registered."""
    return neighbourhood.resident.records("/v1/people", name=NAME)["created"]["person"][0]


@pytest.fixture
def met(neighbourhood, person):
    """The address of a meeting's record, at which a resident was by name."""
    there = [{"party": neighbourhood.council}, {"party": neighbourhood.group, "person": person}]
    body = meeting(neighbourhood, participants=there)
    receipt = neighbourhood.resident.records(f"{neighbourhood.path}/interactions", **body)
    return f"/v1/records/{receipt['events'][0]['event_id']}"


@pytest.fixture
def auditor(access: Access):
    return access.holder(UserRole.AUDITOR)


def key_of(somebody):
    return str(UUID(somebody.key.split("_")[1]))


def test_an_auditor_sees_who_opened_what_and_no_words(neighbourhood, met, auditor):
    neighbourhood.officer.reads(met)
    answer = auditor.get("/v1/openings")
    (entry,) = answer.json()["data"]
    assert (entry["operation"], entry["grounds"]) == ("read-record", ["seat-at-the-table"])
    assert (entry["opened_by"], entry["organisation_id"]) == (key_of(neighbourhood.officer), neighbourhood.council)
    assert entry["texts"] > entry["people"] == 1
    assert answer.json()["names"] == {neighbourhood.council: "Ambleford Council"}
    for words in (NAME, MEETING["title"], MEETING["notes"]):
        assert words not in answer.text
    assert auditor.reads("/v1/openings")["data"] == [entry], "reading the trail opens nothing"
    assert auditor.get(met).status_code == 403


def test_one_opening_names_the_people_by_their_references_and_the_keys(services, neighbourhood, met, person, auditor):
    neighbourhood.officer.reads(met)
    whole = auditor.reads("/v1/openings/1")
    assert whole["people"] == [person]
    assert {each["ground"] for each in whole["keys"]} == {"seat-at-the-table"}
    assert len(whole["keys"]) == whole["opening"]["texts"]
    assert str(services.vault.person_of(person)) not in json.dumps(whole)
    for number in ("2", "0", "-1", "x", "9" * 30, "1.0"):
        assert auditor.get(f"/v1/openings/{number}").status_code == 404


def test_who_looked_at_what_is_held_about_one_person(neighbourhood, met, person, auditor, steward):
    other = neighbourhood.officer.records("/v1/parties", name="Beck Mutual", kind="charity", contact="by the door")[
        "created"
    ]["party"][0]
    neighbourhood.officer.reads(f"/v1/parties/{other}")
    neighbourhood.officer.reads(met)
    steward.reads(met)
    entries = auditor.reads(f"/v1/people/{person}/openings")["data"]
    assert [each["opened_by"] for each in entries] == [key_of(steward), key_of(neighbourhood.officer)]
    assert len(auditor.reads("/v1/openings")["data"]) == 3


def test_the_trail_of_a_person_who_was_forgotten_stays(neighbourhood, met, person, auditor, steward):
    neighbourhood.officer.reads(met)
    before = auditor.reads(f"/v1/people/{person}/openings")["data"]
    steward.records("/v1/erasures", person=person)
    assert auditor.reads(f"/v1/people/{person}/openings")["data"] == before != []


def test_an_officer_of_information_governance_sees_the_trail_of_their_own_people_alone(
    access, neighbourhood, met, person, steward
):
    neighbourhood.officer.reads(met)
    theirs = steward.records("/v1/people", name="Ottoline Marsh")["created"]["person"][0]
    role, here = UserRole.INFORMATION_GOVERNANCE_OFFICER, only(neighbourhood.partnership)
    own = access.holder(role, neighbourhood.group, here)
    assert len(own.reads(f"/v1/people/{person}/openings")["data"]) == 1
    assert own.get("/v1/openings").status_code == 403
    assert own.get("/v1/openings/1").status_code == 403
    foreign = access.holder(role, neighbourhood.council, here)
    answers = [foreign.get(f"/v1/people/{each}/openings") for each in (person, theirs, "A" * 43, str(uuid4()))]
    assert {each.status_code for each in answers} == {404}
    assert len({each.json()["detail"] for each in answers}) == 1


@pytest.mark.parametrize(
    "role", [UserRole.OFFICER, UserRole.RESIDENT_MEMBER, UserRole.EVALUATOR, UserRole.OPERATOR, UserRole.ADMINISTRATOR]
)
def test_others_see_no_trail(access, neighbourhood, met, person, role):
    neighbourhood.officer.reads(met)
    holder = access.holder(role, neighbourhood.group)
    for path in ("/v1/openings", "/v1/openings/1", f"/v1/people/{person}/openings"):
        assert holder.get(path).status_code == 403


def test_openings_are_found_by_key_by_account_by_organisation_and_by_day(access, neighbourhood, met, auditor, steward):
    officer = access.holder(UserRole.OFFICER, neighbourhood.council)
    account = access.account_id
    for each in (neighbourhood.officer, neighbourhood.resident, steward, officer):
        each.reads(met)
    today = day_of(datetime.now(UTC))

    def numbers(**query):
        return [each["number"] for each in auditor.reads("/v1/openings", **query)["data"]]

    assert numbers() == [4, 3, 2, 1]
    assert numbers(by=key_of(neighbourhood.resident)) == [2]
    assert numbers(by=key_of(officer)) == numbers(by=str(account)) == [4]
    assert numbers(organisation=neighbourhood.council) == [4, 1]
    assert numbers(first_day=str(today)) == numbers(last_day=str(today)) == [4, 3, 2, 1]
    assert numbers(first_day=str(today + timedelta(days=1))) == numbers(last_day=str(today - timedelta(days=1))) == []
    assert numbers(bulk="true") == []


def test_pages_of_the_trail_concatenate_to_the_whole(neighbourhood, met, auditor):
    for _ in range(5):
        neighbourhood.officer.reads(met)
    address, numbers = "/v1/openings?limit=2", []
    while address:
        page = auditor.reads(address)
        numbers += [each["number"] for each in page["data"]]
        address = page["next"]
    assert numbers == [5, 4, 3, 2, 1]


def test_a_key_that_reads_sees_no_trail(people, met):
    assert met
    assert people(Scope.READ).get("/v1/openings").status_code == 403

"""The page of who looked: for whom it is, what it says, and what it never shows."""

import pytest

from api.access.user_roles import UserRole
from domain.vault.bulk_reading import BulkReading
from tests.integration.api.test_a_meeting import MEETING
from tests.integration.api.test_roles import Access, access, only
from tests.integration.api.test_trail_shown import NAME, met, person
from tests.support.page_visitor import PageVisitor, error_summary

__all__ = ["access", "met", "person"]


@pytest.fixture
def auditor(app, access: Access):
    return PageVisitor(app).signs_in(access.holder(UserRole.AUDITOR).key)


def test_an_auditor_sees_who_looked_and_no_words(neighbourhood, met, auditor):
    assert "Nobody opened any names or texts" in auditor.reads("/who-looked")
    neighbourhood.officer.reads(met)
    page = auditor.reads("/who-looked")
    for words in ("Ambleford Council", "A seat at the table", "Read record", "that may name 1 person"):
        assert words in page
    for words in (NAME, MEETING["notes"], MEETING["title"]):
        assert words not in page


def test_the_lines_of_one_person_are_found_by_their_reference(neighbourhood, met, person, auditor, steward):
    other = steward.records("/v1/people", name="Ottoline Marsh")["created"]["person"][0]
    neighbourhood.officer.reads(met)
    assert "A seat at the table" in auditor.reads("/who-looked", person=person)
    assert "Nobody opened words that may name this person" in auditor.reads("/who-looked", person=other)


def test_a_reference_of_nobody_is_said_to_be_one_at_its_field(auditor):
    answer = auditor.gets("/who-looked", person="nobody")
    assert answer.status_code == 422
    [(field, words)] = error_summary(answer.text)
    assert field == "person"
    assert "has this reference" in words


def test_older_lines_are_on_further_pages(neighbourhood, met, auditor):
    for _ in range(51):
        neighbourhood.officer.reads(met)
    first = auditor.reads("/who-looked")
    assert first.count('<th scope="row"') == 50
    address = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert auditor.reads(f"/who-looked{address}").count('<th scope="row"') == 1


def test_who_governs_information_for_some_boards_asks_by_reference(app, access, neighbourhood, met, person):
    role = UserRole.INFORMATION_GOVERNANCE_OFFICER
    visitor = PageVisitor(app).signs_in(access.holder(role, neighbourhood.group, only(neighbourhood.partnership)).key)
    neighbourhood.officer.reads(met)
    assert "<table" not in visitor.reads("/who-looked")
    assert "A seat at the table" in visitor.reads("/who-looked", person=person)


def test_others_are_told_that_it_is_not_theirs(officer):
    assert officer.gets("/who-looked").status_code == 403
    assert "/who-looked" not in officer.reads("/reports")


def test_reading_the_words_of_unusually_many_is_flagged_there_and_where_the_service_is_looked_after(
    services, neighbourhood, met, auditor, client
):
    services.trail._bulk = BulkReading(an_hour=0)
    neighbourhood.officer.reads(met)
    assert "Words of unusually many people" in auditor.reads("/who-looked", bulk="yes")
    warnings = client.get("/readyz").json()["warnings"]
    assert [each for each in warnings if each.startswith("1 requests since yesterday")]

"""A meeting on record at its page: added to, put right, withdrawn, its minutes approved with one press and shared."""

import re
from datetime import timedelta

import pytest

from api.access.keys import Scope
from domain.values import day_of
from tests.integration.api.test_a_meeting import meeting as whole_meeting
from tests.support.page_visitor import HIDDEN, address_on, error_summary


def record_meeting(neighbourhood, **more):
    receipt = neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions", **whole_meeting(neighbourhood, **more)
    )
    return f"/partnerships/{neighbourhood.partnership}/meetings/{receipt['created']['interaction'][0]}"


@pytest.fixture
def page(neighbourhood):
    return record_meeting(neighbourhood)


@pytest.fixture
def recorded(services, page):
    """The events recorded since the meeting."""
    head = services.recorder.head().position
    assert page
    return lambda: [event.type for event in services.recorder.stream(head)]


def row(neighbourhood):
    rows = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    return next(row for row in rows if row["happened"] == "2026-03-27" or row["is_corrected"])


def test_a_meeting_is_shown_with_who_was_there_and_what_came_up(officer, page):
    markup = officer.reads(page)
    for words in (
        "<h1>Meeting of 27 March 2026</h1>",
        "Ambleford Council",
        "Mill Lane Residents asked Ambleford Council: Mend the swings",
        "Not approved yet",
        "Not shared yet",
        "Put it right",
    ):
        assert words in markup


def test_a_meeting_just_recorded_is_confirmed_with_its_reference(officer, page, neighbourhood):
    markup = officer.reads(page, done="recorded")
    timeline = neighbourhood.officer.reads(f"{neighbourhood.path}/timeline")["data"]
    position = next(entry["position"] for entry in timeline if entry["type"] == "interaction-recorded")
    assert "Meeting recorded" in markup
    assert f"Your reference: <b>{position}</b>" in markup
    assert "This meeting is already recorded." in officer.reads(page, done="already")


def test_whoever_only_reads_sees_no_ways_to_change_a_meeting(visitors, people, neighbourhood, page):
    reader = visitors(people(Scope.READ, neighbourhood.council))
    assert "Put it right" not in reader.reads(page)
    for way in ("add", "correct", "withdraw"):
        answer = reader.gets(f"{page}/{way}")
        assert (answer.status_code, "You can read this" in answer.text) == (403, True)


def test_a_stranger_reads_no_words_of_a_meeting(visitors, people, page):
    markup = visitors(people(Scope.READ)).reads(page)
    assert "Mend the swings" not in markup
    assert "[not shown]" in markup


def test_what_was_forgotten_is_added_as_of_the_day_of_the_meeting(officer, page, recorded, neighbourhood):
    fields = {
        "promised-1-by": neighbourhood.council,
        "promised-1-to": neighbourhood.residents_at_large,
        "promised-1-text": "Mend the lamps",
        "promised-1-when": "none",
    }
    assert address_on(officer.sends(f"{page}/add", **fields, do="save")) == f"{page}?done=added"
    assert recorded() == ["commitment-made"]
    promises = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments")["rows"]
    assert {promise["promised_on"] for promise in promises} == {"2026-03-27"}


def test_an_addition_of_nothing_is_pointed_out_and_blocks_are_added_and_removed(officer, page, recorded):
    answer = officer.sends(f"{page}/add", do="save")
    assert error_summary(answer.text) == [("asked-1-by", "Add at least one thing that came up at the meeting")]
    more = officer.sends(f"{page}/add", **{"asked-1-text": "One"}, do="add-asked")
    assert 'name="asked-2-text"' in more.text
    assert ">One</textarea>" in more.text
    fields = {"asked-1-text": "One", "asked-2-text": "Two", "do": "remove-asked-1"}
    fewer = officer.sends(f"{page}/add", fields)
    assert ">Two</textarea>" in fewer.text
    assert "One" not in fewer.text
    assert recorded() == []


def test_a_phone_number_in_an_addition_is_pointed_at_once(officer, page, recorded, neighbourhood):
    fields = {
        "asked-1-by": neighbourhood.group,
        "asked-1-kind": "request",
        "asked-1-text": "Ring 01632 960 001",
        "do": "save",
    }
    first = officer.sends(f"{page}/add", fields)
    assert "This looks like a phone number." in first.text
    assert recorded() == []
    warned = officer.client.post(
        f"{page}/add",
        data={**officer.hidden(f"{page}/add"), **fields, "warned": "asked-1-text"},
        headers={"Origin": officer.origin},
    )
    address_on(warned)
    assert recorded() == ["ask-raised"]


def shown(officer, page, **fields):
    """The texts in the form that puts a meeting right, with some fields otherwise."""
    markup = officer.reads(f"{page}/correct")
    values = dict(re.findall(r'<input class="govuk-input[^"]*" id="[^"]*" name="([^"]*)"[^>]*value="([^"]*)"', markup))
    ticked: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)"[^>]*value="([^"]+)"[^>]*checked', markup):
        ticked.setdefault(name, []).append(value)
    return officer.sends(f"{page}/correct", {**values, **ticked, **fields, "do": "correct"})


def test_the_day_of_a_meeting_is_put_right_and_what_came_up_moves_along(officer, page, recorded, neighbourhood):
    address = address_on(shown(officer, page, **{"held-day": "26"}, reasons="It was a Thursday"))
    assert address == f"{page}?done=corrected"
    assert recorded() == ["record-corrected"] * 3
    assert row(neighbourhood)["happened"] == "2026-03-26"
    assert "put right since" in officer.reads(page)


def test_the_kind_and_who_was_there_are_put_right(officer, page, recorded, neighbourhood):
    fields = {"kind": "call", "came": [neighbourhood.council], "apologies": [neighbourhood.group], "public": "9"}
    address_on(shown(officer, page, **fields, reasons="A slip"))
    assert recorded() == ["record-corrected"]
    mended = row(neighbourhood)
    assert (mended["kind"], mended["attended"], mended["apologies"], mended["crowd"]) == ("call", 10, 1, 9)
    assert mended["happened"] == "2026-03-27"


def test_who_stays_keeps_their_role_person_and_number(officer, neighbourhood, steward):
    person = steward.records("/v1/people", name="Ann Example")["created"]["person"][0]
    steward.records(f"{neighbourhood.path}/members", party=neighbourhood.group, person=person, role="treasurer")
    came = [
        {"party": neighbourhood.group, "person": person, "role": "chair"},
        {"party": neighbourhood.council, "count": 3},
    ]
    page = record_meeting(neighbourhood, participants=came)
    address_on(
        shown(officer, page, public="4", reasons="Counted anew", came=[neighbourhood.group, neighbourhood.council])
    )
    address_on(shown(officer, page, came=[neighbourhood.group], apologies=[neighbourhood.council], reasons="A slip"))
    answer = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")
    [contact] = answer["participants"].values()
    group, council = contact
    assert (group["person"], group["role"], group["attendance"]) == (person, "chair", "attended")
    assert (council["count"], council["attendance"]) == (3, "apologies")


def test_others_counted_among_another_side_are_not_counted_twice(officer, neighbourhood):
    crowds = [{"side": "residents", "count": 10}, {"side": "business", "count": 5}]
    page = record_meeting(neighbourhood, crowds=crowds)
    assert 'name="public" type="text" value="10"' in officer.reads(f"{page}/correct")
    address_on(shown(officer, page, public="11", reasons="Counted anew"))
    assert row(neighbourhood)["crowd"] == 16


def test_a_body_of_which_one_came_and_another_sent_apologies_is_no_contradiction(officer, neighbourhood, recorded):
    group = {"party": neighbourhood.group}
    both = [group, {**group, "attendance": "apologies"}, {"party": neighbourhood.council, "attendance": "absent"}]
    page = record_meeting(neighbourhood, participants=both)
    address_on(shown(officer, page, came=[neighbourhood.group, neighbourhood.council], reasons="The council came"))
    [participants] = [
        contact
        for contact in neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["participants"].values()
        if len(contact) == 3
    ]
    assert [(who["party_id"], who["attendance"]) for who in participants] == [
        (neighbourhood.group, "attended"),
        (neighbourhood.group, "apologies"),
        (neighbourhood.council, "attended"),
    ]
    assert recorded()[-1] == "record-corrected"


def test_a_correction_says_why_and_changes_something(officer, page, recorded):
    assert error_summary(shown(officer, page).text) == [("reasons", "Enter what was wrong")]
    unchanged = shown(officer, page, reasons="Because")
    assert error_summary(unchanged.text) == [
        ("held-day", "Nothing reads otherwise than it does on record. Change what is wrong")
    ]
    assert recorded() == []


def test_a_meeting_of_which_only_the_year_is_known_can_be_put_right_otherwise(officer, neighbourhood):
    page = record_meeting(neighbourhood, happened="2024", commitments=[], asks=[])
    address_on(shown(officer, page, kind="call", reasons="It was a call"))
    [mended] = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    assert (mended["happened"], mended["kind"]) == ("2024", "call")


def test_what_somebody_may_not_do_is_not_offered(visitors, people, steward, page, neighbourhood):
    other = visitors(neighbourhood.resident).reads(page)
    assert "Put it right" not in other
    assert "Another side recorded this meeting" in other
    assert "Put it right" in visitors(steward).reads(page)
    record_meeting(neighbourhood, happened="2026-05-01", commitments=[], asks=[])
    business = steward.records("/v1/parties", name="Corner Shop", kind="local-business")["created"]["party"][0]
    steward.records(f"{neighbourhood.path}/members", party=business, role="member")
    shop = visitors(people(Scope.RECORD, business)).reads(page)
    assert ("Approve the minutes" in shop, "Share the notes" in shop) == (False, True)
    assert "Approve the minutes" in other or "Approve the minutes" in visitors(neighbourhood.resident).reads(page)


def test_another_sides_record_is_not_put_right_and_the_page_says_so(visitors, page, neighbourhood, recorded):
    answer = shown(visitors(neighbourhood.resident), page, kind="call", reasons="A slip")
    assert answer.status_code == 422
    assert [words for _, words in error_summary(answer.text)] == [
        "Only who recorded it, or looks after the record, may do this"
    ]
    assert recorded() == []


def test_another_side_says_that_a_meeting_is_right_or_wrong(visitors, page, neighbourhood, recorded):
    resident = visitors(neighbourhood.resident)
    say = re.search(r'href="(/records/[^"]+/say)"', resident.reads(page))[1]
    address_on(resident.sends(say, said="wrong", body=neighbourhood.group, reasons="Nobody of ours was there"))
    address_on(resident.sends(say, said="right", body=neighbourhood.group))
    assert recorded() == ["record-disputed", "record-confirmed"]
    markup = resident.reads(page)
    assert markup.partition("What was said of this record")[2].count("<li>") == 2
    assert "Nobody of ours was there" not in markup.partition("What was said of this record")[0]


def test_a_meeting_is_withdrawn_with_the_reason(officer, page, recorded, neighbourhood):
    assert error_summary(officer.sends(f"{page}/withdraw", do="withdraw").text) == [
        ("reasons", "Enter why it should not have been recorded")
    ]
    answer = officer.sends(f"{page}/withdraw", reasons="It was recorded twice", do="withdraw")
    assert "The meeting was withdrawn" in answer.text
    assert recorded() == ["record-withdrawn"]
    assert officer.gets(page).status_code == 404
    assert neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"] == []


def test_what_came_up_at_a_withdrawn_meeting_stays_as_the_page_says(officer, page, neighbourhood):
    markup = officer.reads(f"{page}/withdraw")
    officer.sends(f"{page}/withdraw", reasons="It was recorded twice", do="withdraw")
    assert len(neighbourhood.officer.reads(f"{neighbourhood.path}/asks")["rows"]) == 1
    assert "What came up at it stays on record" in markup


def test_minutes_are_approved_with_one_press_at_the_latest_meeting(officer, page, recorded, neighbourhood, services):
    assert "Approve the minutes" not in officer.reads(page)
    later = record_meeting(neighbourhood, happened="2026-05-01", commitments=[], asks=[]).rpartition("/")[2]
    markup = officer.reads(page)
    assert re.search(rf'value="{later}" selected', markup)
    answer = officer.sends(page, {"approved-at": later, "do": "approve"})
    assert address_on(answer) == f"{page}?done=approved"
    assert recorded()[-1] == "minutes-approved"
    assert "Approved on 1 May 2026" in officer.reads(page)
    promise = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments")["rows"][0]
    assert promise["state"] == "overdue" if day_of(services.now()).isoformat() > "2026-06-30" else "open"


def test_minutes_are_approved_at_a_later_meeting_only(officer, page, recorded):
    answer = officer.sends(page, {"approved-at": page.rpartition("/")[2], "do": "approve"})
    assert error_summary(answer.text) == [("approved-at", "Select the meeting at which they were approved")]
    assert recorded() == []


def test_notes_are_shared_with_the_sides_that_got_them(officer, page, recorded):
    fields = {"shared-with": ["residents", "agency"], "document": "https://example.org/minutes", "do": "share"}
    assert address_on(officer.sends(page, fields)) == f"{page}?done=shared"
    assert recorded() == ["notes-shared"]
    assert "Notes were shared with residents and agency" in officer.reads(page)


def test_sharing_says_with_whom_and_where(officer, page, recorded):
    assert error_summary(officer.sends(page, do="share").text) == [("shared-with", "Select who got the notes")]
    answer = officer.sends(page, {"shared-with": ["residents"], "document": "nowhere", "do": "share"})
    [(field, _)] = error_summary(answer.text)
    assert field == "document"
    assert recorded() == []


def test_each_press_is_recorded_once(officer, page, recorded):
    fields = {**officer.hidden(page), "shared-with": ["residents"], "do": "share"}
    for _ in range(2):
        address_on(officer.client.post(page, data=fields, headers={"Origin": officer.origin}))
    assert recorded() == ["notes-shared"]


def asked(neighbourhood, text):
    return {"asked-1-by": neighbourhood.council, "asked-1-kind": "request", "asked-1-text": text}


def test_an_addition_changed_after_it_was_recorded_is_not_said_to_be_recorded(officer, page, recorded, neighbourhood):
    fields = {**officer.hidden(f"{page}/add"), "do": "save"}
    origin = {"Origin": officer.origin}
    for _ in range(2):
        first = officer.client.post(f"{page}/add", data=fields | asked(neighbourhood, "A crossing"), headers=origin)
        assert address_on(first) == f"{page}?done=added"
    other = officer.client.post(f"{page}/add", data=fields | asked(neighbourhood, "A bench"), headers=origin)
    assert other.status_code == 422
    assert "A bench" in other.text
    assert recorded() == ["ask-raised"]
    fields |= dict(HIDDEN.findall(other.text))
    last = officer.client.post(f"{page}/add", data=fields | asked(neighbourhood, "A bench"), headers=origin)
    assert address_on(last) == f"{page}?done=added"
    assert recorded() == ["ask-raised"] * 2


def test_a_meeting_put_right_by_two_presses_is_put_right_once_and_said_so(officer, page, recorded):
    answers = {"held-day": "26", "held-month": "3", "held-year": "2026", "when": "other", "reasons": "A slip"}
    ticked = re.findall(r'name="(came|apologies)"[^>]*value="([^"]+)"[^>]*checked', officer.reads(f"{page}/correct"))
    answers |= {name: [value for other, value in ticked if other == name] for name in ("came", "apologies")}
    fields = {**officer.hidden(f"{page}/correct"), "kind": "meeting", "do": "correct", "public": "12", **answers}
    addresses = [
        address_on(officer.client.post(f"{page}/correct", data=fields, headers={"Origin": officer.origin}))
        for _ in range(2)
    ]
    assert recorded().count("record-corrected") == 3
    assert addresses[1] == f"{page}?done=sent"
    assert "This form is recorded already" in officer.reads(addresses[1])


def test_a_meeting_withdrawn_by_two_presses_is_withdrawn_once_and_said_so(officer, page, recorded):
    fields = {**officer.hidden(f"{page}/withdraw"), "reasons": "It was recorded twice"}
    first, second = (
        officer.client.post(f"{page}/withdraw", data=fields, headers={"Origin": officer.origin}) for _ in range(2)
    )
    assert first.status_code == 200
    assert "ithdrawn" in officer.reads(address_on(second))
    assert recorded() == ["record-withdrawn"]


def test_there_is_no_page_of_a_meeting_that_never_was(officer, neighbourhood, services):
    tomorrow = (day_of(services.now()) + timedelta(days=1)).isoformat()
    plan = neighbourhood.officer.records(f"{neighbourhood.path}/plans", kind="meeting", planned_for=tomorrow)
    here = f"/partnerships/{neighbourhood.partnership}/meetings"
    for meeting in (plan["created"]["interaction"][0], neighbourhood.partnership, "nonsense"):
        assert officer.gets(f"{here}/{meeting}").status_code == 404


def test_whoever_sits_in_one_partnership_records_there_straight_away(officer, neighbourhood):
    assert address_on(officer.gets("/meetings/new")) == f"/partnerships/{neighbourhood.partnership}/meetings/new"


def test_whoever_sits_in_several_is_asked_which_met(officer, boards):
    assert "Which partnership met?" in officer.reads("/meetings/new")
    assert error_summary(officer.sends("/meetings/new").text) == [("partnership", "Select which partnership met")]
    answer = officer.sends("/meetings/new", partnership=boards[0])
    assert address_on(answer) == f"/partnerships/{boards[0]}/meetings/new"


def test_whoever_sits_nowhere_is_told_so(visitors, people):
    assert "You have no seat to record for" in visitors(people(Scope.READ)).reads("/meetings/new")


def test_meetings_are_listed_the_latest_first_with_how_many_bodies_were_there(officer, page, neighbourhood):
    later = record_meeting(neighbourhood, happened="2026-05-01", commitments=[], asks=[])
    here = page.rpartition("/")[0]
    assert re.findall(rf'href="({here}/[0-9a-f-]{{36}})"', officer.reads(here)) == [later, page]
    assert officer.reads(here).count("2 organisations and groups there") == 2


def test_a_long_list_of_meetings_is_shown_page_by_page(officer, page, neighbourhood):
    for day in range(1, 21):
        record_meeting(neighbourhood, happened=f"2025-01-{day:02}", commitments=[], asks=[])
    here = page.rpartition("/")[0]
    assert page in officer.reads(here)
    assert "Meeting of 1 January 2025" not in officer.reads(here)
    assert "Meeting of 1 January 2025" in officer.reads(here, page="2")


@pytest.mark.usefixtures("boards")
def test_who_looks_after_the_record_is_offered_every_partnership_however_long_the_list(visitors, people, monkeypatch):
    monkeypatch.setattr("api.pages.ground.list_pages._AT_ONCE", 1)
    choices = visitors(people(Scope.STEWARD)).reads("/meetings/new").partition("<main")[2].count('type="radio"')
    assert choices > 1

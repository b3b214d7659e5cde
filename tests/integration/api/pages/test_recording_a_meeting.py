"""A meeting is recorded at its page: from the form to the events in the log, once, with every answer kept meanwhile."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from api.access.keys import Scope
from domain.values import day_of
from tests.support.page_visitor import address_on, error_summary


def today(services):
    return day_of(services.now())


def test_a_day_a_kind_and_who_was_there_are_enough(officer, form, least, recorded, neighbourhood):
    address = address_on(officer.sends(form, **least, do="save"))
    assert recorded() == ["interaction-recorded"]
    [row] = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    assert row["kind"] == "meeting"
    assert address == f"/partnerships/{neighbourhood.partnership}/meetings/{row['interaction_id']}?done=recorded"


def test_everything_that_came_up_is_recorded_in_one_append(officer, form, least, recorded, promise, neighbourhood):
    newcomer = {"visitor-1-name": "Canal Anglers", "visitor-1-kind": "charity"}
    ask = {
        "asked-1-by": neighbourhood.group,
        "asked-1-to": neighbourhood.council,
        "asked-1-kind": "request",
        "asked-1-text": "Mend the swings",
    }
    answered = {"answered-1-ask": "asked-1", "answered-1-by": neighbourhood.council, "answered-1-answer": "adopted"}
    decision = {
        "decided-1-title": "Swings first",
        "decided-1-by": neighbourhood.council,
        "decided-1-led": neighbourhood.group,
        "decided-1-promised": "involve",
    }
    answer = officer.sends(form, **least, **newcomer, **ask, **answered, **decision, **promise, public="12", do="save")
    assert answer.status_code == 303, error_summary(answer.text)
    assert recorded() == [
        "party-registered",
        "interaction-recorded",
        "ask-raised",
        "decision-taken",
        "ask-answered",
        "commitment-made",
    ]
    [row] = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    assert (row["crowd"], row["visitors"]) == (12, 1)


def test_nothing_is_ticked_before_anybody_chose_it(officer, form):
    markup = officer.reads(form)
    ticks = re.findall(r'<input[^>]*name="([^"]+)"[^>]*checked', markup)
    assert ticks == ["kind"]


def test_what_is_missing_is_said_with_every_answer_kept(officer, form, least, recorded, promise):
    answers = {**least, "when": "other", "held-day": "31", "held-month": "2", "held-year": "x", **promise}
    answer = officer.sends(form, **{**answers, "promised-1-by": ""}, do="save")
    assert (answer.status_code, recorded()) == (422, [])
    assert error_summary(answer.text) == [
        ("held-year", "Date of the meeting must be a real date"),
        ("promised-1-by", "Select who promised"),
    ]
    assert "<title>Error: " in answer.text
    for text in ('value="31"', 'value="x"', "The swings will be mended"):
        assert text in answer.text
    assert answer.text.count("checked") == 5


def test_a_refusal_of_the_api_stands_in_the_error_summary_under_its_field(officer, form, least, recorded, promise):
    yesterday = {"promised-1-when": "other", "promised-1-due-day": "1", "promised-1-due-month": "2"}
    answer = officer.sends(form, **{**least, **promise, **yesterday, "promised-1-due-year": "2020"}, do="save")
    assert (answer.status_code, recorded()) == (422, [])
    assert error_summary(answer.text) == [("promised-1-due-day", "Due date must be the day of the meeting or later")]


def test_pressed_twice_a_meeting_is_recorded_once(officer, form, least, recorded):
    fields = {**officer.hidden(form), **least, "do": "save"}
    first, second = (officer.client.post(form, data=fields, headers={"Origin": officer.origin}) for _ in range(2))
    assert recorded() == ["interaction-recorded"]
    assert address_on(second) == address_on(first).replace("recorded", "already")


def test_a_form_that_was_recorded_says_so_when_one_goes_back_to_it(officer, form, least, recorded):
    address = address_on(officer.sends(form, **least, do="save")).partition("?")[0]
    markup = officer.reads(form)
    assert "This meeting is already recorded." in markup
    assert address in markup
    assert recorded() == ["interaction-recorded"]


def test_a_recorded_form_sent_with_other_answers_records_nothing_more(officer, form, least, recorded):
    fields = {**officer.hidden(form), **least, "do": "save"}
    officer.client.post(form, data=fields, headers={"Origin": officer.origin})
    answer = officer.client.post(form, data={**fields, "kind": "call"}, headers={"Origin": officer.origin})
    assert "This meeting is already recorded." in answer.text
    assert recorded() == ["interaction-recorded"]


def test_today_means_the_day_when_the_form_was_shown(officer, form, least, services, neighbourhood):
    shown_on = today(services) - timedelta(days=3)
    fields = {**officer.hidden(form), **least, "asked-on": shown_on.isoformat(), "do": "save"}
    address_on(officer.client.post(form, data=fields, headers={"Origin": officer.origin}))
    [row] = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    assert date.fromisoformat(row["happened"]) == shown_on


def test_a_promise_that_was_ticked_is_reported_done(officer, form, least, promise, new, recorded, neighbourhood):
    officer.sends(form, **least, **promise, do="save")
    [row] = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments")["rows"]
    again = address_on(officer.gets(new))
    assert "The swings will be mended" in officer.reads(again)
    receipt = officer.sends(again, **{**least, "kind": "call"}, kept=[row["commitment_id"]], do="save")
    assert '<span class="who">The swings will be mended</span>' in officer.reads(address_on(receipt))
    assert recorded()[-2:] == ["interaction-recorded", "fulfilment-claimed"]


def test_a_meeting_that_was_planned_is_recorded_as_that_meeting(officer, form, least, services, neighbourhood):
    plan = neighbourhood.officer.records(
        f"{neighbourhood.path}/plans", kind="meeting", planned_for=today(services).isoformat()
    )
    address = address_on(officer.sends(form, **least, do="save"))
    assert plan["created"]["interaction"][0] in address
    [row] = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    assert row["state"] == "held"


def test_the_form_of_a_plan_begins_with_its_kind_and_day(officer, new, neighbourhood, services):
    planned_for = (today(services) - timedelta(days=5)).isoformat()
    plan = neighbourhood.officer.records(f"{neighbourhood.path}/plans", kind="call", planned_for=planned_for)
    markup = officer.reads(address_on(officer.gets(new, plan=plan["created"]["interaction"][0])))
    assert f'value="{int(planned_for[-2:])}"' in markup
    assert re.search(r'value="call"[^>]*checked', markup)


@pytest.mark.parametrize("scope", [Scope.READ, Scope.RECORD])
def test_whoever_has_no_seat_or_only_reads_cannot_record_and_is_told_in_plain_words(
    visitors, people, form, least, recorded, neighbourhood, steward, scope
):
    stranger = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
    party = neighbourhood.council if scope is Scope.READ else stranger
    visitor = visitors(people(scope, party))
    answer = visitor.gets(form)
    assert answer.status_code == 403
    assert "You can read this" in answer.text
    assert "Only recorders of Mill Lane Board can change it." in answer.text
    fields = {**visitor.hidden("/sign-out"), **least, "key": str(uuid4()), "do": "save"}
    receipt = visitor.client.post(form, data=fields, headers={"Origin": visitor.origin})
    assert (receipt.status_code, recorded()) == (403, ["party-registered"])


def test_texts_are_shown_as_they_were_written_and_never_run(officer, form, least, promise):
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    fields = {**least, **{name: attack for name in promise if name.endswith("text")}, "visitor-1-name": attack}
    fields |= {"held-day": attack, "public": attack, "promised-1-when": attack, "kind": attack}
    answer = officer.sends(form, **fields, do="check")
    assert answer.status_code == 422
    for markup in (answer.text, officer.reads(form)):
        assert "<script>alert" not in markup
        assert "<img src=x" not in markup


def test_a_likely_slip_is_asked_about_once_recorded(officer, form, least, promise, new):
    first = address_on(officer.sends(form, **least, do="save"))
    assert "note warn" not in officer.reads(first)
    again = address_on(officer.gets(new))
    past = {"promised-1-when": "other", "promised-1-due-month": "1", "promised-1-due-year": "2020"}
    day = {"when": "other", "held-month": "12", "held-year": "2019"}
    second = officer.reads(address_on(officer.sends(again, {**least, **promise, **past, **day, "do": "save"})))
    assert "A promise is due on a day that has passed. Is the year right?" in second
    twice = officer.reads(address_on(officer.sends(address_on(officer.gets(new)), **least, do="save")))
    assert "is on record already. If it is the same meeting, withdraw one of them." in twice


def test_a_body_named_in_place_that_looks_like_another_is_asked_about(officer, form, least):
    newcomer = {"visitor-1-name": "Ambleford council", "visitor-1-kind": "unitary"}
    markup = officer.reads(address_on(officer.sends(form, {**least, **newcomer, "do": "save"})))
    assert "looks like one on record already: <b>Ambleford Council</b>" in markup


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 15_001, "This is too long. Shorten it"),
        ("a\0b", "This holds characters that cannot be kept, or nothing that can be seen"),
    ],
)
def test_a_text_that_cannot_be_kept_is_pointed_at(officer, form, least, promise, recorded, text, words):
    answer = officer.sends(form, **{**least, **promise, "promised-1-text": text}, do="save")
    assert error_summary(answer.text) == [("promised-1-text", words)]
    assert recorded() == []


def test_a_board_without_members_names_who_was_there_in_place(visitors, steward, recorded):
    formed = steward.records("/v1/partnerships", name="Empty Board", kind="neighbourhood-board", happened="2021-01-01")
    visitor = visitors(steward)
    form = address_on(visitor.gets(f"/partnerships/{formed['created']['partnership'][0]}/meetings/new"))
    answer = visitor.sends(form, when="today", kind="meeting", do="save")
    assert error_summary(answer.text) == [("came", "Select who was there")]
    assert 'id="came"' in answer.text
    newcomer = {"visitor-1-name": "Canal Anglers", "visitor-1-kind": "charity"}
    address_on(visitor.sends(form, when="today", kind="meeting", **newcomer, do="save"))
    assert recorded()[-2:] == ["party-registered", "interaction-recorded"]


MANY = "9" * 5_000
"""More digits than are read as a number."""


def test_a_count_of_thousands_of_digits_is_pointed_at(officer, form, least, recorded):
    answer = officer.sends(form, least, do="save", public=MANY)
    words = "How many others from the public must be a whole number, like 12"
    assert error_summary(answer.text) == [("public", words)]
    assert recorded() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"do": f"remove-asked-{MANY}"},
        {"do": "keep", "asked-blocks": MANY},
        {"do": "keep", "as-last": f"2020-{MANY}"},
        {"do": "keep", "asked-1-text": "x", "answered-1-ask": f"asked-{MANY}"},
        {"do": "keep", "asked-1-by": f"visitor-{MANY}"},
        {"do": "keep", "when": "yesterday", "asked-on": "0001-01-01"},
    ],
)
def test_a_form_with_senseless_fields_is_kept_and_shown_again(officer, form, fields):
    assert officer.sends(form, fields).status_code == 303
    assert officer.gets(form).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"answered-1-ask": f"asked-{MANY}"}, "answered-1-ask"), ({"asked-1-by": f"visitor-{MANY}"}, "asked-1-by")],
)
def test_what_leads_to_nothing_in_the_form_is_pointed_at(officer, form, least, recorded, fields, field):
    answer = officer.sends(form, least, do="save", **fields)
    assert answer.status_code == 422
    assert field in dict(error_summary(answer.text))
    assert recorded() == []


def test_a_day_in_other_than_plain_digits_is_not_left_out_in_silence(officer, form, least, recorded):
    day = {"held-day": "\N{ARABIC-INDIC DIGIT THREE}", "held-month": "3", "held-year": "2026"}
    answer = officer.sends(form, least, do="save", when="other", **day)
    assert error_summary(answer.text) == [("held-day", "Date of the meeting must be a real date")]
    assert recorded() == []

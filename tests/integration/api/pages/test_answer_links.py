"""Answering for one promise by a link, without an account."""

import re
from uuid import UUID, uuid4

import psycopg
import pytest

from api.access.answer_links import LinkWay
from api.access.keys import Scope
from api.access.link_codes import LinkCode, new_code
from api.access.tampering import forged_access
from api.pages.ground.link_dispatch import LINK_HEADERS
from domain.log.decode_events import decode_event
from domain.vault.kept_openings import OpeningsSought, find_openings
from domain.vocabulary import Assurance
from tests.support.page_visitor import PageVisitor, address_on, error_summary

PROMISE = "/answer/promise"
WORDS = "We will paint the shop fronts"
MANY = 400
"""Wrong codes from many addresses: far more than one address may send in a minute."""


@pytest.fixture
def promise(neighbourhood):
    """A promise of the council to the residents' group, reported done: its id."""
    path = f"{neighbourhood.path}/commitments"
    receipt = neighbourhood.officer.records(
        path,
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text=WORDS,
        due="2026-03-31",
        happened="2026-02-01",
    )
    (commitment,) = receipt["created"]["commitment"]
    neighbourhood.officer.records(
        f"{path}/{commitment}/reports", claimed_by=neighbourhood.council, done="2026-03-02", happened="2026-03-02"
    )
    return commitment


@pytest.fixture
def made(neighbourhood, steward, promise):
    """Make a link for the residents' group."""

    def make(asked=None, **more):
        return steward.records(
            f"{neighbourhood.path}/commitments/{promise}/answer-links", asked=asked or neighbourhood.group, **more
        )

    return make


@pytest.fixture
def opened(app):
    """Open a link in a browser of its own."""

    def open_link(link):
        browser = PageVisitor(app)
        assert address_on(browser.sends("/answer", code=link["code"])) == PROMISE
        return browser

    return open_link


def state_of(neighbourhood, steward, link):
    links = steward.reads(f"{neighbourhood.path}/answer-links")["data"]
    return next(each["state"] for each in links if each["link_id"] == link["entry"]["link_id"])


def answers_recorded(services):
    operations = {"answer-promise"}
    records = [decode_event(event) for event in services.recorder.stream(0)]
    return [record for record in records if record.envelope.operation in operations]


def test_who_was_promised_something_confirms_it_by_a_link_and_the_record_says_so(
    services, neighbourhood, steward, made, opened
):
    link = made()
    assert link["address"].endswith(f"/answer#{link['code']}")
    assert state_of(neighbourhood, steward, link) == "waiting"
    browser = opened(link)
    assert state_of(neighbourhood, steward, link) == "opened"
    page = browser.reads(PROMISE)
    for words in (
        WORDS,
        "Did Ambleford Council keep this promise?",
        "2 March 2026, by",
        "31 March 2026",
        "1 February 2026",
    ):
        assert words in page, words
    assert address_on(browser.sends(PROMISE, answer="done", words="Looks fine")) == "/answer/sent"
    assert "Your answer was taken" in browser.reads("/answer/sent")
    assert state_of(neighbourhood, steward, link) == "used"
    confirmed, remarked = answers_recorded(services)
    assert (confirmed.name, remarked.name) == ("fulfilment-confirmed", "commitment-remarked")
    for record in (confirmed, remarked):
        assert record.envelope.assurance is Assurance.LINK_PASSED_ON
        assert record.envelope.actor == UUID(link["entry"]["link_id"])
        assert record.envelope.on_behalf_of.party_id == UUID(neighbourhood.group)
    shown = steward.reads(f"/v1/records/{confirmed.event_id}")["record"]["provenance"]
    assert shown["assurance"] == "link-passed-on"


def test_a_link_for_a_body_that_nobody_registered_is_refused_with_its_field(neighbourhood, steward, promise):
    path = f"{neighbourhood.path}/commitments/{promise}/answer-links"
    answer = steward.post(path, {"asked": str(uuid4())})
    assert answer.status_code == 422
    assert [(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]] == [("unknown-party", "#/asked")]
    assert steward.reads(f"{neighbourhood.path}/answer-links")["data"] == []


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"answer": "not-done", "words": "Two are bare"}, ["fulfilment-disputed"]),
        ({"answer": "not-done"}, ["fulfilment-disputed"]),
        ({"answer": "done-in-part", "share": "0.5"}, ["fulfilment-confirmed"]),
        ({"answer": "cannot-say", "words": "Ask the shops"}, ["commitment-remarked"]),
        ({"answer": "cannot-say"}, []),
    ],
)
def test_each_answer_is_recorded_by_the_same_decisions_as_anybody_s(services, made, opened, fields, names):
    browser = opened(made())
    assert address_on(browser.sends(PROMISE, **fields)) == "/answer/sent"
    assert [record.name for record in answers_recorded(services)] == names
    assert "This link has been used" in browser.gets(PROMISE).text


def test_a_form_says_what_is_missing_and_keeps_what_was_written(services, made, opened):
    browser = opened(made())
    answer = browser.sends(PROMISE, words="It is half done")
    assert error_summary(answer.text) == [("answer", "Choose your answer")]
    assert "It is half done" in answer.text
    assert error_summary(browser.sends(PROMISE, answer="done-in-part").text) == [
        ("share", "Choose about how much of it was done")
    ]
    pointed_out = browser.sends(PROMISE, answer="done", words="Ring 01632 960 001")
    assert "This looks like a phone number" in pointed_out.text
    assert error_summary(browser.sends(PROMISE, answer="done", words="x" * 20_001).text)[0][0] == "words"
    assert answers_recorded(services) == []


def test_a_link_answers_once_and_says_so_when_it_is_opened_again(services, app, neighbourhood, steward, made, opened):
    link = made()
    first, second = opened(link), opened(link)
    fields = second.hidden(PROMISE)
    assert address_on(first.sends(PROMISE, answer="done")) == "/answer/sent"
    late = second.client.post(PROMISE, data={**fields, "answer": "not-done"}, headers={"Origin": second.origin})
    assert (late.status_code, "This link has been used" in late.text) == (410, True)
    again = PageVisitor(app).sends("/answer", code=link["code"])
    assert (again.status_code, "Ask your board for another." in again.text) == (410, True)
    assert len(answers_recorded(services)) == 1
    refused = steward.post(
        f"{neighbourhood.path}/answer-links/{link['entry']['link_id']}/withdrawals", {"why": "Too late"}
    )
    assert refused.status_code == 409


def test_a_link_whose_answer_was_recorded_takes_no_other_though_nobody_wrote_down_that_it_was_used(
    services, database_url, made, opened
):
    link = made()
    first, second = opened(link), opened(link)
    fields = second.hidden(PROMISE)
    assert address_on(first.sends(PROMISE, answer="done")) == "/answer/sent"
    with psycopg.connect(database_url) as connection:  # as if the process had ended in between
        connection.execute("UPDATE api.answer_link SET ended_at = NULL, ended_as = NULL")
    assert "This link has been used" in second.gets(PROMISE).text
    late = second.client.post(PROMISE, data={**fields, "answer": "not-done"}, headers={"Origin": second.origin})
    assert late.status_code == 410
    assert len(answers_recorded(services)) == 1


def test_a_link_runs_out_is_withdrawn_or_given_back_and_says_which(
    services, app, database_url, neighbourhood, steward, made, opened
):
    expired, withdrawn, returned = made(), made(), made()
    browsers = [opened(link) for link in (expired, withdrawn, returned)]
    forms = [browser.hidden(PROMISE) for browser in browsers]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE api.answer_link SET expires_at = clock_timestamp() WHERE link_id = %s",
            (expired["entry"]["link_id"],),
        )
    steward.records(f"{neighbourhood.path}/answer-links/{withdrawn['entry']['link_id']}/withdrawals", why="Moved away")
    assert address_on(browsers[2].sends("/answer/not-me")) == "/answer/sent"
    words = ("This link has run out", "This link was withdrawn", "This link was given back")
    states = ("expired", "withdrawn", "returned")
    for link, browser, said, state in zip((expired, withdrawn, returned), browsers, words, states, strict=True):
        assert state_of(neighbourhood, steward, link) == state
        for answer in (browser.gets(PROMISE), PageVisitor(app).sends("/answer", code=link["code"])):
            assert (answer.status_code, said in answer.text) == (410, True)
            assert "Ask your board for another." in answer.text
    for browser, fields in zip(browsers, forms, strict=True):
        late = browser.client.post(PROMISE, data={**fields, "answer": "done"}, headers={"Origin": browser.origin})
        assert late.status_code == 410
    assert answers_recorded(services) == []


def test_a_page_of_a_link_that_is_forwarded_is_of_no_use_to_anybody_else(app, made, opened):
    browser = opened(made())
    for address in (PROMISE, "/answer/not-me"):
        assert WORDS not in (stranger := PageVisitor(app).reads(address))
        assert "This page opens only in the browser in which its link was opened" in stranger or address != PROMISE
    fields = browser.hidden(PROMISE)
    answer = PageVisitor(app).sends(PROMISE, {**fields, "answer": "done"})
    assert answer.status_code == 403
    assert address_on(PageVisitor(app).gets("/answer/sent")) == PROMISE


def test_opening_by_a_scanner_uses_nothing_up(app, made, opened):
    link = made()
    scanner = PageVisitor(app)
    for path in ("/answer", PROMISE, "/answer/not-me", "/answer/sent"):
        assert scanner.gets(path).status_code in {200, 303}
        assert scanner.client.head(path).status_code in {200, 303}
    assert address_on(opened(link).sends(PROMISE, answer="done")) == "/answer/sent"


def test_the_secret_is_in_no_address_that_is_asked_for_and_nothing_leaks_by_referrer(made, opened):
    browser = opened(made())
    for path in ("/answer", PROMISE, "/answer/not-me"):
        answer = browser.gets(path)
        for name, value in LINK_HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert 'name="robots" content="noindex"' in answer.text
        outward = re.findall(r'(?:src|href|action)="(https?:)?//', answer.text)
        assert outward == []
    assert address_on(browser.gets("/answer/sent")) == PROMISE


def test_a_browser_that_hides_where_a_form_comes_from_sends_it_all_the_same(made, opened):
    browser = opened(made())
    answer = browser.sends(PROMISE, answer="done", headers={"Origin": "null"})
    assert address_on(answer) == "/answer/sent"


def test_a_form_of_another_site_is_refused(services, made, opened):
    browser, foreign = opened(made()), {"form_token": "made-up"}
    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        assert browser.sends(PROMISE, answer="done", headers=headers).status_code == 403
    assert browser.sends(PROMISE, answer="done", headers={"Origin": "null"}, **foreign).status_code == 403
    assert answers_recorded(services) == []


def test_a_code_is_hashed_at_rest_and_stands_in_no_log_line(database_url, made, opened, capsys):
    link = made()
    opened(link)
    letters = link["code"].replace("-", "")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT * FROM api.answer_link").fetchall()
        acts = connection.execute("SELECT * FROM api.account_act").fetchall()
    told = f"{rows}{acts}{capsys.readouterr()}"
    assert letters[4:] not in told
    assert link["code"] not in told


def test_a_guess_says_nothing(app, made):
    link = made()
    near = link["code"][:-1] + ("0" if link["code"][-1] != "0" else "1")
    browser = PageVisitor(app)
    pages = [browser.sends("/answer", code=code) for code in (near, new_code().text, "not a code")]
    assert {answer.status_code for answer in pages} == {422}
    said = {tuple(error_summary(answer.text)) for answer in pages}
    assert len(said) == 1
    assert "This code opens nothing" in str(said)


def test_however_many_wrong_codes_come_in_a_right_one_opens(app, made, opened):
    link, guessers = made(), PageVisitor(app)
    form = {**guessers.hidden("/answer"), "code": new_code().text}
    for _ in range(MANY):
        assert guessers.client.post("/answer", data=form, headers={"Origin": guessers.origin}).status_code == 422
    assert WORDS in opened(link).reads(PROMISE)


def test_a_code_is_read_as_people_write_it(app, made):
    link = made()
    written = link["code"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert address_on(PageVisitor(app).sends("/answer", code=written)) == PROMISE
    assert address_on(PageVisitor(app).sends("/answer", code=link["address"])) == PROMISE


def test_the_words_that_a_link_shows_are_opened_for_the_link_and_that_is_recorded(services, made, opened):
    link = made()
    opened(link).reads(PROMISE)
    with services.recorder.connections.borrow() as connection:
        (opening,) = find_openings(
            connection, OpeningsSought(reader_id=UUID(link["entry"]["link_id"])), before=None, limit=5
        )
    assert opening.grounds == ("answer-by-link",)
    assert opening.operation == "page answer-promise-by-link"


def test_a_link_opens_no_other_page_and_a_session_opens_none_of_its_own(neighbourhood, visitors, made, opened):
    browser = opened(made())
    for path in ("/partnerships", f"/partnerships/{neighbourhood.partnership}", "/my-page", "/reports"):
        assert address_on(browser.gets(path)).startswith("/sign-in?next=")
    assert WORDS not in visitors(neighbourhood.officer).reads(PROMISE)


def test_a_link_goes_to_nobody_who_may_not_answer(neighbourhood, steward, promise):
    path = f"{neighbourhood.path}/commitments/{promise}/answer-links"
    refused = steward.post(path, {"asked": neighbourhood.council})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "only-the-promisee")


def test_who_recorded_the_promise_or_made_it_is_not_shown_the_link(people, neighbourhood, promise):
    path = f"{neighbourhood.path}/commitments"
    link = f"/{promise}/answer-links"
    of_the_council = people(Scope.STEWARD, neighbourhood.council)
    refused = of_the_council.post(path + link, {"asked": neighbourhood.group})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    recorder = people(Scope.STEWARD)
    receipt = recorder.records(
        path, promisers=[neighbourhood.council], promisees=[neighbourhood.group], text="A bench", happened="2026-02-01"
    )
    (own,) = receipt["created"]["commitment"]
    assert recorder.post(f"{path}/{own}/answer-links", {"asked": neighbourhood.group}).status_code == 403
    assert people(Scope.STEWARD).post(f"{path}/{own}/answer-links", {"asked": neighbourhood.group}).status_code == 201


def test_officers_and_residents_make_and_see_no_links(neighbourhood, promise):
    for person in (neighbourhood.officer, neighbourhood.resident):
        path = f"{neighbourhood.path}/commitments/{promise}/answer-links"
        assert person.post(path, {"asked": neighbourhood.group}).status_code == 403
        assert person.get(f"{neighbourhood.path}/answer-links").status_code == 403


def test_a_link_is_made_once_for_a_key_and_shown_once(neighbourhood, steward, promise):
    path, body = f"{neighbourhood.path}/commitments/{promise}/answer-links", {"asked": neighbourhood.group}
    first, second = (steward.post(path, body, idempotency_key="once") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json()["address"], second.json()["code"]) == (None, None)
    assert first.json()["entry"]["link_id"] == second.json()["entry"]["link_id"]
    assert len(steward.reads(f"{neighbourhood.path}/answer-links")["data"]) == 1


def test_a_steward_makes_lists_and_withdraws_links_at_pages(app, neighbourhood, steward, promise):
    visitor = PageVisitor(app).signs_in(steward.key)
    rows = steward.reads(f"{neighbourhood.path}/timeline", thing=promise)["data"]
    record = f"/records/{rows[0]['event_id']}"
    assert f'href="{record}/ask-by-link"' in visitor.reads(record)
    assert error_summary(visitor.sends(f"{record}/ask-by-link").text) == [("asked", "Choose who is asked")]
    made = visitor.sends(f"{record}/ask-by-link", asked=neighbourhood.group)
    assert "It is shown only now" in made.text
    assert re.search(r"/answer#[0-9A-Z-]{35}<", made.text)
    links = f"/partnerships/{neighbourhood.partnership}/links"
    markup = visitor.reads(links)
    assert "Not opened yet" in markup
    (withdraw,) = re.findall(rf'href="({links}/[^"]+/withdraw)"', markup)
    assert error_summary(visitor.sends(withdraw).text) == [("why", "Enter why")]
    assert address_on(visitor.sends(withdraw, why="The wrong body")) == links
    assert "Withdrawn on" in visitor.reads(links)


def test_a_link_that_was_forged_in_the_database_is_found(services, database_url, made):
    made()
    with psycopg.connect(database_url) as connection:
        assert _forged_links(connection, services) == []
        connection.execute("UPDATE api.answer_link SET party_id = gen_random_uuid()")
        assert len(_forged_links(connection, services)) == 1


def _forged_links(connection, services):
    return [each for each in forged_access(connection, services.vault) if each.where.startswith("link to a promise")]


def test_codes_are_long_random_and_hard_to_mistake():
    codes = {new_code().text for _ in range(100)}
    assert len(codes) == 100
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}", each) for each in codes)
    assert repr(LinkCode("0" * 30)) == "LinkCode()"
    assert set(LinkWay) == {"mail", "passed-on"}

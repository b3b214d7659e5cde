"""A partnership's pages: what needs doing, what happened, what is shared; on any two dates, for whoever may read it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.access.keys import Scope
from domain.log.recorder import LogRecorder
from tests.integration.api.test_a_meeting import meeting
from tests.support.claimed_records import imported_now
from tests.support.page_visitor import HIDDEN

TODAY = datetime.now(UTC).date()


@pytest.fixture
def board(neighbourhood):
    return f"/partnerships/{neighbourhood.partnership}"


@pytest.fixture
def stranger(visitors, people):
    return visitors(people(Scope.READ))


@pytest.fixture
def promised(neighbourhood):
    """A promise that is long overdue, made at no meeting."""
    return neighbourhood.officer.records(
        f"{neighbourhood.path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Mend the <b>lamps</b>",
        theme="lighting",
        happened="2026-02-01",
        due="2026-03-01",
    )


def told(markup):
    """The words of a page, without its markup."""
    main = re.search(r"<main[^>]*>(.*)</main>", markup, re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


class TestOverview:
    def test_a_place_whose_boundary_changed_still_stands_with_the_places_around_it(self, visitors, steward):
        def place(name, **more):
            body = {"name": name, "kind": "district", "happened": "2020", **more}
            return steward.records("/v1/places", **body)["created"]["place"][0]

        ward = place("Mill Lane", part_of=place("Ambleford"))
        steward.records(f"/v1/places/{ward}/boundary-changes", name="Mill Lane and Canal Side", happened="2022")
        body = {"name": "A board", "kind": "neighbourhood-board", "happened": "2023", "place": ward}
        formed = steward.records("/v1/partnerships", **body)["created"]["partnership"][0]
        words = told(visitors(steward).reads(f"/partnerships/{formed}"))
        assert all(each in words for each in ("Mill Lane and Canal Side", "Ambleford"))

    @pytest.mark.usefixtures("promised")
    def test_what_is_overdue_heads_the_page_with_the_day_it_was_due(self, officer, board):
        words = told(officer.reads(board))
        assert "1 promise overdue" in words
        assert f"overdue by {(TODAY - datetime(2026, 3, 1).date()).days} days" in words  # noqa: DTZ001 - a date
        assert "Ambleford Council promised this on 1 February 2026, due 1 March 2026" in words

    @pytest.mark.usefixtures("promised")
    def test_on_an_earlier_day_the_same_promise_is_only_due(self, officer, board):
        words = told(officer.reads(board, **{"stood-on": "2026-02-10"}))
        assert "0 promises overdue" in words
        assert "due 1 March 2026" in words
        assert "How things stood on 10 February 2026" in words

    @pytest.mark.usefixtures("promised")
    def test_by_what_was_known_before_it_was_written_down_nothing_is_there(self, officer, board):
        yesterday = (TODAY - timedelta(days=1)).isoformat()
        assert "Nothing was on record about this partnership by then" in told(
            officer.reads(board, **{"known-on": yesterday})
        )

    def test_the_dates_entered_stay_in_the_address(self, officer, board):
        entered = {"stood-day": "1", "stood-month": "March", "stood-year": "2026"}
        answer = officer.gets(f"{board}/events", **entered, kind="asks")
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{board}/events?kind=asks&stood-on=2026-03-01"
        assert f"{board}?stood-on=2026-03-01" in officer.reads(answer.headers["Location"])

    def test_a_date_without_a_year_is_asked_for_again_with_what_was_entered(self, officer, board):
        answer = officer.gets(board, **{"stood-day": "27", "stood-month": "3", "stood-year": ""})
        assert answer.status_code == 422
        assert "The day things stood must include a year" in answer.text
        assert 'value="27"' in answer.text

    def test_no_day_to_come_is_asked_about(self, officer, board):
        year = str(TODAY.year + 1)
        answer = officer.gets(board, **{"known-day": "1", "known-month": "1", "known-year": year, "stood-year": year})
        assert answer.status_code == 422
        assert "The day of what we knew must be today or in the past" in answer.text
        assert officer.gets(board, **{"stood-on": f"{year}-01-01"}).status_code == 400

    def test_a_partnership_that_is_not_there_is_a_page_that_is_not_found(self, officer):
        assert officer.gets("/partnerships/0b9b5c8e-0000-4000-8000-000000000000").status_code == 404
        assert officer.gets("/partnerships/nonsense").status_code == 404


class TestWhatSourcesSayTheyKnew:
    @pytest.fixture
    def imported(self, services):
        return f"/partnerships/{imported_now(services.recorder)}"

    def test_an_imported_history_unfolds_as_its_source_wrote_it_down(self, stranger, imported):
        then = {"stood-on": "2016-12-31", "known-by": "sources"}
        early, late = (
            told(stranger.reads(imported, **then, **{"known-on": day})) for day in ("2016-08-31", "2016-09-01")
        )
        assert "1 promise overdue" in early
        assert "0 promises overdue" in late
        assert "by what sources say they knew on 31 August 2016" in early
        assert "nobody here can check" in early

    def test_before_the_record_began_only_sources_knew(self, stranger, imported):
        past = {"stood-on": "2016-07-31", "known-on": "2016-08-31"}
        assert "Nothing was on record about this partnership by then" in told(stranger.reads(imported, **past))

    def test_every_link_and_form_of_such_a_page_stays_with_the_sources(self, stranger, imported):
        past = {"stood-on": "2016-07-31", "known-on": "2016-08-31", "known-by": "sources"}
        for page in ("", "/to-do", "/events", "/what-if"):
            markup = stranger.reads(f"{imported}{page}", **past)
            inside = [each for each in re.findall(r'href="(/partnerships/[^"]+)"', markup) if "stood-on" in each]
            assert all("known-by=sources" in each for each in inside)
            assert re.search(r'value="sources"[^>]* checked', markup)

    def test_the_page_of_why_a_figure_moved_says_whose_word_it_rests_on(self, stranger, imported):
        days = {"from": "2016-01-31", "to": "2016-07-31", "dimension": "H1"}
        claimed = {"stood-on": "2016-07-31", "known-on": "2016-08-31", "known-by": "sources"}
        page = told(stranger.reads(f"{imported}/why", **days, **claimed))
        assert "Worked out by what sources say they knew on 31 August 2016" in page
        assert "nobody here can check" in page
        assert "Worked out by" not in told(stranger.reads(f"{imported}/why", **days))

    def test_whose_word_it_is_is_chosen_beside_the_dates(self, stranger, imported):
        entered = {"stood-day": "31", "stood-month": "7", "stood-year": "2016", "known-by": "sources"}
        answer = stranger.gets(f"{imported}/events", **entered, kind="asks")
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{imported}/events?kind=asks&stood-on=2016-07-31&known-by=sources"
        back = stranger.gets(f"{imported}/events", **{**entered, "known-by": "record"})
        assert back.headers["Location"] == f"{imported}/events?stood-on=2016-07-31"

    def test_nobody_else_can_be_asked(self, stranger, imported):
        assert stranger.gets(imported, **{"known-by": "gossip"}).status_code == 400


class TestToDo:
    @pytest.mark.usefixtures("promised")
    def test_every_task_leads_to_its_record_and_texts_are_escaped(self, officer, board, promised):
        markup = officer.reads(f"{board}/to-do")
        assert f'/records/{promised["events"][0]["event_id"]}"' in markup
        assert "Mend the &lt;b&gt;lamps&lt;/b&gt;" in markup
        assert "<b>lamps" not in markup

    @pytest.mark.usefixtures("promised")
    def test_tasks_are_narrowed_to_one_body(self, officer, board, neighbourhood):
        assert (
            "Promises to keep" in told(officer.reads(f"{board}/to-do", body=neighbourhood.council)).partition("Show")[2]
        )
        assert "0 things to do." in told(officer.reads(f"{board}/to-do", body=neighbourhood.residents_at_large))

    @pytest.mark.usefixtures("promised")
    def test_who_has_no_seat_reads_of_the_promise_by_its_day_only(self, stranger, board):
        words = told(stranger.reads(f"{board}/to-do"))
        assert "lamps" not in words
        assert "of 1 February 2026" in words


class TestEvents:
    @pytest.fixture
    def eventful(self, neighbourhood, promised):
        assert promised
        neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))

    @pytest.mark.usefixtures("eventful")
    def test_events_are_narrowed_by_kind_body_theme_and_words(self, officer, board, neighbourhood):
        def sentences(**filters):
            return re.findall(r'<a href="/records/[^"]+">([^<]+)</a>', officer.reads(f"{board}/events", **filters))

        assert len(sentences()) > len(sentences(kind="commitments")) > 1
        assert len(sentences(theme="lighting")) == len(sentences(words="LAMPS")) == 1
        assert all("Mill Lane Residents" in each for each in sentences(kind="asks", body=neighbourhood.group))

    def test_an_event_says_which_promise_it_is_about_and_a_promise_says_it_once(
        self, officer, board, neighbourhood, promised
    ):
        path = f"{neighbourhood.path}/commitments/{promised['created']['commitment'][0]}"
        neighbourhood.officer.records(f"{path}/reports", claimed_by=neighbourhood.council, happened="2026-03-01")
        words = told(officer.reads(f"{board}/events", kind="commitments"))
        assert "reported a promise done, in whole Mend the &lt;b&gt;lamps" in words
        assert words.count("lamps") == 2

    @pytest.mark.usefixtures("eventful")
    def test_words_that_a_reader_may_not_read_are_not_found(self, officer, stranger, board):
        assert (
            told(stranger.reads(f"{board}/events", words="lamps")).count(
                "0 events: with the words lamps, the newest first."
            )
            == 1
        )
        assert (
            told(officer.reads(f"{board}/events", words="lamps")).count(
                "1 event: with the words lamps, the newest first."
            )
            == 1
        )

    def test_a_longer_story_goes_on_where_the_page_ends(self, officer, board, neighbourhood):
        for number in range(51):
            neighbourhood.officer.records(
                f"{neighbourhood.path}/interactions",
                kind="meeting",
                happened="2026-03-01",
                participants=[{"party": neighbourhood.council}],
                title=f"Sitting {number}.",
            )
        first = officer.reads(f"{board}/events", words="Sitting")
        older = re.search(r'<a rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        assert "Sitting 50." in first
        assert "Sitting 0." not in first
        assert "Sitting 0." in officer.reads(older)


class TestRecord:
    @pytest.fixture
    def corrected(self, neighbourhood, promised):
        record = promised["events"][0]["event_id"]
        change = {"changes": {"text": "Mend all lamps"}, "reasons": "Said <i>too</i> little"}
        neighbourhood.officer.records(f"/v1/records/{record}/corrections", **change)
        return f"/records/{record}"

    def test_what_was_put_right_is_struck_through_with_who_and_why(self, officer, corrected):
        markup = officer.reads(corrected)
        struck = told("<main>" + "".join(re.findall(r"<del>.*?</del>", markup, re.DOTALL)) + "</main>")
        assert struck == "Was: Mend the &lt;b&gt;lamps&lt;/b&gt;"
        words = told(markup)
        assert "Now: Mend all lamps" in words
        assert "by Ambleford Council" in words
        assert "Why: Said &lt;i&gt;too&lt;/i&gt; little" in words

    def test_who_has_no_seat_reads_neither_the_old_words_nor_the_new(self, stranger, corrected):
        markup = stranger.reads(corrected)
        assert [word for word in ("lamps", "too", "little") if word in markup] == []
        assert "Words shown to members only" in markup

    def test_a_withdrawn_record_says_so_and_why(self, officer, steward, promised):
        record = promised["events"][0]["event_id"]
        steward.records(f"/v1/records/{record}/withdrawals", reasons="Nobody said that")
        words = told(officer.reads(f"/records/{record}"))
        assert "This record was withdrawn on" in words
        assert "Why: Nobody said that" in words

    def test_a_record_leads_to_the_rest_of_its_story(self, officer, neighbourhood, promised):
        commitment = promised["created"]["commitment"][0]
        reported = neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments/{commitment}/reports",
            claimed_by=neighbourhood.council,
            happened="2026-03-01",
        )
        report = reported["events"][0]["event_id"]
        assert f'href="/records/{report}"' in officer.reads(f"/records/{promised['events'][0]['event_id']}")
        words = told(officer.reads(f"/records/{report}"))
        assert "Ambleford Council promised Mill Lane Residents, by 1 March 2026: Mend the" in words

    def test_no_record_is_a_page_that_is_not_found(self, officer):
        assert officer.gets("/records/0b9b5c8e-0000-4000-8000-000000000000").status_code == 404


AGREED = {"agreed-day": "1", "agreed-month": "2", "agreed-year": "2026", "who": "all", "covers": "Names of <members>"}


class TestDataSharing:
    def test_recording_an_arrangement_takes_the_banner_away(self, officer, board):
        assert "No data-sharing arrangement is recorded" in officer.reads(board)
        answer = officer.sends(f"{board}/data-sharing", AGREED)
        assert answer.status_code == 303, answer.text
        assert "No data-sharing arrangement" not in officer.reads(board)
        words = told(officer.reads(answer.headers["Location"]))
        assert "The data-sharing arrangement is recorded." in words
        assert "Agreed 1 February 2026 Between All members What it covers Names of &lt;members&gt;" in words

    def test_the_banner_of_a_day_before_it_was_agreed_stands(self, officer, board):
        officer.sends(f"{board}/data-sharing", AGREED)
        before = officer.reads(board, **{"stood-on": "2026-01-31"})
        assert "No data-sharing arrangement is recorded" in before

    def test_an_arrangement_of_some_members_names_them(self, officer, board, neighbourhood):
        some = {**AGREED, "who": "some", "between": [neighbourhood.council, neighbourhood.group]}
        assert officer.sends(f"{board}/data-sharing", some).status_code == 303
        assert "Between Ambleford Council, Mill Lane Residents" in told(officer.reads(f"{board}/data-sharing"))

    def test_sent_twice_it_is_recorded_once(self, officer, board, services):
        key = officer.hidden(f"{board}/data-sharing")["key"]
        for _ in range(2):
            assert officer.sends(f"{board}/data-sharing", AGREED, key=key).status_code == 303
        assert officer.reads(f"{board}/data-sharing").count("The record of it") == 1
        assert services.recorder.head().position

    def test_what_is_missing_is_named_at_its_field_and_what_was_entered_stays(self, officer, board):
        answer = officer.sends(f"{board}/data-sharing", **{"agreed-day": "1", "whereabouts": "The safe"})
        assert answer.status_code == 422
        for words in (
            "The day it was agreed must include a month and year",
            "Enter what it covers",
            "Choose who agreed",
        ):
            assert answer.text.count(words) == 2
        assert 'value="The safe"' in answer.text

    def test_one_body_alone_agrees_with_nobody(self, officer, board, neighbourhood):
        alone = {**AGREED, "who": "some", "between": [neighbourhood.council]}
        answer = officer.sends(f"{board}/data-sharing", alone)
        assert answer.status_code == 422
        assert "Name two or more organisations" in answer.text

    def test_who_has_no_seat_sees_no_form_and_no_words(self, officer, stranger, board):
        officer.sends(f"{board}/data-sharing", AGREED)
        markup = stranger.reads(f"{board}/data-sharing")
        assert "<form" not in markup.partition("<main")[2].partition("</main")[0]
        assert "Names of" not in markup
        assert "Words shown to members only" in markup


class TestReply:
    def test_a_reply_is_printed_with_the_figure(self, officer, board, neighbourhood):
        answer = officer.sends(
            f"{board}/reply", figure="keeping-promises", body=neighbourhood.council, words="The inquiry held us up"
        )
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"].endswith("?aspect=keeping-promises#trust")
        replies = neighbourhood.resident.reads(f"{neighbourhood.path}/timeline", family="records")["data"]
        assert replies[-1]["sentence"] == "Ambleford Council replied to a figure: The inquiry held us up"

    def test_a_reply_to_a_dimension_of_health_is_kept_with_it(self, officer, board, neighbourhood):
        answer = officer.sends(f"{board}/reply", figure="H4", body=neighbourhood.council, words="We were few")
        assert answer.headers["Location"] == f"{board}#health"

    def test_an_email_address_in_a_reply_is_pointed_out_and_then_let_go(self, officer, board, neighbourhood):
        fields = {"figure": "H4", "body": neighbourhood.council, "words": "Write to ann@example.org"}
        answer = officer.sends(f"{board}/reply", fields)
        assert (answer.status_code, answer.text.count("This looks like an email address")) == (200, 1)
        hidden = dict(HIDDEN.findall(answer.text))
        receipt = officer.client.post(f"{board}/reply", data={**hidden, **fields}, headers={"Origin": officer.origin})
        assert receipt.status_code == 303

    def test_nobody_replies_for_another(self, officer, board, neighbourhood):
        answer = officer.sends(f"{board}/reply", figure="H4", body=neighbourhood.group, words="We were few")
        assert answer.status_code in {403, 422}

    def test_who_has_no_seat_is_offered_no_reply(self, visitors, people, steward, board):
        elsewhere = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
        assert visitors(people(Scope.RECORD, elsewhere)).gets(f"{board}/reply").status_code == 403

    def test_a_reply_gone_back_to_and_changed_is_kept_and_said_not_to_be_recorded(self, officer, board, neighbourhood):
        fields = {**officer.hidden(f"{board}/reply"), "figure": "H4", "body": neighbourhood.council}
        first, second = (
            officer.client.post(f"{board}/reply", data=fields | {"words": words}, headers={"Origin": officer.origin})
            for words in ("We were few", "We were ill")
        )
        assert first.status_code == 303
        assert second.status_code == 422
        assert "We were ill" in second.text
        assert "This form was recorded before, with other answers." in second.text

    def test_an_empty_reply_is_asked_for_again(self, officer, board):
        answer = officer.sends(f"{board}/reply", figure="no-such")
        assert answer.status_code == 422
        assert "Choose the figure that you reply to" in answer.text
        assert "Enter the reply" in answer.text

    def test_who_may_only_read_replies_to_nothing(self, stranger, board):
        assert stranger.gets(f"{board}/reply").status_code == 403


def test_figures_lead_to_what_they_mean_by_the_method_in_force_here(officer, board, neighbourhood):
    markup = officer.reads(board)
    for topic in ("trust", "health"):
        address = f"/help/{topic}?partnership={neighbourhood.partnership}"
        assert f'href="{address}"' in markup
        assert "which this partnership uses" in officer.reads(address)


def test_why_a_figure_moved_before_there_was_a_calendar_is_no_page(officer, board, neighbourhood):
    query = {"aspect": "keeping-promises", "body": neighbourhood.council}
    for day in ("0001-01-01", "0002-01-01"):
        assert officer.gets(f"{board}/why", **query, **{"stood-on": day}).status_code in {400, 404}


def test_a_page_speaks_of_one_state_of_the_log(officer, neighbourhood, monkeypatch):
    heads = []
    head = LogRecorder.head
    monkeypatch.setattr(LogRecorder, "head", lambda log: heads.append(log) or head(log))
    officer.reads(f"/partnerships/{neighbourhood.partnership}")
    assert len(heads) == 1

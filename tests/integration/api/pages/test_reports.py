"""Reports: reviews registered by a form, frozen, made again, compared and taken away; figures side by side."""

import re
import time

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import meeting

pytestmark = pytest.mark.usefixtures("at_work")
PATIENCE_S = 60
REGISTERED = {
    "question": "Do promises hold?",
    "starts-day": "1",
    "starts-month": "3",
    "starts-year": "2026",
    "ends-day": "31",
    "ends-month": "12",
    "ends-year": "2999",
    "outcomes": "Promises kept\nAsks answered",
}
FROZEN = {"do": "freeze", "frozen-day": "30", "frozen-month": "4", "frozen-year": "2026"}


@pytest.fixture
def evaluator(steward, people, visitors):
    body = steward.records("/v1/parties", name="An Observatory", kind="other-body", happened="2020")
    return visitors(people(Scope.RECORD, body["created"]["party"][0]))


@pytest.fixture
def reader_of_reports(visitors, people):
    return visitors(people(Scope.READ))


@pytest.fixture
def review(evaluator, neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    answer = evaluator.sends("/reports/new", REGISTERED, cohort=[neighbourhood.partnership])
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def sent(visitor, review, fields):
    """Send one of the forms of a review; gives the address of its job."""
    markup = visitor.reads(review)
    token = re.search(r'name="form_token" value="([^"]+)"', markup)[1]
    forms = re.findall(r'name="do" value="(\w+)"><input type="hidden" name="key" value="([^"]+)"', markup)
    data = {"form_token": token, "key": dict(forms)[fields["do"]], **fields}
    return visitor.client.post(review, data=data, headers={"Origin": visitor.origin})


def ended(visitor, answer):
    """Wait until the job that an answer leads to has ended; gives its page."""
    assert answer.status_code == 303, answer.text
    until = time.monotonic() + PATIENCE_S
    while "See how far it has come" in (markup := visitor.reads(answer.headers["Location"])):
        assert time.monotonic() < until, markup
        time.sleep(0.05)
    return markup


def digest_in(markup):
    return re.search(r"<code>([0-9a-f]{64})</code>", markup)[1]


def test_a_review_is_registered_and_listed_with_its_days(reader_of_reports, review, neighbourhood):
    assert f'href="{review}">Do promises hold?' in reader_of_reports.reads("/reports")
    markup = reader_of_reports.reads(review)
    assert "1 March 2026 to 31 December 2999" in markup
    assert "Promises kept, Asks answered" in markup
    assert f'href="/partnerships/{neighbourhood.partnership}">Mill Lane Board' in markup


def test_what_is_missing_is_named_at_its_field(evaluator):
    answer = evaluator.sends("/reports/new", **{"starts-day": "1", "starts-month": "3"})
    assert answer.status_code == 422
    for words in (
        "Enter the question",
        "Choose the partnerships that the review is about",
        "The first day must include a year",
        "Enter the last day",
    ):
        assert answer.text.count(words) == 2, words


def test_days_that_are_over_are_reviewed_by_saying_so(evaluator, neighbourhood):
    over = {**REGISTERED, "ends-year": "2026", "ends-month": "3", "cohort": [neighbourhood.partnership]}
    answer = evaluator.sends("/reports/new", over)
    assert answer.status_code == 422
    assert answer.text.count('href="#ends-day"') == 1
    assert evaluator.sends("/reports/new", over, retrospective="yes").status_code == 303


def test_tables_are_frozen_cited_and_taken_away(evaluator, reader_of_reports, review):
    markup = ended(evaluator, sent(evaluator, review, FROZEN))
    digest = digest_in(markup)
    assert digest in reader_of_reports.reads(review)
    address = re.search(r'href="(/reports/jobs/[^"]+/files/[^"]+\.csv)"', markup)[1]
    table = reader_of_reports.gets(address)
    assert table.status_code == 200
    assert table.headers["Content-Disposition"].startswith("attachment;")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert reader_of_reports.gets(address + "x").status_code == 404


def test_tables_made_again_are_the_same_to_the_byte(evaluator, review):
    digest = digest_in(ended(evaluator, sent(evaluator, review, FROZEN)))
    assert "The same to the byte" in ended(evaluator, sent(evaluator, review, {"do": "again", "one": digest}))


def test_two_sets_of_tables_are_compared(evaluator, review, neighbourhood):
    one = digest_in(ended(evaluator, sent(evaluator, review, FROZEN)))
    again = {"happened": "2026-04-02", "kind": "meeting", "participants": [{"party": neighbourhood.council}]}
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **again)
    other = digest_in(ended(evaluator, sent(evaluator, review, FROZEN)))
    same = sent(evaluator, review, {"do": "compare", "one": one, "other": one})
    assert (same.status_code, same.text.count("Choose two different sets of tables")) == (422, 2)
    markup = ended(evaluator, sent(evaluator, review, {"do": "compare", "one": one, "other": other}))
    assert "Tables compared" in markup
    assert "cell" in markup


def test_sent_twice_a_form_begins_one_job(evaluator, review):
    key = "00000000-0000-4000-8000-000000000001"
    first, again = (sent(evaluator, review, {**FROZEN, "key": key}) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    ended(evaluator, again)


def test_who_did_not_register_it_sees_no_form_and_may_not_send_one(officer, review):
    assert "Freeze tables" not in officer.reads(review)
    token = re.search(r'name="form_token" value="([^"]+)"', officer.reads("/sign-out"))[1]
    data = {"form_token": token, "key": "a-key-of-mine", **FROZEN}
    assert officer.client.post(review, data=data, headers={"Origin": officer.origin}).status_code == 403


class TestWhatIf:
    @pytest.fixture
    def comparison(self, neighbourhood):
        """Promises to residents that were kept, enough to say something."""
        for month in range(1, 9):
            promise = neighbourhood.officer.records(
                f"{neighbourhood.path}/commitments",
                promisers=[neighbourhood.council],
                promisees=[neighbourhood.group],
                text="Mend a lamp",
                happened=f"2026-0{month}-01",
                due=f"2026-0{month}-20",
            )
            commitment = promise["created"]["commitment"][0]
            path = f"{neighbourhood.path}/commitments/{commitment}"
            neighbourhood.officer.records(
                f"{path}/reports", claimed_by=neighbourhood.council, happened=f"2026-0{month}-10"
            )
            neighbourhood.resident.records(
                f"{path}/confirmations", confirmed_by=neighbourhood.group, happened=f"2026-0{month}-12"
            )
        return f"/partnerships/{neighbourhood.partnership}/what-if"

    def test_figures_stand_side_by_side_each_with_its_range_and_count(self, officer, comparison):
        markup = officer.reads(comparison, fading=["90", "infinite"], weight="2")
        headings = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', markup)[1:5]
        assert headings == ["As it stands", "Half after 90 days", "Nothing fades", "What went wrong counts twice"]
        row = re.search(r'<th scope="row"[^>]*>Ambleford Council: keeping promises.*?</tr>', markup, re.DOTALL)[0]
        cells = re.findall(r"<td[^>]*>([^<]+)</td>", row)
        assert len(cells) == len(headings)
        figure = r"\d+ in 100, likely range \d+ to \d+(; some to go on)?, on about \d+"
        assert all(re.fullmatch(figure, each) for each in cells), cells
        assert len(set(cells)) > 1

    def test_without_a_body_its_promises_are_none(self, officer, comparison, neighbourhood):
        markup = officer.reads(comparison, without=neighbourhood.council)
        assert "Without Ambleford Council" in markup

    def test_nothing_is_worked_out_before_anything_is_chosen(self, officer, comparison):
        assert "<table" not in officer.reads(comparison)

    def test_the_reports_page_leads_there(self, officer, comparison, neighbourhood):
        answer = officer.gets("/reports", partnership=neighbourhood.partnership)
        assert (answer.status_code, answer.headers["Location"]) == (303, comparison)


def test_a_job_that_failed_says_why(evaluator, reader_of_reports, review, monkeypatch):
    def broken(*_):
        raise OSError

    monkeypatch.setattr("api.jobs.review_work.make_extract", broken)
    markup = ended(evaluator, sent(evaluator, review, FROZEN))
    assert "Not done: it could not be made (OSError)" in markup
    assert "Not done:" in reader_of_reports.reads(review)

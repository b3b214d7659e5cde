"""A resident's link in a real browser: from the message to the answer, on a telephone, a tablet and at a desk."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from playwright.sync_api import expect

from api.access.keys import Scope
from scripts.demonstration.stories.habits import CastPart
from tests.support.form_hands import press
from tests.support.walked_page import WIDTHS, looked_over, open_page

PROMISE = "/answer/promise"
WORDS = "We will paint the shop fronts by Tanyard Road"
NOT_HERE = "This page opens only in the browser in which its link was opened"
AT_EVERY_WIDTH = pytest.mark.parametrize("width", WIDTHS)


@pytest.fixture(scope="module")
def steward(site):
    """A client of the API for the account that looks after the record."""
    headers = {"Authorization": f"Bearer {site.key(Scope.STEWARD)}"}
    with httpx2.Client(base_url=site.base, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def link(site, steward):
    """A link to a promise of the council's to a residents' body, reported done."""
    council, residents = site.board.bodies[CastPart.DISTRICT].id, site.board.bodies[CastPart.FORUM].id
    path = f"/v1/partnerships/{site.board.partnership_id}/commitments"

    def posted(address, key=None, **body):
        headers = {"Idempotency-Key": str(uuid4())} | ({} if key is None else {"Authorization": f"Bearer {key}"})
        answer = steward.post(address, headers=headers, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    officer = site.key(Scope.RECORD, council)
    promise = {
        "promisers": [str(council)],
        "promisees": [str(residents)],
        "due": "2026-03-31",
        "happened": "2026-02-01",
    }
    (commitment,) = posted(path, officer, text="We will paint the shop fronts by Tanyard Road", **promise)["created"][
        "commitment"
    ]
    posted(f"{path}/{commitment}/reports", officer, claimed_by=str(council), done="2026-03-02", happened="2026-03-02")
    return posted(f"{path}/{commitment}/answer-links", asked=str(residents))


@pytest.fixture
def telephone(chromium, site):
    """A browser that nobody has signed in with, as wide as is asked, with scripts or without."""
    opened = []

    def at(width=WIDTHS[0], *, scripts=True):
        opened.append(open_page(chromium, site.base, width=width, java_script_enabled=scripts, reduced_motion="reduce"))
        return opened[-1]

    yield at
    for page in opened:
        page.context.close()


@contextmanager
def addresses_of(page):
    """Every address that a browser asks for, with what it tells of where it comes from."""
    asked = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    yield asked


@AT_EVERY_WIDTH
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_resident_opens_the_link_and_confirms(telephone, link, width, scripts, recorded):
    page = telephone(width, scripts=scripts)
    with addresses_of(page) as asked:
        if scripts:
            page.goto(f"/answer#{link['code']}")
            page.wait_for_url(f"**{PROMISE}")
        else:
            page.goto(f"/answer#{link['code']}")
            page.get_by_label("The code in your message").fill(link["code"].lower())
            press(page, "Open")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Did .* keep this promise[?]$"))
        expect(page.get_by_role("main")).to_contain_text(WORDS)
        if scripts:
            assert looked_over(page) == {}
            page.set_viewport_size({"width": width, "height": 900})
        press(page, "Send answer")
        expect(page).to_have_title(re.compile("^Error: "))
        page.get_by_label("Yes, it was done").check()
        page.get_by_label("Add your words (optional)").fill("It looks well")
        press(page, "Send answer")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert recorded() == ["fulfilment-confirmed", "commitment-remarked"]
    assert page.get_by_role("navigation").get_by_role("link").all_inner_texts() == ["Help"]
    letters = link["code"].split("-")[-1]
    told = [(address, referer) for address, referer in asked if letters in address.partition("#")[0] + referer]
    assert told == []
    assert {referer for _, referer in asked} == {""}


@AT_EVERY_WIDTH
@pytest.mark.parametrize(
    ("answer", "words", "events"),
    [
        ("No, it was not so", "", ["fulfilment-disputed"]),
        ("Part of it was done", "", ["fulfilment-confirmed"]),
        ("I cannot say", "Ask the shops", ["commitment-remarked"]),
    ],
)
def test_a_resident_says_that_it_was_not_so_or_in_part_or_adds_words(
    telephone, link, width, answer, words, events, recorded
):
    page = telephone(width)
    page.goto(f"/answer#{link['code']}")
    page.wait_for_url(f"**{PROMISE}")
    share = page.get_by_label("If part of it was done: how much?")
    expect(share).to_be_hidden()
    page.get_by_role("radio", name=answer).check()
    if answer.startswith("Part"):
        expect(share).to_be_visible()
        share.select_option("About half")
    page.get_by_label("Add your words (optional)").fill(words)
    press(page, "Send answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert looked_over(page) == {}
    assert recorded() == events


@AT_EVERY_WIDTH
def test_a_link_that_was_used_run_out_withdrawn_or_forwarded_says_so(telephone, site, link, width):
    page, friend = telephone(width), telephone(width)
    page.goto(f"/answer#{link['code']}")
    page.wait_for_url(f"**{PROMISE}")
    friend.goto(page.url)  # the address of the page, forwarded
    expect(friend.get_by_role("main")).to_contain_text(
        "This page opens only in the browser in which its link was opened"
    )
    assert looked_over(friend) == {}
    friend.get_by_label("The code in your message").fill("A1B2C")
    press(friend, "Open")
    expect(friend).to_have_title(re.compile("^Error: "))
    assert looked_over(friend) == {}
    link_id = UUID(link["entry"]["link_id"])
    change = "UPDATE api.answer_link SET expires_at = %s, ended_at = %s, ended_as = %s WHERE link_id = %s"
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)
    ends = {
        "This link has run out": (now, None, None),
        "This link was withdrawn": (later, now, "withdrawn"),
        "This link has been used": (later, now, "used"),
    }
    for words, end in ends.items():
        with psycopg.connect(site.services.dsn) as connection:
            connection.execute(change, (*end, link_id))
        page.goto(PROMISE)
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        expect(page.get_by_role("main")).to_contain_text("Ask your board for another.")
        assert looked_over(page) == {}


def test_somebody_else_gives_the_link_back(telephone, steward, site, link, recorded):
    page = telephone()
    page.goto(f"/answer#{link['code']}")
    page.wait_for_url(f"**{PROMISE}")
    page.get_by_role("link", name="I am not the right person").click()
    assert looked_over(page) == {}
    press(page, "Give the link back")
    expect(page.get_by_role("main")).to_contain_text("opens nothing any more")
    links = steward.get(f"/v1/partnerships/{site.board.partnership_id}/answer-links").json()["data"]
    assert [each["state"] for each in links if each["link_id"] == link["entry"]["link_id"]] == ["returned"]
    assert recorded() == []

"""Links in mail: each does the one thing that it was made for, and opens nothing else."""

from uuid import uuid4

import pytest

from api.reading.mail_links import (
    CONFIRM,
    STOP,
    STOP_NEWS,
    confirmed_by,
    confirming_link,
    news_stopped_by,
    stopped_by,
    stopping_link,
    stopping_news_link,
)

LINKS = {
    CONFIRM: lambda services: confirming_link(services, uuid4(), uuid4()),
    STOP: lambda services: stopping_link(services, uuid4()),
    STOP_NEWS: lambda services: stopping_news_link(services, uuid4()),
}
READERS = {CONFIRM: confirmed_by, STOP: stopped_by, STOP_NEWS: news_stopped_by}


def token_of(services, kind):
    return LINKS[kind](services).rpartition("/")[2]


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_is_read_as_what_it_is_and_as_nothing_else(services, client, kind):
    token = token_of(services, kind)
    assert [reader for reader, read in READERS.items() if read(services, token) is not None] == [kind]
    for other in LINKS.keys() - {kind}:
        assert client.get(f"{other}/{token}").status_code == 410


@pytest.mark.parametrize("kind", [STOP, STOP_NEWS])
def test_a_form_in_parts_that_is_no_click_of_a_program_needs_to_have_been_shown(services, client, kind):
    address = f"{kind}/{token_of(services, kind)}"
    assert client.post(address, files={"form_token": (None, "made up")}).status_code == 403
    assert client.post(address, files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200


@pytest.mark.parametrize("kind", LINKS)
def test_a_page_of_a_link_tells_its_address_to_no_other_site_and_is_not_kept(services, client, kind):
    answer = client.get(f"{kind}/{token_of(services, kind)}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}

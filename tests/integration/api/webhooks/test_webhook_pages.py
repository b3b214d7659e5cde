"""Webhooks at the pages: made, looked at, paused, given a new secret and ended by whoever they belong to."""

import re

import pytest

from api.access.user_roles import UserRole
from tests.support.page_visitor import PageVisitor

AT = "/my-page/webhooks"


@pytest.fixture
def visitor(client, owner):
    return PageVisitor(client.app).signs_in(owner.key)


def secret_on(page):
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", page)


def test_one_is_made_and_its_secret_shown_once(visitor, owner):
    made = visitor.sends(AT, name="The reminder system", url="https://receiver.example/folkmoot").text
    assert len(secret_on(made)) == 1
    assert secret_on(visitor.gets(AT).text) == []
    (entry,) = owner.reads("/v1/me/webhooks")["data"]
    assert entry["name"] == "The reminder system"


def test_what_is_wrong_stands_at_its_field(visitor, owner):
    page = visitor.sends(AT, name="A system", url="https://10.0.0.7/").text
    assert "There is a problem" in page
    assert "network that is not public" in page
    assert owner.reads("/v1/me/webhooks")["data"] == []


def test_it_is_paused_resumed_given_a_new_secret_and_ended(visitor, owner, hook):
    webhook = hook()
    address = f"{AT}/{webhook.webhook_id}"
    for act, stopped in (("pause", "paused"), ("resume", None), ("again", None)):
        assert visitor.sends(address, act=act).status_code in {200, 303}
        assert owner.reads("/v1/me/webhooks")["data"][0]["stopped"] == stopped
    assert len(secret_on(visitor.sends(address, act="secret").text)) == 1
    visitor.sends(address, act="end")
    assert owner.reads("/v1/me/webhooks")["data"][0]["stopped"] == "ended"
    assert "What you can do" not in visitor.gets(address).text


def test_nobody_elses_is_shown(access, client, hook):
    webhook = hook()
    other = PageVisitor(client.app).signs_in(access.holder(UserRole.STEWARD).key)
    assert other.gets(f"{AT}/{webhook.webhook_id}").status_code == 404

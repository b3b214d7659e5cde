"""Credentials that were good lately are known again, and memory holds nothing that opens anything."""

from api.limits import good_credentials
from api.limits.good_credentials import GoodCredentials


def test_a_credential_that_was_good_is_known_until_it_is_found_to_be_good_no_longer():
    good = GoodCredentials()
    assert "Bearer a" not in good
    good.add("Bearer a")
    assert "Bearer a" in good
    assert "Bearer b" not in good
    good.discard("Bearer a")
    good.discard("Bearer a")
    assert "Bearer a" not in good


def test_only_so_many_are_remembered_and_those_used_last(monkeypatch):
    monkeypatch.setattr(good_credentials, "_MOST", 3)
    good = GoodCredentials()
    for each in ("a", "b", "c", "a", "d"):
        good.add(each)
    assert [each in good for each in "abcd"] == [True, False, True, True]
    assert len(good) == 3


def test_the_text_of_a_credential_is_kept_nowhere():
    good = GoodCredentials()
    good.add("fm_secret")
    assert "fm_secret" not in repr(vars(good))

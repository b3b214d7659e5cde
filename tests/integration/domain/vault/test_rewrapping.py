"""A wrapping key is changed without opening a text: the new one opens everything, the old one nothing."""

import base64
from uuid import uuid4

import pytest

from domain.vault import (
    Erased,
    OpeningRequest,
    SealBroken,
    Vault,
    WrappingKey,
    WrongWrappingKey,
    load_wrapping_keys,
    rewrap,
)
from tests.support.destruction_events import forget, take_out
from tests.support.word_readers import opened_over

ONE, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def test_of_several_keys_the_first_wraps_and_the_others_still_open(writer):
    keys = load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY": f"{OTHER} {ONE}"})
    event_id = uuid4()
    sealed, row = Vault(WrappingKey(b"\x01" * 32)).seal(event_id, "note", "before", frozenset())
    vault = Vault(*keys)
    vault.keep(writer.cursor(), [row])
    assert opened_over(vault, writer.cursor(), [OpeningRequest(event_id, "note", sealed)]) == ["before"]
    assert vault.seal(event_id, "note", "after", frozenset())[1].wrapping_key_id == keys[0].key_id


@pytest.fixture
def requests(vault, writer):
    requests = []
    for n in range(5):
        event_id = uuid4()
        sealed, row = vault.seal(event_id, "note", f"text {n}", frozenset({uuid4()}))
        vault.keep(writer.cursor(), [row])
        requests.append(OpeningRequest(event_id, "note", sealed))
    return requests


def test_after_rewrapping_the_new_key_opens_everything_and_the_old_one_nothing(
    vault, wrapping_key, writer, owner, log, requests
):
    new = WrappingKey.generate()
    forget(log, vault, writer.cursor(), uuid4())
    take_out(log, vault, writer.cursor(), requests[4].sealed.key_id)
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 4
    opened = opened_over(Vault(new), writer.cursor(), requests)
    assert opened[:4] == [f"text {n}" for n in range(4)]
    assert isinstance(opened[4], Erased)
    with pytest.raises(WrongWrappingKey):
        opened_over(vault, writer.cursor(), requests)
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 0


def test_rewrapping_goes_through_more_keys_than_one_batch(vault, wrapping_key, writer, owner):
    rows = [vault.seal(uuid4(), "note", "", frozenset())[1] for _ in range(2_001)]
    vault.keep(writer.cursor(), rows)
    new = WrappingKey.generate()
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 2_001
    assert owner.execute("SELECT DISTINCT wrapping_key_id FROM vault.key").fetchall() == [(new.key_id,)]


def test_rewrapping_stops_whole_at_a_key_that_was_altered(vault, wrapping_key, writer, owner, requests):
    altered = requests[2].sealed.key_id
    owner.execute(
        "UPDATE vault.key SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE key_id = %s",
        (altered,),
    )
    with pytest.raises(SealBroken), owner.transaction():
        rewrap(owner.cursor(), wrapping_key, WrappingKey.generate())
    assert opened_over(vault, writer.cursor(), requests[:2]) == ["text 0", "text 1"]

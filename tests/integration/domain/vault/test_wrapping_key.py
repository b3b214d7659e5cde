"""The wrapping key comes from outside, shows nothing, and can be changed without opening a text."""

import base64
import threading
from uuid import uuid4

import pytest

from domain.vault import (
    Erased,
    OpeningRequest,
    SealBroken,
    Vault,
    WrappingKey,
    WrappingKeyInvalid,
    WrongWrappingKey,
    load_wrapping_keys,
    rewrap,
)
from tests.support.destruction_events import forget, take_out

ONE, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def names(keys):
    return [key.key_id for key in keys]


def test_the_key_is_taken_from_the_environment_or_from_the_file_it_names(tmp_path):
    file = tmp_path / "key"
    file.write_text(ONE + "\n")
    from_environment = load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY": ONE})
    file.chmod(0o640)
    from_file = load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY_FILE": str(file)})
    assert names(from_environment) == names(from_file) == names([WrappingKey(b"\x01" * 32)])


def test_of_several_keys_the_first_wraps_and_the_others_still_open(writer):
    keys = load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY": f"{OTHER} {ONE}"})
    event_id = uuid4()
    sealed, row = Vault(WrappingKey(b"\x01" * 32)).seal(event_id, "note", "before", frozenset())
    vault = Vault(*keys)
    vault.keep(writer.cursor(), [row])
    assert vault.open(writer.cursor(), [OpeningRequest(event_id, "note", sealed)]) == ["before"]
    assert vault.seal(event_id, "note", "after", frozenset())[1].wrapping_key_id == keys[0].key_id


@pytest.mark.parametrize("given", ["c2hvcnQ=", "not base64!", ONE + "A", f"{ONE} c2hvcnQ=", " ", "é"])
def test_a_key_that_cannot_be_used_is_refused_by_its_setting_and_not_shown(given, tmp_path):
    file = tmp_path / "key"
    file.write_text(given)
    for setting, value in (
        ("FOLKMOOT_WRAPPING_KEY", given),
        ("FOLKMOOT_WRAPPING_KEY_FILE", str(file)),
    ):
        with pytest.raises(WrappingKeyInvalid, match=f"{setting} must hold 32 random bytes") as refusal:
            load_wrapping_keys({setting: value})
        assert not given.strip() or given not in str(refusal.value)


def test_two_sources_or_none_are_refused(tmp_path):
    with pytest.raises(WrappingKeyInvalid, match="both set"):
        load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY": ONE, "FOLKMOOT_WRAPPING_KEY_FILE": "key"})
    with pytest.raises(WrappingKeyInvalid, match="no wrapping key is set"):
        load_wrapping_keys({})
    with pytest.raises(WrappingKeyInvalid, match="cannot read"):
        load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY_FILE": str(tmp_path / "absent")})


def test_a_secret_of_the_wrong_length_is_refused():
    with pytest.raises(WrappingKeyInvalid):
        WrappingKey(b"short")


def test_a_file_of_our_own_is_made_once_for_its_owner_alone(tmp_path):
    file = tmp_path / "wrapping.key"
    first = load_wrapping_keys({}, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert names(load_wrapping_keys({}, file)) == names(first)
    assert [each.name for each in tmp_path.iterdir()] == ["wrapping.key"]


def test_a_file_of_our_own_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "wrapping.key"
    load_wrapping_keys({}, file)
    file.chmod(0o640)
    with pytest.raises(WrappingKeyInvalid, match="0600"):
        load_wrapping_keys({}, file)


def test_a_named_file_that_everybody_may_read_is_refused(tmp_path):
    file = tmp_path / "wrapping.key"
    file.write_text(ONE)
    file.chmod(0o644)
    with pytest.raises(WrappingKeyInvalid, match="set its mode to 0600"):
        load_wrapping_keys({"FOLKMOOT_WRAPPING_KEY_FILE": str(file)})


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.extend(names(load_wrapping_keys({}, tmp_path / "wrapping.key"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["wrapping.key"]


def test_a_wrapping_key_shows_nothing_of_itself():
    secret = b"\x01" * 32
    for shown in (repr(WrappingKey(secret)), str(WrappingKey(secret)), f"{WrappingKey(secret)}"):
        assert shown == "WrappingKey(...)"


@pytest.fixture
def kept(vault, writer):
    requests = []
    for n in range(5):
        event_id = uuid4()
        sealed, row = vault.seal(event_id, "note", f"text {n}", frozenset({uuid4()}))
        vault.keep(writer.cursor(), [row])
        requests.append(OpeningRequest(event_id, "note", sealed))
    return requests


def test_after_rewrapping_the_new_key_opens_everything_and_the_old_one_nothing(
    vault, wrapping_key, writer, owner, log, kept
):
    new = WrappingKey.generate()
    forget(log, vault, writer.cursor(), uuid4())
    take_out(log, vault, writer.cursor(), kept[4].sealed.key_id)
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 4
    opened = Vault(new).open(writer.cursor(), kept)
    assert opened[:4] == [f"text {n}" for n in range(4)]
    assert isinstance(opened[4], Erased)
    with pytest.raises(WrongWrappingKey):
        vault.open(writer.cursor(), kept)
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 0


def test_rewrapping_goes_through_more_keys_than_one_batch(vault, wrapping_key, writer, owner):
    rows = [vault.seal(uuid4(), "note", "", frozenset())[1] for _ in range(2_001)]
    vault.keep(writer.cursor(), rows)
    new = WrappingKey.generate()
    with owner.transaction():
        assert rewrap(owner.cursor(), wrapping_key, new) == 2_001
    assert owner.execute("SELECT DISTINCT wrapping_key_id FROM vault.key").fetchall() == [(new.key_id,)]


def test_rewrapping_stops_whole_at_a_key_that_was_altered(vault, wrapping_key, writer, owner, kept):
    altered = kept[2].sealed.key_id
    owner.execute(
        "UPDATE vault.key SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE key_id = %s",
        (altered,),
    )
    with pytest.raises(SealBroken), owner.transaction():
        rewrap(owner.cursor(), wrapping_key, WrappingKey.generate())
    assert vault.open(writer.cursor(), kept[:2]) == ["text 0", "text 1"]

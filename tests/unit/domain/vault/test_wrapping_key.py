"""The wrapping key comes from outside, shows nothing, and can be changed without opening a text."""

import base64
import threading

import pytest

from domain.vault import (
    WrappingKey,
    WrappingKeyInvalid,
    load_wrapping_keys,
)

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


@pytest.mark.parametrize("text", ["c2hvcnQ=", "not base64!", ONE + "A", f"{ONE} c2hvcnQ=", " ", "é"])
def test_a_key_that_cannot_be_used_is_refused_by_its_setting_and_not_shown(text, tmp_path):
    file = tmp_path / "key"
    file.write_text(text)
    for setting, value in (
        ("FOLKMOOT_WRAPPING_KEY", text),
        ("FOLKMOOT_WRAPPING_KEY_FILE", str(file)),
    ):
        with pytest.raises(WrappingKeyInvalid, match=f"{setting} must hold 32 random bytes") as refusal:
            load_wrapping_keys({setting: value})
        assert not text.strip() or text not in str(refusal.value)


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
    key_ids = []
    threads = [
        threading.Thread(target=lambda: key_ids.extend(names(load_wrapping_keys({}, tmp_path / "wrapping.key"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(key_ids) == 8
    assert len(set(key_ids)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["wrapping.key"]


def test_a_wrapping_key_shows_nothing_of_itself():
    secret = b"\x01" * 32
    for representation in (repr(WrappingKey(secret)), str(WrappingKey(secret)), f"{WrappingKey(secret)}"):
        assert representation == "WrappingKey(...)"

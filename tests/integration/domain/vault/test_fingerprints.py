"""A repeated command is told from a different one, until somebody it named is forgotten."""

from uuid import uuid4

import pytest

from domain.events.envelope import Fingerprint
from domain.values import Sealed
from domain.vault import Erased, KeyLost, OpeningRequest, SealBroken, Vault, WrappingKey, WrongWrappingKey
from tests.support.destruction_events import forget
from tests.support.word_readers import opened_over

PAYLOAD = b'{"note": "of Ann"}'
NOBODY = frozenset()


def fingerprint_and_keep(vault, writer, *subjects):
    fingerprint, row = vault.new_fingerprint(PAYLOAD, frozenset(subjects))
    vault.keep(writer.cursor(), [row])
    return fingerprint


def test_the_same_command_matches_and_another_does_not(vault, writer):
    fingerprint = fingerprint_and_keep(vault, writer, uuid4())
    assert vault.fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD) is True
    assert vault.fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD + b" ") is False


def test_a_fingerprint_goes_with_any_subject_of_its_command(vault, writer, log):
    ann, ben, why = uuid4(), uuid4(), uuid4()
    fingerprint = fingerprint_and_keep(vault, writer, ann, ben)
    assert forget(log, vault, writer.cursor(), ben, why) == 1
    answer = vault.fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD)
    assert isinstance(answer, Erased)
    assert answer.event_id == why


def test_a_command_that_names_nobody_needs_no_key_of_its_own(vault, writer):
    fingerprint, row = vault.new_fingerprint(PAYLOAD, NOBODY)
    assert row is None
    assert vault.fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD) is True
    assert vault.fingerprint_matches(writer.cursor(), fingerprint, b"other") is False


def test_such_a_fingerprint_is_known_while_its_wrapping_key_is_given(vault, writer, wrapping_key):
    vault.introduce(writer.cursor())
    fingerprint, _ = vault.new_fingerprint(PAYLOAD, NOBODY)
    new = WrappingKey.generate()
    assert Vault(new, wrapping_key).fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD) is True
    with pytest.raises(WrongWrappingKey, match="Nothing is lost"):
        Vault(new).fingerprint_matches(writer.cursor(), fingerprint, PAYLOAD)


def test_a_fingerprint_under_an_unknown_key_is_lost(vault, writer):
    with pytest.raises(KeyLost):
        vault.fingerprint_matches(writer.cursor(), Fingerprint(uuid4(), bytes(32)), PAYLOAD)


def test_a_fingerprint_key_opens_no_text(vault, writer):
    fingerprint = fingerprint_and_keep(vault, writer, uuid4())
    with pytest.raises(SealBroken, match="a key in the vault"):
        opened_over(vault, writer.cursor(), [OpeningRequest(uuid4(), "note", Sealed(fingerprint.key_id, bytes(40)))])

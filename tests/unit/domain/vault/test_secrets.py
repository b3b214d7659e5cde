"""Seals, keys and fingerprints show nothing of a text, and are never the same twice."""

import traceback
from uuid import UUID, uuid4

import pytest

from domain.vault import UnsealableText, Vault, WrappingKey

NOBODY: frozenset[UUID] = frozenset()
TEXT = "Ms Quillfeather asked about the damp"


@pytest.fixture
def vault():
    return Vault(WrappingKey.generate())


def test_the_same_text_sealed_twice_shares_neither_key_nor_ciphertext(vault):
    event_id = uuid4()
    (one, one_row), (other, other_row) = (vault.seal(event_id, "note", TEXT, NOBODY) for _ in range(2))
    assert one.key_id != other.key_id
    assert one.box != other.box
    assert one_row.wrapped != other_row.wrapped


def test_a_text_that_is_not_unicode_is_refused_without_being_shown(vault):
    with pytest.raises(UnsealableText) as refusal:
        vault.seal(uuid4(), "note", TEXT + "\ud800", NOBODY)
    assert refusal.value.__context__ is None
    assert "Quillfeather" not in "".join(traceback.format_exception(refusal.value))


def test_two_fingerprints_of_one_command_that_names_somebody_look_different(vault):
    subjects = frozenset({uuid4()})
    one, other = (vault.new_fingerprint(TEXT.encode(), subjects)[0] for _ in range(2))
    assert one.mac != other.mac


def test_no_representation_shows_a_text_or_a_subject(vault):
    subject = uuid4()
    sealed, row = vault.seal(uuid4(), "note", TEXT, frozenset({subject}))
    fingerprint, _ = vault.new_fingerprint(TEXT.encode(), frozenset({subject}))
    for thing in (vault, sealed, row, fingerprint):
        representation = repr(thing) + str(thing)
        assert "Quillfeather" not in representation
        assert str(subject) not in representation
        assert repr(row.wrapped) not in representation

"""The envelope of an event, as stored."""

from uuid import UUID

import msgspec

from domain.events.envelope import Envelope, decode_envelope, encode_envelope
from domain.vocabulary import Assurance, Side

PLAIN = Envelope(command_id=UUID(int=1), operation="record-interaction", actor=UUID(int=2), recorded_by=Side.RESIDENTS)
STORED_BEFORE_ASSURANCE = bytes.fromhex(
    "84aa636f6d6d616e645f6964c41000000000000000000000000000000001"
    "a96f7065726174696f6eb27265636f72642d696e746572616374696f6e"
    "a56163746f72c41000000000000000000000000000000002"
    "ab7265636f726465645f6279a97265736964656e7473"
)


def test_an_envelope_from_before_it_told_how_identity_was_assured_decodes_for_ever():
    assert decode_envelope(STORED_BEFORE_ASSURANCE) == PLAIN
    assert PLAIN.assurance is None


def test_one_that_tells_nothing_of_it_is_stored_as_ever():
    assert encode_envelope(PLAIN) == STORED_BEFORE_ASSURANCE


def test_each_way_in_which_identity_was_assured_is_stored_and_read_back():
    for assurance in Assurance:
        told = msgspec.structs.replace(PLAIN, assurance=assurance)
        assert decode_envelope(encode_envelope(told)) == told

"""Proofs of the log, checked as an auditor would: with a hash function and the RFC, and nothing of ours."""

import hashlib
from base64 import b64decode
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.user_roles import UserRole
from domain.log import log_proofs
from domain.log.log_proofs import LogProofs
from domain.proof.merkle import inclusion_proof, root_of
from tests.integration.api.test_a_meeting import meeting
from tests.integration.api.test_roles import Access, access

__all__ = ["access"]


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_by(proof) -> bytes:
    """The root that a proof leads to, by RFC 9162, section 2.1.3.2."""
    node, index = bytes.fromhex(proof["leaf_sha256"]), proof["index"]
    last = proof["checkpoint"]["size"] - 1
    assert index <= last
    for beside in map(bytes.fromhex, proof["path"]):
        assert last > 0
        if index % 2 or index == last:
            node = sha256(b"\x01", beside, node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01", node, beside)
        index, last = index // 2, last // 2
    assert last == 0
    return node


def root_over(leaves) -> bytes:
    """The root over leaves, by RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01", root_over(leaves[:split]), root_over(leaves[split:]))


@pytest.fixture
def auditor(access: Access):
    return access.holder(UserRole.AUDITOR)


@pytest.fixture
def records(neighbourhood):
    """The records of two meetings, and what came before them in the log."""
    path = f"{neighbourhood.path}/interactions"
    receipts = [neighbourhood.officer.records(path, **meeting(neighbourhood)) for _ in range(2)]
    return {event["event_id"]: event["position"] for receipt in receipts for event in receipt["events"]}


def test_an_auditor_proves_every_record_at_every_size_since(auditor, records):
    head = auditor.reads("/v1/checkpoint")["size"]
    for record, position in records.items():
        for size in range(position, head + 1):
            proof = auditor.reads(f"/v1/records/{record}/proof", size=size)
            checkpoint = auditor.reads("/v1/checkpoint", size=size)
            assert proof["checkpoint"] == checkpoint
            assert proof["index"] == position - 1
            assert root_by(proof).hex() == checkpoint["root_sha256"]


def test_the_root_of_the_checkpoint_is_that_over_all_leaves(auditor, services, records):
    assert records
    checkpoint = auditor.reads("/v1/checkpoint")
    with services.recorder.connections.borrow() as connection:
        rows = connection.execute("SELECT leaf FROM log.event ORDER BY position").fetchall()
    leaves = [leaf for (leaf,) in rows]
    assert checkpoint["size"] == len(leaves)
    assert root_over(leaves).hex() == checkpoint["root_sha256"]


def test_a_checkpoint_is_written_as_the_format_says(auditor, records):
    assert records
    checkpoint = auditor.reads("/v1/checkpoint")
    origin, size, root, rest = checkpoint["text"].split("\n")
    assert origin == f"folkmoot/{checkpoint['log_id']}"
    assert (int(size), rest) == (checkpoint["size"], "")
    assert b64decode(root, validate=True).hex() == checkpoint["root_sha256"]


def test_a_proof_shows_no_words_and_the_auditor_reads_none(auditor, records):
    record = next(iter(records))
    text = auditor.get(f"/v1/records/{record}/proof").text
    assert "playground" not in text
    assert "Spring board" not in text
    assert auditor.get(f"/v1/records/{record}").status_code == 403


def test_a_record_is_not_proven_at_a_size_before_it_nor_beyond_the_log(auditor, records):
    record, position = max(records.items(), key=lambda each: each[1])
    head = auditor.reads("/v1/checkpoint")["size"]
    assert auditor.get(f"/v1/records/{record}/proof", size=position - 1).status_code == 400
    assert auditor.get("/v1/checkpoint", size=head + 1).status_code == 400
    assert auditor.get(f"/v1/records/{record}/proof", size=head + 1).status_code == 400
    assert auditor.get(f"/v1/records/{uuid4()}/proof").status_code == 404


@given(size=st.integers(1, 70), data=st.data())
def test_proofs_made_by_blocks_are_those_made_of_all_leaves(size, data):
    leaves = [sha256(number.to_bytes(4)) for number in range(size)]
    position = data.draw(st.integers(1, size))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(log_proofs, "_BLOCK", 4)
        patched.setattr(log_proofs, "read_leaves", lambda _, low, high: leaves[low:high])
        proofs = LogProofs(None)
        for _ in range(2):  # once anew, once from memory
            proof = proofs.of(position, size)
            assert (proof.leaf, list(proof.path)) == (leaves[position - 1], inclusion_proof(leaves, position - 1))
            assert proof.root == root_of(leaves)

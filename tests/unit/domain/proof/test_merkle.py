"""The tree agrees with the published vectors, and its proofs convince exactly when they should."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The eight entries and their roots that Certificate Transparency's implementations share.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
trees = st.lists(st.binary(max_size=4), min_size=1, max_size=40).map(
    lambda entries: [leaf_hash(entry) for entry in entries]
)


def recursive_root(leaves):
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + recursive_root(leaves[:split]) + recursive_root(leaves[split:])).digest()


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root_of([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_of_every_size_is_the_published_one(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_a_published_inclusion_proof_is_ours():
    proof = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [node.hex() for node in inclusion_proof(LEAVES, 0)] == proof


def test_a_published_consistency_proof_is_ours():
    proof = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in consistency_proof(LEAVES, 6)] == proof


@given(trees, st.data())
def test_a_frontier_grown_in_any_steps_gives_the_same_root(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    assert Frontier().extend(leaves[:cut]).extend(leaves[cut:]).root() == recursive_root(leaves)


@given(trees, st.data())
def test_inclusion_is_proven_for_each_leaf_and_for_no_other(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), root_of(leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not verify_inclusion(leaf_hash(b"another entry"), index, len(leaves), proof, root)
    assert not verify_inclusion(leaves[index], index, len(leaves), proof, leaf_hash(b"another root"))
    assert not verify_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    assert not verify_inclusion(leaves[index], len(leaves), len(leaves), proof, root)


@given(trees, st.data())
def test_consistency_is_proven_for_each_prefix_and_for_no_other(leaves, data):
    old = data.draw(st.integers(1, len(leaves)))
    new_root, old_root = root_of(leaves), root_of(leaves[:old])
    proof = consistency_proof(leaves, old)
    assert verify_consistency(old, len(leaves), old_root, new_root, proof)
    other = leaf_hash(b"rewritten")
    assert not verify_consistency(old, len(leaves), other, new_root, proof)
    assert not verify_consistency(old, len(leaves), old_root, other, proof)
    assert not verify_consistency(old, len(leaves), old_root, new_root, [*proof, other])


@given(trees, st.data())
def test_a_rewritten_past_is_not_consistent(leaves, data):
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:changed], leaf_hash(b"rewritten"), *leaves[changed + 1 :]]
    proof = consistency_proof(rewritten, old)
    assert not verify_consistency(old, len(leaves), root_of(leaves[:old]), root_of(rewritten), proof)


def test_no_proof_is_given_for_what_is_not_there():
    with pytest.raises(ValueError, match="leaf 8 is not in a tree of 8"):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(ValueError, match="cannot be shown to extend one of 9"):
        consistency_proof(LEAVES, 9)
    assert not verify_consistency(0, 8, EMPTY_ROOT, root_of(LEAVES), [])
    assert not verify_consistency(6, 8, root_of(LEAVES[:6]), root_of(LEAVES), [])

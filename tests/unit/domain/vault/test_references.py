"""Outside, a person has a reference: stable, saying nothing, and only ours to resolve."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.vault import Vault, WrappingKey

KEY = WrappingKey.generate()
VAULT = Vault(KEY)


@given(st.uuids())
def test_a_reference_is_always_the_same_and_leads_back(person_id):
    reference = VAULT.reference(person_id)
    assert reference == VAULT.reference(person_id)
    assert VAULT.person_of(reference) == person_id
    assert len(reference) == 43


@given(st.uuids(), st.uuids())
def test_two_people_share_no_reference(one, other):
    assert (VAULT.reference(one) == VAULT.reference(other)) == (one == other)


@given(st.text())
def test_no_other_text_is_a_reference(text):
    assert VAULT.person_of(text) is None


@given(st.uuids(), st.integers(0, 42), st.sampled_from("AQgw-_=+/ \n0z"))
def test_a_reference_with_another_character_in_it_is_none_of_ours(person_id, place, character):
    reference = VAULT.reference(person_id)
    altered = reference[:place] + character + reference[place + 1 :]
    assert VAULT.person_of(altered) == (person_id if altered == reference else None)
    assert VAULT.person_of(reference[:place] + character + reference[place:]) is None


def test_another_vault_gives_other_references():
    person_id, other = uuid4(), Vault(WrappingKey.generate())
    assert other.reference(person_id) != VAULT.reference(person_id)
    assert other.person_of(VAULT.reference(person_id)) is None


def test_references_given_before_the_wrapping_key_changed_still_lead_back():
    person_id = UUID(int=7)
    renewed = Vault(WrappingKey.generate(), KEY)
    assert renewed.person_of(VAULT.reference(person_id)) == person_id
    assert renewed.person_of(renewed.reference(person_id)) == person_id
    assert renewed.reference(person_id) != VAULT.reference(person_id)

"""Rights and roles: none without words, none that nobody holds, and every role on the page on letting people in."""

from api.access.principal import RIGHTS_OF_SCOPE
from api.access.user_roles import RIGHTS_IN_WORDS, RIGHTS_OF, Right, UserRole
from domain.checkout import ROOT


def test_every_right_is_put_in_words_and_goes_with_some_role():
    assert set(RIGHTS_IN_WORDS) == set(Right)
    assert frozenset().union(*RIGHTS_OF.values()) == set(Right)


def test_every_role_has_rights_its_own_keys_among_them():
    assert set(RIGHTS_OF) == set(UserRole)
    assert all(Right.OWN_KEYS in rights for rights in RIGHTS_OF.values())


def test_a_wider_scope_of_keys_has_all_that_a_narrower_one_has():
    narrower: frozenset[Right] = frozenset()
    for scope in sorted(RIGHTS_OF_SCOPE):
        assert narrower < RIGHTS_OF_SCOPE[scope], scope
        narrower = RIGHTS_OF_SCOPE[scope]


def test_the_page_on_letting_people_in_names_every_role_as_people_read_it():
    page = " ".join((ROOT / "docs" / "how-to" / "let-people-in.md").read_text("utf-8").split())
    assert UserRole.INFORMATION_GOVERNANCE_OFFICER.in_words == "information-governance officer"
    assert [role for role in UserRole if role.in_words not in page.partition("## ")[0]] == []

"""People and keys at the pages: somebody is let in, acts for one of several bodies, and is out when their role ends."""

import html
import re
from uuid import UUID

import psycopg
import pytest

from api.access.accounts import AccountKind, close_account, create_account
from api.access.grants import GrantHand, give_role, take_away
from api.access.keys import Scope, create_key
from api.access.reach import EVERYWHERE
from api.access.user_roles import ROLES_IN_SHORT, UserRole
from api.app import create_app
from tests.integration.api.conftest import Person
from tests.support.page_visitor import PageVisitor, address_on, error_summary

WHY = GrantHand(why="for a test")
NAV = re.compile(r'<li><a href="([^"]+)"(?: aria-current="page")?>[^<]+</a></li>')


class Holder:
    """An account with roles, made over the owner's connection, and whoever holds it at the pages."""

    def __init__(self, services, dsn, organisation, *roles, bodies=()):
        self.vault, self.dsn = services.vault, dsn
        with psycopg.connect(dsn) as connection:
            self.account_id = create_account(
                connection,
                self.vault,
                kind=AccountKind.PERSON,
                organisation_id=None if organisation is None else UUID(organisation),
                name="Sam Example",
            )
            self.grants = [
                give_role(
                    connection,
                    self.vault,
                    account_id=self.account_id,
                    role=role,
                    reach=EVERYWHERE,
                    bodies=frozenset(map(UUID, bodies)),
                    by=WHY,
                )
                for role in roles
            ]
            self.key = create_key(
                connection, name="mine", scope=Scope.STEWARD, account_id=self.account_id, vault=self.vault
            )
        self.visitor = PageVisitor(create_app(services))

    def signs_in(self):
        return self.visitor.signs_in(self.key)

    def changed(self, change):
        with psycopg.connect(self.dsn) as connection:
            change(connection)


@pytest.fixture
def holder(services, database_url):
    return lambda organisation, *roles, **more: Holder(services, database_url, organisation, *roles, **more)


@pytest.mark.parametrize("role", [UserRole.ADMINISTRATOR, UserRole.OPERATOR, UserRole.AUDITOR])
def test_who_may_not_read_figures_begins_at_a_page_that_they_may_see(holder, role):
    visitor = holder(None, role).signs_in()
    assert address_on(visitor.gets("/partnerships")) == "/my-page"
    assert "What you may do" in visitor.reads("/my-page")
    runs = ["/operations"] if role is UserRole.OPERATOR else []
    assert ("/operations" in visitor.reads("/my-page")) == bool(runs)
    for address in [*NAV.findall(visitor.reads("/my-page")), *runs]:
        assert visitor.gets(address).status_code == 200, address


def test_the_navigation_shows_only_what_one_may_open(holder, neighbourhood):
    assert "/people" not in NAV.findall(holder(neighbourhood.council, UserRole.OFFICER).signs_in().reads("/my-page"))
    reads = NAV.findall(holder(neighbourhood.council, UserRole.EVALUATOR).signs_in().reads("/my-page"))
    assert reads == ["/my-page", "/partnerships", "/reports", "/help"]
    lets_in = NAV.findall(holder(None, UserRole.ADMINISTRATOR).signs_in().reads("/my-page"))
    assert lets_in == ["/my-page", "/people", "/help"]


@pytest.mark.parametrize("end", ["the account is closed", "the last role is taken away"])
def test_a_session_is_over_when_nothing_lets_its_holder_in(holder, neighbourhood, end):
    officer = holder(neighbourhood.council, UserRole.OFFICER)
    visitor = officer.signs_in()
    assert visitor.gets("/my-page").status_code == 200
    if end == "the account is closed":
        officer.changed(lambda connection: close_account(connection, officer.vault, officer.account_id))
    else:
        officer.changed(lambda connection: take_away(connection, officer.vault, officer.grants[0], WHY))
    assert address_on(visitor.gets("/my-page")).startswith("/sign-in?next=")
    again = visitor.sends("/sign-in", key=officer.key)
    assert error_summary(again.text) == [
        ("key", "The account that this key belongs to holds no role now. Ask whoever looks after accounts")
    ]


def test_who_speaks_for_several_bodies_chooses_for_whom_they_record(holder, neighbourhood):
    officer = holder(neighbourhood.council, UserRole.OFFICER, bodies=[neighbourhood.group])
    visitor = officer.signs_in()
    assert "You act for Ambleford Council" in visitor.reads("/my-page")
    assert error_summary(visitor.sends("/my-page/acting-for", body=str(UUID(int=7))).text)
    assert address_on(visitor.sends("/my-page/acting-for", body=neighbourhood.group)) == "/my-page"
    assert "You act for Mill Lane Residents" in visitor.reads("/my-page")
    assert "Ambleford Council" in visitor.reads("/my-page/acting-for")
    form = {**visitor.hidden("/my-page/keys"), "name": "A notebook", "scope": "read"}
    officer.changed(lambda connection: take_away(connection, officer.vault, officer.grants[0], WHY))
    officer.changed(
        lambda connection: give_role(
            connection,
            officer.vault,
            account_id=officer.account_id,
            role=UserRole.OFFICER,
            reach=EVERYWHERE,
            by=WHY,
        )
    )
    assert address_on(visitor.gets("/my-page")) == address_on(visitor.gets("/partnerships")) == "/my-page/acting-for"
    told = visitor.reads("/my-page/acting-for")
    assert "You may no longer act for Mill Lane Residents." in told
    assert "nobody else" not in told
    refused = visitor.client.post("/my-page/keys", data=form, headers={"Origin": visitor.origin})
    assert refused.status_code == 403
    assert "no longer act for the body that you chose" in refused.text
    assert address_on(visitor.sends("/my-page/acting-for")) == "/my-page"
    assert "You speak for Ambleford Council." in visitor.reads("/my-page")
    assert "A notebook" not in visitor.reads("/my-page/keys")


def test_who_has_nobody_else_to_act_for_is_told_so_and_asked_nothing(holder, neighbourhood):
    alone = holder(neighbourhood.council, UserRole.OFFICER).signs_in().reads("/my-page/acting-for")
    assert "There is nobody else for whom you may act." in alone
    assert "You act for Ambleford Council." in alone
    nobodys = holder(None, UserRole.AUDITOR).signs_in().reads("/my-page/acting-for")
    assert "You belong to no organisation" in nobodys
    several = holder(neighbourhood.council, UserRole.OFFICER, bodies=[neighbourhood.group])
    chosen = several.signs_in().reads("/my-page/acting-for")
    assert "nobody else" not in chosen
    assert [page.count('type="radio"') for page in (alone, nobodys, chosen)] == [0, 0, 2]


def test_each_role_that_one_may_give_is_told_in_one_sentence(holder):
    visitor = holder(None, UserRole.ADMINISTRATOR).signs_in()
    account = address_on(visitor.sends("/people/new", kind="person", name="Pat Example"))
    page = html.unescape(visitor.reads(f"{account}/give-role"))
    told_roles = [role for role in UserRole if ROLES_IN_SHORT[role] in page]
    assert len(told_roles) == page.count('name="role"') > 1
    assert all(sentence.count(". ") == 0 and sentence.endswith(".") for sentence in ROLES_IN_SHORT.values())
    assert ROLES_IN_SHORT.keys() == set(UserRole)


def test_somebody_is_let_in_at_the_pages_and_leaves_again(holder, neighbourhood, services):
    chief = holder(None, UserRole.ADMINISTRATOR).signs_in()
    address = address_on(
        chief.sends("/people/new", kind="person", name="Pat Example", organisation=neighbourhood.council)
    )
    role = {"role": "officer", "reach": "partnerships", "why": "Joined the team"}
    wrong = chief.sends(f"{address}/give-role", **role)
    assert error_summary(wrong.text) == [("partnerships", "Choose the partnerships")]
    chief.sends(f"{address}/give-role", **role, partnerships=neighbourhood.partnership)
    assert "for Mill Lane Board" in chief.reads(address)
    made = chief.sends(f"{address}/let-in", way="link").text
    link = re.search(r"/sign-in/[\w-]{43}", made)[0]
    pat = PageVisitor(create_app(services))
    assert address_on(pat.gets(link)) == "/partnerships"
    shown = pat.sends("/my-page/keys", name="A notebook", scope="read").text
    key = re.search(r"fm_[0-9a-f]{32}_[\w-]{43}", shown)[0]
    assert key not in pat.reads("/my-page/keys"), "shown once"
    reader = Person(pat.client, key)
    assert reader.get(f"{neighbourhood.path}/trust").status_code == 200
    take_away_at = re.search(rf"{address}/roles/[\w-]+/take-away", chief.reads(address))[0]
    assert error_summary(chief.sends(take_away_at).text) == [("why", "Enter why")]
    assert address_on(chief.sends(take_away_at, why="Moved on")) == address
    assert "Moved on" in chief.reads(address)
    assert address_on(pat.gets("/partnerships")).startswith("/sign-in")
    assert address_on(chief.sends(f"{address}/close", why="Left", forget="yes")) == address
    assert "Pat Example" not in chief.reads("/people") + chief.reads(address)


def test_a_form_sent_twice_lets_in_once_and_shows_no_key_again(holder):
    chief = holder(None, UserRole.ADMINISTRATOR).signs_in()
    fields = chief.hidden("/my-page/keys")
    first, again = (chief.sends("/my-page/keys", fields, name="A notebook", scope="read").text for _ in range(2))
    assert "shown only now" in first
    assert "shown only now" not in again
    assert "made before" in again
    assert chief.reads("/my-page/keys").count("<b>A notebook</b>") == 1


def test_an_organisations_administrator_is_told_at_the_field_what_is_not_theirs_to_give(holder, neighbourhood):
    council = holder(neighbourhood.council, UserRole.ADMINISTRATOR).signs_in()
    address = address_on(council.sends("/people/new", kind="person", name="Pat Example"))
    refused = council.sends(f"{address}/give-role", role="steward", reach="all", why="Joined the team")
    assert [field for field, _ in error_summary(refused.text)] == ["role"]
    own = f"/people/{council_account(council)}"
    assert "This account is your own" in council.reads(own)


def council_account(visitor):
    return re.search(r'href="/people/([\w-]{36})">Sam Example', visitor.reads("/people"))[1]

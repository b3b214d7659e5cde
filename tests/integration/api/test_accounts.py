"""Accounts over the API: who may let whom in, how far, and what becomes of it; and the keys that are people's own."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from api.access.accounts import AccountKind, close_account, create_account, forget_holder, rename_account
from api.access.grants import GrantHand, give_role
from api.access.keys import Scope, create_key, end_key, revoke_key
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.sign_in_links import LINK_KEY
from api.access.tampering import forged_access
from api.access.user_roles import UserRole
from tests.integration.api.conftest import Person

ALL = {"kind": "all"}


@pytest.fixture
def let_in(client, database_url, services):
    """Somebody with a role and a key, made over the owner's connection."""

    def made(role, organisation=None, reach=EVERYWHERE, scope=Scope.STEWARD, bodies=(), until_at=None):
        with psycopg.connect(database_url) as connection:
            account_id = create_account(
                connection,
                services.vault,
                kind=AccountKind.PERSON,
                organisation_id=None if organisation is None else UUID(str(organisation)),
                name="Sam Example",
            )
            give_role(
                connection,
                services.vault,
                account_id=account_id,
                role=role,
                reach=reach,
                bodies=frozenset(UUID(str(each)) for each in bodies),
                until_at=until_at,
                by=GrantHand(why="for a test"),
            )
            key = create_key(connection, name="for a test", scope=scope, account_id=account_id, vault=services.vault)
        return Person(client, key, account_id)

    return made


@pytest.fixture
def chief(let_in):
    """The administrator of the whole installation."""
    return let_in(UserRole.ADMINISTRATOR)


@pytest.fixture
def of_the_council(let_in, neighbourhood):
    """The administrator of one council, for one of its partnerships."""
    reach = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)}))
    return let_in(UserRole.ADMINISTRATOR, neighbourhood.council, reach)


def made(giver, **account):
    answer = giver.post("/v1/accounts", {"kind": "person", "name": "Pat Example", **account})
    assert answer.status_code == 201, answer.text
    return answer.json()["account_id"]


def given(giver, account_id, **role):
    return giver.post(f"/v1/accounts/{account_id}/roles", {"why": "joined the team", "reach": ALL, **role})


def codes(answer):
    return [each["code"] for each in answer.json()["errors"]]


def test_somebody_is_let_in_over_the_api_alone(chief, client, neighbourhood):
    account_id = made(chief, organisation=neighbourhood.council)
    reach = {"kind": "partnerships", "ids": [neighbourhood.partnership]}
    role = given(chief, account_id, role="officer", reach=reach, until="2999-12-31").json()
    assert role["reach"]["things"] == [{"reached_id": neighbourhood.partnership, "name": "Mill Lane Board"}]
    assert (role["state"], role["until"]) == ("held", "3000-01-01T00:00:00Z")
    key = chief.post(f"/v1/accounts/{account_id}/keys", {"name": "first"}).json()["key"]
    officer = Person(client, key)
    me = officer.reads("/v1/me")
    assert me["organisation"]["party_id"] == neighbourhood.council
    assert [each["role"] for each in me["roles"]] == ["officer"]
    assert officer.get(f"{neighbourhood.path}/trust").status_code == 200
    away = chief.post(f"/v1/accounts/{account_id}/roles/{role['grant_id']}/withdrawals", {"why": "moved on"})
    assert away.json()["taken_away"]["why"] == "moved on"
    assert officer.get(f"{neighbourhood.path}/trust").status_code == 403
    (kept,) = chief.reads(f"/v1/accounts/{account_id}/roles")["data"]
    assert (kept["state"], kept["given"]["why"]) == ("taken-away", "joined the team")


def test_an_organisations_administrator_gives_nothing_wider_and_hears_every_fault_at_once(
    of_the_council, chief, neighbourhood, steward
):
    formed = steward.records("/v1/partnerships", name="Elsewhere Board", kind="neighbourhood-board", happened="2021")
    account_id = made(of_the_council)
    assert of_the_council.reads(f"/v1/accounts/{account_id}")["organisation"]["party_id"] == neighbourhood.council
    elsewhere = {"kind": "partnerships", "ids": formed["created"]["partnership"]}
    refused = given(
        of_the_council, account_id, role="steward", reach=elsewhere, bodies=[neighbourhood.group], until="2020-01-01"
    )
    assert refused.status_code == 403
    assert codes(refused) == ["role-not-yours-to-give", "body-not-theirs", "term-over", "reach-beyond-yours"]
    unknown = given(of_the_council, account_id, role="officer", reach={"kind": "partnerships", "ids": [str(uuid4())]})
    beyond = given(of_the_council, account_id, role="officer", reach=elsewhere)
    assert unknown.json()["errors"] == beyond.json()["errors"], "the same whether or not there is such a partnership"
    here = {"kind": "partnerships", "ids": [neighbourhood.partnership]}
    assert given(of_the_council, account_id, role="officer", reach=here).status_code == 201
    other = of_the_council.post("/v1/accounts", {"kind": "person", "name": "Pat", "organisation": neighbourhood.group})
    assert codes(other) == ["organisation-not-yours"]
    strangers = made(chief, organisation=neighbourhood.group)
    answers = [of_the_council.get(f"/v1/accounts/{each}") for each in (strangers, uuid4())]
    assert {each.status_code for each in answers} == {404}
    assert len({each.json()["detail"] for each in answers}) == 1
    listed = [each["account_id"] for each in of_the_council.reads("/v1/accounts")["data"]]
    assert listed == [str(of_the_council.party), account_id]


def test_nobody_gives_a_role_to_themselves_or_closes_their_own_account(chief):
    own = f"/v1/accounts/{chief.party}"
    assert codes(given(chief, chief.party, role="steward")) == ["to-yourself"]
    (held,) = chief.reads(f"{own}/roles")["data"]
    assert codes(chief.post(f"{own}/roles/{held['grant_id']}/withdrawals", {"why": "enough"})) == ["to-yourself"]
    assert codes(chief.post(f"{own}/closings", {"why": "enough"})) == ["to-yourself"]
    assert codes(chief.post(f"{own}/keys", {"name": "mine"})) == ["to-yourself", "has-a-key"]


def test_whoever_holds_more_than_one_gives_is_neither_entered_nor_closed(of_the_council, chief, neighbourhood):
    account_id = made(chief, organisation=neighbourhood.council)
    assert given(chief, account_id, role="steward").status_code == 201
    for path, body in (("keys", {"name": "first"}), ("sign-in-links", {}), ("closings", {"why": "gone"})):
        refused = of_the_council.post(f"/v1/accounts/{account_id}/{path}", body)
        assert (refused.status_code, codes(refused)) == (403, ["holds-more-than-you-give"])
    assert chief.post(f"/v1/accounts/{account_id}/closings", {"why": "gone"}).status_code == 201


def test_whoever_holds_more_than_one_gives_is_not_renamed_and_keeps_their_keys(of_the_council, chief, neighbourhood):
    account_id = made(chief, organisation=neighbourhood.council)
    path = f"/v1/accounts/{account_id}"
    assert of_the_council.post(f"{path}/renamings", {"name": "Sam Example"}).status_code == 201
    assert given(chief, account_id, role="steward").status_code == 201
    key_id = chief.post(f"{path}/keys", {"name": "first"}).json()["entry"]["key_id"]
    for part, body in (("renamings", {"name": "Pat"}), (f"keys/{key_id}/revocations", {"why": "lost"})):
        refused = of_the_council.post(f"{path}/{part}", body)
        assert (refused.status_code, codes(refused)) == (403, ["holds-more-than-you-give"]), part
        assert chief.post(f"{path}/{part}", body).status_code == 201
    own = f"/v1/accounts/{of_the_council.reads('/v1/me')['account_id']}"
    assert of_the_council.post(f"{own}/renamings", {"name": "Kim Example"}).status_code == 201


def test_whoever_speaks_for_more_or_for_longer_than_one_could_give_is_not_entered(
    let_in, chief, neighbourhood, services
):
    ends_at = services.now().replace(year=services.now().year + 1)
    for_a_year = let_in(UserRole.ADMINISTRATOR, neighbourhood.council, until_at=ends_at)
    for_ever = let_in(UserRole.ADMINISTRATOR, neighbourhood.council)
    for held in ({"bodies": [neighbourhood.group], "until": "2026-12-31"}, {}):
        account_id = made(chief, organisation=neighbourhood.council)
        assert given(chief, account_id, role="officer", **held).status_code == 201
        refusing = for_ever if held else for_a_year
        for path, body in (("keys", {"name": "first"}), ("sign-in-links", {})):
            refused = refusing.post(f"/v1/accounts/{account_id}/{path}", body)
            assert (refused.status_code, codes(refused)) == (403, ["holds-more-than-you-give"])
            assert chief.post(f"/v1/accounts/{account_id}/{path}", body).status_code == 201
        assert refusing.post(f"/v1/accounts/{account_id}/closings", {"why": "gone"}).status_code == 201


def test_the_word_of_a_body_is_given_only_where_one_may_set_it_down(let_in, chief, neighbourhood, boards):
    elsewhere = next(each for each in boards if each != neighbourhood.partnership)
    administrator = let_in(UserRole.ADMINISTRATOR, neighbourhood.council)
    here, there = ({"kind": "partnerships", "ids": [each]} for each in (neighbourhood.partnership, elsewhere))
    speaking = {"role": "officer", "bodies": [neighbourhood.group]}
    assert given(chief, administrator.party, reach=here, **speaking).status_code == 201
    account_id = made(administrator)
    assert codes(given(administrator, account_id, reach=there, **speaking)) == ["body-not-theirs"]
    assert given(administrator, account_id, reach=here, **speaking).status_code == 201


def test_a_role_lasts_no_longer_than_that_of_who_gave_it_and_stays_when_theirs_ends(
    let_in, chief, neighbourhood, services
):
    ends_at = services.now().replace(year=services.now().year + 1)
    administrator = let_in(UserRole.ADMINISTRATOR, neighbourhood.council, until_at=ends_at)
    account_id = made(administrator)
    assert codes(given(administrator, account_id, role="officer")) == ["term-beyond-yours"]
    until = (services.now().date()).isoformat()
    assert given(administrator, account_id, role="officer", until=until).status_code == 201
    (own,) = chief.reads(f"/v1/accounts/{administrator.party}/roles")["data"]
    chief.records(f"/v1/accounts/{administrator.party}/roles/{own['grant_id']}/withdrawals", why="left")
    assert administrator.get("/v1/accounts").status_code == 403
    assert [each["state"] for each in chief.reads(f"/v1/accounts/{account_id}/roles")["data"]] == ["held"]


def test_a_repeat_is_done_once_and_answered_the_same_but_for_the_text_of_a_key(chief, neighbourhood):
    body = {"kind": "service", "name": "The council's CRM", "organisation": neighbourhood.council}
    first, again = (chief.post("/v1/accounts", body, idempotency_key="one") for _ in range(2))
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    other = chief.post("/v1/accounts", body | {"name": "Another"}, idempotency_key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    path = f"/v1/accounts/{first.json()['account_id']}/keys"
    made_key, repeat = (chief.post(path, {"name": "sync"}, idempotency_key="two") for _ in range(2))
    assert (made_key.status_code, repeat.status_code) == (201, 200)
    assert made_key.headers["Cache-Control"] == "no-store"
    assert (made_key.json()["entry"], repeat.json()["key"]) == (repeat.json()["entry"], None)
    assert len(chief.reads(path)["data"]) == 1


def test_own_keys_are_made_no_wider_renewed_with_an_overlap_and_taken_away(let_in, client, neighbourhood):
    officer = let_in(UserRole.OFFICER, neighbourhood.council, scope=Scope.RECORD)
    wider = officer.post("/v1/me/keys", {"name": "all", "scope": "steward"})
    assert codes(wider) == ["scope-beyond-yours"]
    made_key = officer.post("/v1/me/keys", {"name": "reader", "scope": "read", "until": "2999-12-31"}).json()
    reader = Person(client, made_key["key"])
    assert reader.get(f"{neighbourhood.path}/trust").status_code == 200
    own = f"/v1/me/keys/{made_key['entry']['key_id']}"
    renewed = officer.post(f"{own}/renewals", {"overlap_days": 3}).json()
    assert renewed["entry"]["name"] == "reader"
    assert Person(client, renewed["key"]).get("/v1/me").status_code == reader.get("/v1/me").status_code == 200
    assert officer.post(f"{own}/renewals", {"overlap_days": 31}).status_code == 422
    at_once = officer.post(f"{own}/renewals", {"overlap_days": 0}).json()
    assert reader.get("/v1/me").status_code == 401
    listed = officer.reads("/v1/me/keys")["data"]
    assert [each["is_in_force"] for each in listed] == [True, False, True, True]
    assert listed[1]["last_used_at"] is not None
    officer.records(f"/v1/me/keys/{at_once['entry']['key_id']}/revocations")
    assert Person(client, at_once["key"]).get("/v1/me").status_code == 401
    assert officer.post(f"/v1/me/keys/{uuid4()}/revocations", {}).status_code == 404


def test_a_key_ends_or_renews_none_that_does_more_than_itself(let_in, client, neighbourhood):
    officer = let_in(UserRole.OFFICER, neighbourhood.council)
    made_key = officer.post("/v1/me/keys", {"name": "reader", "scope": "read"}).json()
    reader = Person(client, made_key["key"])
    (wider, own) = (f"/v1/me/keys/{each['key_id']}" for each in officer.reads("/v1/me/keys")["data"])
    assert [reader.post(f"{wider}/{end}", {}).status_code for end in ("renewals", "revocations")] == [403, 403]
    assert officer.get("/v1/me").status_code == 200
    assert reader.post(f"{own}/revocations", {}).status_code == 201


def test_a_key_that_ends_makes_and_renews_none_that_lasts_longer(let_in, client, neighbourhood):
    officer = let_in(UserRole.OFFICER, neighbourhood.council)
    made_key = officer.post("/v1/me/keys", {"name": "for a while", "scope": "steward", "until": "2999-12-30"}).json()
    ending = Person(client, made_key["key"])
    (lasting, own) = (f"/v1/me/keys/{each['key_id']}/renewals" for each in ending.reads("/v1/me/keys")["data"])
    for until in ({}, {"until": "2999-12-31"}):
        assert codes(ending.post("/v1/me/keys", {"name": "x", "scope": "read", **until})) == ["term-beyond-yours"]
        assert codes(ending.post(lasting, until)) == ["term-beyond-yours"]
    assert codes(ending.post(own, {"until": "4000-12-31"})) == ["term-beyond-yours"]
    assert ending.post("/v1/me/keys", {"name": "x", "scope": "read", "until": "2999-12-30"}).status_code == 201
    assert ending.post(own, {}).status_code == 201


def test_a_key_that_ends_lets_nobody_in_for_longer(chief, client, neighbourhood):
    until = {"until": "2999-12-30"}
    ending = Person(client, chief.post("/v1/me/keys", {"name": "x", "scope": "steward", **until}).json()["key"])
    path = f"/v1/accounts/{made(ending, organisation=neighbourhood.council)}/keys"
    assert codes(ending.post(path, {"name": "first"})) == ["term-beyond-yours"]
    assert ending.post(path, {"name": "first", **until}).status_code == 201


def test_no_key_passes_for_that_of_a_link(chief, neighbourhood):
    path = f"/v1/accounts/{made(chief, organisation=neighbourhood.council)}"
    assert chief.post("/v1/me/keys", {"name": LINK_KEY, "scope": "read"}).status_code == 409
    assert chief.post(f"{path}/keys", {"name": LINK_KEY}).status_code == 409


def test_a_key_of_no_account_renews_itself_and_makes_no_other(people, client, neighbourhood):
    old = people(Scope.RECORD, neighbourhood.council)
    (listed,) = old.reads("/v1/me/keys")["data"]
    assert old.post("/v1/me/keys", {"name": "another", "scope": "read"}).status_code == 403
    renewed = Person(client, old.post(f"/v1/me/keys/{listed['key_id']}/renewals", {"overlap_days": 0}).json()["key"])
    assert old.get("/v1/me").status_code == 401
    assert renewed.reads("/v1/me")["organisation"]["party_id"] == neighbourhood.council


def test_a_key_that_was_given_for_a_time_is_renewed_for_no_longer(client, database_url):
    ends_at = datetime.now(UTC) + timedelta(days=2)
    with psycopg.connect(database_url) as connection:
        old = Person(client, create_key(connection, name="for two days", scope=Scope.READ, expires_at=ends_at))
    (listed,) = old.reads("/v1/me/keys")["data"]
    for body in ({}, {"until": "2999-12-31"}):
        renewed = old.post(f"/v1/me/keys/{listed['key_id']}/renewals", body).json()
        assert renewed["entry"]["expires_at"] == listed["expires_at"]


def test_who_speaks_for_several_bodies_chooses_one_and_may_choose_no_other(let_in, neighbourhood, steward):
    stranger = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
    officer = let_in(UserRole.OFFICER, neighbourhood.council, bodies=[neighbourhood.group])
    chosen = officer.get("/v1/me", {"Acting-For": neighbourhood.group}).json()
    assert chosen["organisation"]["party_id"] == neighbourhood.group
    body = {"about": neighbourhood.council, "rater_side": "residents", "counts": [0, 1, 2, 3, 1]}
    recorded = officer.post(f"{neighbourhood.path}/pulses", body, headers={"Acting-For": neighbourhood.group})
    event = officer.reads(f"/v1/records/{recorded.json()['events'][0]['event_id']}")
    assert event["record"]["provenance"]["on_behalf_of"]["party_id"] == neighbourhood.group
    for wrong in (stranger, str(uuid4()), "everybody"):
        refused = officer.get("/v1/me", {"Acting-For": wrong})
        assert refused.status_code == 403, wrong
        assert neighbourhood.officer.get("/v1/me", {"Acting-For": wrong}).status_code == 403
    assert neighbourhood.officer.get("/v1/me", {"Acting-For": neighbourhood.council}).status_code == 200


def test_an_auditor_reads_the_trails_whole_and_an_organisations_officer_that_of_its_own(
    let_in, chief, of_the_council, neighbourhood
):
    account_id = made(of_the_council)
    here = {"kind": "partnerships", "ids": [neighbourhood.partnership]}
    role = given(of_the_council, account_id, role="officer", reach=here).json()
    of_the_council.records(f"/v1/accounts/{account_id}/closings", why="left")
    auditor = let_in(UserRole.AUDITOR)
    roles = auditor.reads("/v1/trails/roles")["data"]
    assert [each["entry"] for each in roles] == list(range(1, len(roles) + 1))
    ends = [(each["act"], each["why"]) for each in roles if each["grant_id"] == role["grant_id"]]
    assert ends == [("given", "joined the team"), ("taken-away", "left")]
    assert [each["act"] for each in auditor.reads("/v1/trails/accounts")["data"]] == [
        "make-account",
        "give-role",
        "close-account",
    ]
    first = auditor.reads("/v1/trails/roles", limit=2)
    assert len(first["data"]) == 2
    assert [each["entry"] for each in auditor.reads(first["next"])["data"]] == [3, 4]
    assert chief.get("/v1/trails/roles").status_code == 403
    of_the_group = let_in(UserRole.INFORMATION_GOVERNANCE_OFFICER, neighbourhood.group)
    assert len(of_the_group.reads("/v1/trails/roles")["data"]) == 1, "that of its own role"
    assert of_the_group.reads("/v1/trails/accounts")["data"] == []


def test_a_service_that_lets_others_in_does_so_as_a_person_would(chief, client, neighbourhood):
    service = made(chief, kind="service", name="Joiners and leavers", organisation=neighbourhood.council)
    assert given(chief, service, role="administrator").status_code == 201
    keys = [chief.post(f"/v1/accounts/{service}/keys", {"name": "sync"}).json()["key"] for _ in range(2)]
    assert all(keys), "a service may have several"
    joiner = made(Person(client, keys[0]))
    assert given(Person(client, keys[1]), joiner, role="officer").status_code == 201
    assert chief.post(f"/v1/accounts/{service}/sign-in-links", {}).status_code == 409


def test_the_name_of_an_account_stands_in_no_log_line_and_no_refusal(chief, neighbourhood, capsys):
    account_id = made(chief, organisation=neighbourhood.council, name="Robin Planted-Name")
    answers = [
        given(chief, account_id, role="officer", until="2020-01-01"),
        chief.post(f"/v1/accounts/{account_id}/closings", {"why": "left"}),
        chief.post(f"/v1/accounts/{account_id}/renamings", {"name": "Robin Planted-Name"}),
        chief.post(f"/v1/accounts/{account_id}/roles", {"name": "Robin Planted-Name"}),
    ]
    assert [each.status_code for each in answers] == [422, 201, 409, 422]
    assert "Planted" not in capsys.readouterr().out
    assert not [each for each in answers if each.is_error and "Planted" in each.text]


def test_nothing_that_is_done_to_a_forged_row_hides_that_it_was_forged(chief, neighbourhood, database_url, services):
    account_id = made(chief, organisation=neighbourhood.council, name="Robin")
    key = chief.records(f"/v1/accounts/{account_id}/keys", name="a laptop")["entry"]["key_id"]
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.account SET kind = 'service' WHERE account_id = %s", (account_id,))
        connection.execute("UPDATE api.key SET name = 'mine' WHERE key_id = %s", (key,))
        connection.commit()
        vault, before = services.vault, forged_access(connection, services.vault)
        assert {each.where for each in before} >= {f"account {account_id}", f"API key {key}"}
        rename_account(connection, vault, UUID(account_id), "Robyn")
        end_key(connection, UUID(key), timedelta(days=1), vault=vault)
        assert revoke_key(connection, UUID(key), vault=vault)
        forget_holder(connection, vault, UUID(account_id))
        assert close_account(connection, vault, UUID(account_id))
        assert forged_access(connection, vault) == before


def test_whoever_is_forgotten_leaves_no_name_behind(chief, neighbourhood, database_url, services):
    account_id = made(chief, organisation=neighbourhood.council, name="Robin Planted-Name")
    chief.records(f"/v1/accounts/{account_id}/keys", name="Robin Planted-Name's laptop")
    forgotten = chief.records(f"/v1/accounts/{account_id}/holder-erasures", why="they asked")
    assert (forgotten["name"], forgotten["closed_at"] is None) == ("", False)
    with psycopg.connect(database_url) as connection:
        for table in ("account", "key", "grant_entry", "account_act"):
            rows = connection.execute(f"SELECT t::text FROM api.{table} t").fetchall()  # noqa: S608 - tables of ours
            assert "Planted" not in str(rows), table
        unmarked = {each.where for each in forged_access(connection, services.vault)}
    assert not [each for each in unmarked if "account" in each]

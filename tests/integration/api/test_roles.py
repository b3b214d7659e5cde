"""Roles: what whoever holds one may do and see, how far it reaches, and that it ends when it is taken away."""

from uuid import UUID

import psycopg
import pytest

from api.access.accounts import AccountKind, close_account, create_account, find_account
from api.access.grants import GrantHand, give_role, take_away
from api.access.keys import Scope, create_key
from api.access.principal import principal_of_account
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.tampering import forged_access
from api.access.user_roles import UserRole
from api.resources import OPERATIONS
from tests.integration.api.conftest import Person
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.support.stored_stage import staged

SINCE = GrantHand(why="for a test")


@pytest.fixture
def access(client, database_url, services):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Access(client, connection, services.vault)


class Access:
    """Accounts and roles as they are made over the owner's connection."""

    def __init__(self, client, connection, vault):
        self.client, self.connection, self.vault = client, connection, vault
        self.grant_id = self.account_id = None

    def holder(self, role, party=None, reach=EVERYWHERE, bodies=(), scope=Scope.STEWARD) -> Person:
        party_id = None if party is None else UUID(str(party))
        self.account_id = create_account(
            self.connection, self.vault, kind=AccountKind.PERSON, organisation_id=party_id, name="Sam"
        )
        self.grant_id = give_role(
            self.connection,
            self.vault,
            account_id=self.account_id,
            role=role,
            reach=reach,
            bodies=frozenset(UUID(str(each)) for each in bodies),
            by=SINCE,
        )
        key = create_key(self.connection, name="for a test", scope=scope, account_id=self.account_id, vault=self.vault)
        return Person(self.client, key, party_id)


def only(partnership):
    return Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(partnership)}))


@pytest.fixture
def elsewhere(steward):
    formed = steward.records("/v1/partnerships", name="Elsewhere Board", kind="neighbourhood-board", happened="2021")
    return formed["created"]["partnership"][0]


def test_an_officer_records_and_reads_within_reach_and_knows_of_nothing_else(access, neighbourhood, elsewhere):
    officer = access.holder(UserRole.OFFICER, neighbourhood.council, only(neighbourhood.partnership))
    receipt = officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    record = officer.reads(f"/v1/records/{receipt['events'][0]['event_id']}")
    assert record["record"]["body"]["notes"]["text"] == MEETING["notes"]
    nowhere = UUID(int=7)
    for path in ("trust", "health", "timeline", "worklist"):
        answers = [officer.get(f"/v1/partnerships/{each}/{path}") for each in (elsewhere, nowhere)]
        assert {each.status_code for each in answers} == {404}
        assert len({each.json()["detail"] for each in answers}) == 1
    refused = officer.post(f"/v1/partnerships/{elsewhere}/interactions", meeting(neighbourhood))
    assert refused.status_code == 404


def test_an_evaluator_reads_figures_and_events_without_names_or_texts(access, neighbourhood):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    evaluator = access.holder(UserRole.EVALUATOR, neighbourhood.council)
    record = evaluator.reads(f"/v1/records/{receipt['events'][0]['event_id']}")
    assert record["record"]["body"]["notes"] == {"text": None, "withheld": "not-yours-to-read"}
    assert evaluator.get(f"{neighbourhood.path}/trust").status_code == 200
    assert evaluator.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood)).status_code == 403


def test_an_evaluator_of_a_body_at_the_table_is_shown_no_words_by_any_operation(access, neighbourhood, database_url):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    evaluator, officer = (access.holder(role, neighbourhood.council) for role in (UserRole.EVALUATOR, UserRole.OFFICER))
    with staged(database_url) as stage:
        stage.rebuild()
    known = {"{partnership_id}": neighbourhood.partnership, "{record}": receipt["events"][1]["event_id"]}
    paths = ["/v1/me/asks-and-promises?q=swings", "/v1/me/news?since=0"]
    for operation in OPERATIONS:
        path = operation.path
        for name, identity in known.items():
            path = path.replace(name, identity)
        if operation.method == "GET" and operation.right is not None and "{" not in path:
            paths += [path, f"{path}?labels=true&names=true", f"{path}?format=csv"]
    telling = {path for path in paths if "wings" in officer.get(path).text}
    assert len(telling) > len(known), "an officer is shown the words, so that the test can tell"
    assert [path for path in paths if "wings" in evaluator.get(path).text] == []


def test_a_role_that_is_taken_away_or_whose_account_is_closed_opens_nothing(access, neighbourhood):
    officer = access.holder(UserRole.OFFICER, neighbourhood.council)
    assert officer.get(f"{neighbourhood.path}/trust").status_code == 200
    assert take_away(access.connection, access.vault, access.grant_id, SINCE)
    assert not take_away(access.connection, access.vault, access.grant_id, SINCE)
    assert officer.get(f"{neighbourhood.path}/trust").status_code == 403
    again = access.holder(UserRole.OFFICER, neighbourhood.council)
    assert close_account(access.connection, access.vault, access.account_id)
    assert again.get("/v1/me").status_code == 403


def test_a_key_lets_through_no_more_of_a_role_than_its_scope(access, neighbourhood):
    reader = access.holder(UserRole.OFFICER, neighbourhood.council, scope=Scope.READ)
    assert reader.get(f"{neighbourhood.path}/trust").status_code == 200
    assert reader.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood)).status_code == 403


def test_a_retry_under_another_key_of_the_same_account_is_recorded_once(access, neighbourhood):
    officer = access.holder(UserRole.OFFICER, neighbourhood.council)
    key = create_key(access.connection, name="other", scope=Scope.RECORD, account_id=access.account_id)
    path, body = f"{neighbourhood.path}/interactions", meeting(neighbourhood)
    first = officer.post(path, body, idempotency_key="one")
    second = Person(access.client, key).post(path, body, idempotency_key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["events"] == second.json()["events"]


def test_entries_on_roles_are_never_changed_and_one_forged_is_found(access, neighbourhood):
    access.holder(UserRole.OFFICER, neighbourhood.council)
    assert forged(access) == []
    for statement in (
        "UPDATE api.grant_entry SET role = 'steward'",
        "DELETE FROM api.grant_entry",
        "TRUNCATE api.grant_entry",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            access.connection.execute(statement)
    access.connection.execute("ALTER TABLE api.grant_entry DISABLE TRIGGER USER")
    access.connection.execute("UPDATE api.grant_entry SET role = 'steward'")
    assert forged(access) == ["entry on roles 1"]
    access.connection.execute("UPDATE api.grant_entry SET entry = 3")
    assert forged(access) == ["entry on roles 3", "entry on roles 1", "entry on roles 2"]


def forged(access):
    """What is forged but keys, which other fixtures make without a mark."""
    return [each.where for each in forged_access(access.connection, access.vault) if "key" not in each.where]


def test_a_body_is_spoken_for_only_where_a_role_that_records_says_so(access, services, neighbourhood, elsewhere):
    access.holder(
        UserRole.OFFICER, neighbourhood.council, only(neighbourhood.partnership), bodies=[neighbourhood.group]
    )
    for role, bodies in ((UserRole.OFFICER, ()), (UserRole.EVALUATOR, [UUID(neighbourhood.group)])):
        give_role(
            access.connection,
            access.vault,
            account_id=access.account_id,
            role=role,
            reach=only(elsewhere),
            bodies=frozenset(bodies),
            by=SINCE,
        )
    holder = principal_of_account(services.recorder, find_account(access.connection, access.account_id))
    assert holder.actor_in(UUID(neighbourhood.partnership)).speaks_for == {UUID(neighbourhood.group)}
    assert holder.actor_in(UUID(elsewhere)).speaks_for == frozenset()

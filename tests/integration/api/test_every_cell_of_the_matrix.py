"""Every cell of the access matrix is tried: each route for each role by each reach, for keys alone, and for nobody.

Requests are those of the examples, about one partnership. What is posted comes without an Idempotency-Key, which is
missed only once access has let it in: so nothing that the domain says can be taken for access, and nothing is recorded.
"""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest

from api.access.accounts import AccountKind, create_account
from api.access.grants import GrantHand, give_role
from api.access.keys import Scope
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.user_roles import Right, UserRole
from api.access_matrix import AccessRow, AccessVerdict, HeldReach, Reached, access_rows, verdict
from api.pages.ground.guards import HOME
from tests.support.page_visitor import PageVisitor
from tests.support.told_story import ToldStory, a_service

ROWS = access_rows()
OPERATIONS = [row for row in ROWS if row.kind == "operation"]
PAGES = [row for row in ROWS if row.kind == "page"]
_OF_SCOPE = {
    Scope.READ: {Right.OWN_KEYS, Right.READ_FIGURES, Right.READ_WORDS},
    Scope.RECORD: {
        *(Right.OWN_KEYS, Right.READ_FIGURES, Right.READ_WORDS, Right.RECORD, Right.REVIEW, Right.READ_PROOFS),
    },
    Scope.STEWARD: set(Right),
}
"""What keys of no account may do, by hand."""
_NOT_THERE = (
    *("There is no partnership with this id.", "There is no record with this id.", "There is no job with this id."),
    "was registered.",
)
_NOT_ALLOWED = (
    "Nothing that you hold lets you",
    "You can read this record. Only those who record",
    "Only those who look after the installation",
)


@dataclass
class World:
    """One partnership of which everything is told, another, and where both are."""

    told: ToldStory
    council: str
    addresses: dict[str, str]
    reaches: dict[HeldReach, Reach]
    tags: dict[str, str] = field(default_factory=dict)
    """The ETags of answers, by operation: whoever has one already and may have it again is told so sooner."""

    def holder(self, role: UserRole, reach: HeldReach) -> str:
        """The key of somebody of the council with one role."""
        with psycopg.connect(self.told.dsn) as connection:
            vault, council = self.told.services.vault, UUID(self.council)
            kind = AccountKind.PERSON
            account_id = create_account(connection, vault, kind=kind, organisation_id=council, name="Sam")
            give_role(
                connection,
                vault,
                account_id=account_id,
                role=role,
                reach=self.reaches[reach],
                bodies=frozenset({council}),
                by=GrantHand(why="for a test"),
            )
        return self.told.key(Scope.STEWARD, account_id=account_id)


@pytest.fixture(scope="module")
def world(copied, template):
    with copied(template) as dsn, a_service(dsn) as told:
        things = told.tell()
        steward = {"Authorization": f"Bearer {told.key(Scope.STEWARD)}"}

        def records(path, **body):
            answer = told.client.post(path, headers=steward | {"Idempotency-Key": str(uuid4())}, json=body)
            assert answer.status_code == 201, answer.text
            return answer.json()["created"]

        (elsewhere,) = records("/v1/places", name="Elsewhere", kind="county", happened="2020")["place"]
        body = {"name": "Elsewhere Board", "kind": "neighbourhood-board", "happened": "2025", "place": elsewhere}
        (other,) = records("/v1/partnerships", **body)["partnership"]
        holding = told.client.get(f"/v1/places/{things['place']}", headers=steward).json()["details"]
        holder = holding.get("part_of_place_id") or things["place"]

        def reach(kind, identity):
            return Reach(kind=kind, ids=frozenset({UUID(str(identity))}))

        yield World(
            told,
            things["council"],
            addresses(told, things),
            {
                HeldReach.ALL: EVERYWHERE,
                HeldReach.THIS_PARTNERSHIP: reach(ReachKind.PARTNERSHIPS, things["partnership"]),
                HeldReach.PLACE_THAT_HOLDS_IT: reach(ReachKind.PLACES, holder),
                HeldReach.ANOTHER_PARTNERSHIP: reach(ReachKind.PARTNERSHIPS, other),
                HeldReach.ANOTHER_PLACE: reach(ReachKind.PLACES, elsewhere),
            },
        )


def addresses(told: ToldStory, things: dict[str, object]) -> dict[str, str]:
    """What stands in the addresses of pages: the things of the story."""
    job = told.examples["read-job"].path["job"]
    of_job = told.examples["read-job-file"].path
    names = {
        "partnership_id": "partnership",
        "party_id": "council",
        "review": "review",
        "plan": "later",
        "document": "document",
    }
    record = told.examples["read-record"].path["record"]
    more = {
        "interaction": told.examples["approve-minutes"].path["interaction"],
        "record": record,
        "job": of_job.get("job", job),
        "file": of_job["file"],
        "token": "none",
        "topic": "trust",
        **told.examples["take-away-role"].path,
        "link": told.examples["withdraw-answer-link"].path["link"],
        **told.examples["renew-own-key"].path,
        **told.examples["end-webhook"].path,
    }
    return {name: str(things[key]) for name, key in names.items()} | more


def answered(world: World, row: AccessRow, key: str | None) -> tuple[int, str]:
    """The status of the answer to one operation, and its problem code."""
    request = world.told.examples[row.name].request
    headers = {"If-None-Match": world.tags.get(row.name, '""')}
    headers |= {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = world.told.client.request(
        request.method, request.path, params=request.query, headers=headers, json=request.body
    )
    world.tags[row.name] = answer.headers.get("ETag", '""')
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem")
    return answer.status_code, answer.json()["code"] if is_problem else ""


def judged(row: AccessRow, status: int, code: str) -> AccessVerdict:
    """The verdict that an answer shows. Fails for an answer that is neither access's nor of who was let in."""
    refusals = {(403, "not-allowed"): AccessVerdict.NOT_ALLOWED, (404, "not-found"): AccessVerdict.NOT_THERE}
    if (status, code) in refusals:
        return refusals[status, code]
    let_in = (400, "idempotency-key-required") if row.methods == ("POST",) else (200, "")
    assert (status, code) in {let_in, (304, "")}, (row.name, status, code)
    return AccessVerdict.ALLOWED


def test_every_operation_answers_each_role_by_each_reach_as_the_matrix_says(world):
    wrong, tried = [], 0
    for role in UserRole:
        for reach in HeldReach:
            key = world.holder(role, reach)
            for row in OPERATIONS:
                shown, expected = judged(row, *answered(world, row, key)), verdict(row, role, reach)
                tried += 1
                if shown is not expected:
                    wrong.append(f"{row.name} for {role} of {reach}: {shown}, not {expected}")
    assert wrong == [], "\n".join(wrong)
    assert tried == len(OPERATIONS) * len(UserRole) * len(HeldReach)


@pytest.mark.parametrize("scope", Scope)
def test_every_operation_answers_a_key_of_no_account_by_its_scope(world, scope):
    key = world.told.key(scope, world.council)
    for row in OPERATIONS:
        may = row.right is None or row.right in _OF_SCOPE[scope]
        let_in = AccessVerdict.NOT_THERE if row.reached is Reached.KEY else AccessVerdict.ALLOWED
        assert judged(row, *answered(world, row, key)) is (let_in if may else AccessVerdict.NOT_ALLOWED), row.name


def test_every_operation_answers_nobody_only_where_it_is_open_to_anybody(world):
    for row in OPERATIONS:
        status, code = answered(world, row, None)
        let_in = {(200, ""), (304, "")}
        assert (status, code) in (let_in if row.right is None else {(401, "key-required")}), row.name


def test_every_page_answers_each_role_by_each_reach_as_the_matrix_says(world):
    wrong, tried = [], 0
    for role in UserRole:
        for reach in HeldReach:
            visitor = PageVisitor(world.told.client.app).signs_in(world.holder(role, reach))
            for row in PAGES:
                for method in row.methods:
                    shown, expected = seen(world, visitor, row, method), verdict(row, role, reach)
                    tried += 1
                    if shown is not expected:
                        wrong.append(f"{method} {row.name} for {role} of {reach}: {shown}, not {expected}")
    assert wrong == [], "\n".join(wrong)
    assert tried == sum(len(row.methods) for row in PAGES) * len(UserRole) * len(HeldReach)


def test_every_page_sends_nobody_to_sign_in_unless_it_is_open_to_anybody(world):
    visitor = PageVisitor(world.told.client.app)
    for row in PAGES:
        for method in row.methods:
            answer = visited(world, visitor, row, method)
            is_sent = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")
            assert is_sent is (row.right is not None), (method, row.name, answer.status_code)


def seen(world: World, visitor: PageVisitor, row: AccessRow, method: str) -> AccessVerdict:
    """The verdict that a page shows by the words of access: a page that lets in may have refusals of its own."""
    answer = visited(world, visitor, row, method)
    assert answer.status_code < 500, (row.name, answer.text)
    if row.right is not None and answer.status_code == 404 and any(each in answer.text for each in _NOT_THERE):
        return AccessVerdict.NOT_THERE
    if row.path == HOME and answer.status_code == 303:  # sent on to their own page, whoever reads no figures
        return AccessVerdict.NOT_ALLOWED
    if answer.status_code == 403 and any(each in answer.text for each in _NOT_ALLOWED):
        return AccessVerdict.NOT_ALLOWED
    return AccessVerdict.ALLOWED


def visited(world: World, visitor: PageVisitor, row: AccessRow, method: str):
    """The answer of a page to a visit, or to an empty form from nowhere."""
    own = {"interaction": world.addresses["plan"]} if row.name == "plan" else {}
    path = row.path.format_map(world.addresses | own)
    if method == "POST":
        return visitor.client.post(path, data={"x": "y"})
    return visitor.gets(path)

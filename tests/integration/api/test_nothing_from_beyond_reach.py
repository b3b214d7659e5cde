"""Nothing that an answer says comes from beyond its reader's reach, whatever is asked and in whatever way.

Two worlds stand in one log, and every text, name and id of the other is known: none is in any answer to those whose
reach is the first, and no answer of theirs is another once the other world goes on.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access.accounts import AccountKind, create_account
from api.access.grants import GrantHand, give_role
from api.access.keys import Scope
from api.access.reach import Reach, ReachKind
from api.access.user_roles import RIGHTS_OF, Right, UserRole
from api.access_matrix import AccessRow, Reached, access_rows
from api.examples.story import SentRequest
from api.resources import OPERATIONS
from tests.support.page_visitor import PageVisitor
from tests.support.told_story import ToldStory, a_service

MARK = "Zzyzx"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_REGISTERS = re.compile(r"/v1/(places|parties|people|methods)(/[^/]+/(amendments|boundary-changes))?$")
_OPEN_TYPES = {
    "place-registered",
    "place-boundary-changed",
    "party-registered",
    "party-amended",
    "party-succeeded",
    "parties-found-same",
    "method-published",
}
"""What is recorded in registers that are open to all who read."""
_AS_SUCH = {"position", "tree_root", "build", "lag_events", "lag_seconds", "instance", "root_sha256", "size", "text"}
"""Fields that tell of the log as such: how far it reaches, its roots, how far a list has come."""
_PINNED = re.compile(r"(?<=known_at=)\d+|(?<=cursor=)[\w.%-]+")
"""The same in the addresses of next pages, which keep to the position of the first."""
_READERS = [role for role, rights in RIGHTS_OF.items() if Right.READ_FIGURES in rights]
_ROWS = [row for row in access_rows() if row.reached not in {Reached.ANYBODY, Reached.INSTALLATION}]
_OPERATION = {operation.name: operation for operation in OPERATIONS}
SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@dataclass
class TwoWorlds:
    """One log with two partnerships of which everything is told, and what is told of the other alone."""

    told: ToldStory
    here: dict[str, object]
    there: dict[str, object]
    ids_there: frozenset[str]
    keys: dict[tuple[UserRole, ReachKind], str]
    visitors: dict[tuple[UserRole, ReachKind], PageVisitor]


def marked(request: SentRequest) -> object:
    """The body of a request, every text in it marked but those of registers that are open to all who read."""
    return request.body if _REGISTERS.search(request.path) else _marked(request.body)


def _marked(value: object) -> object:
    match value:
        case dict() if value.keys() == {"name", "kind"}:
            return value  # a body that is named in passing, which comes to stand in the register
        case dict():
            return {name: _marked(member) for name, member in value.items()}
        case list():
            return [_marked(member) for member in value]
        case str() if " " in value:
            return f"{MARK} {value}"  # in front, so that what ends in the kind of a file still does
        case _:
            return value


@pytest.fixture(scope="module")
def worlds(copied, template):
    with copied(template) as dsn, a_service(dsn) as told:
        here = told.tell()
        told.rebuild()
        known = _ids(told)
        told.answers.clear()
        there = told.tell(marked)
        told.rebuild()
        steward = {"Authorization": f"Bearer {told.key(Scope.STEWARD)}"}
        ids_there = _ids(told) - known - _open_ids(told, steward)
        assert str(there["partnership"]) in ids_there
        keys = {}
        for role in _READERS:
            for kind, thing in ((ReachKind.PARTNERSHIPS, "partnership"), (ReachKind.PLACES, "place")):
                reach = Reach(kind=kind, ids=frozenset({UUID(str(here[thing]))}))
                keys[role, kind] = _holder(told, role, reach, UUID(str(here["council"])))
        visitors = {held: PageVisitor(told.client.app).signs_in(key) for held, key in keys.items()}
        yield TwoWorlds(told, here, there, frozenset(ids_there), keys, visitors)


def _ids(told: ToldStory) -> set[str]:
    """The ids that what was told of a world brought into being."""
    return {
        each
        for played in told.answers
        if played.request.method == "POST"
        for each in _ID.findall(json.dumps([played.answer.content, played.request.path]))
    }


def _open_ids(told: ToldStory, steward: dict[str, str]) -> set[str]:
    """The ids of what stands in registers that are open to all who read."""
    answers = [told.client.get(f"/v1/{each}?limit=200", headers=steward) for each in ("parties", "places", "methods")]
    logged = told.client.get("/v1/log?limit=1000", headers=steward).json()["data"]
    entries = [each for each in logged if each["type"] in _OPEN_TYPES]
    ids = {each for answer in answers for each in _ID.findall(answer.text)}
    return ids.union(*(_ID.findall(json.dumps([each["event_id"], each["provenance"]])) for each in entries))


def _holder(told: ToldStory, role: UserRole, reach: Reach, body: UUID) -> str:
    with psycopg.connect(told.dsn) as connection:
        vault, kind = told.services.vault, AccountKind.PERSON
        account_id = create_account(connection, vault, kind=kind, organisation_id=body, name="Sam")
        why = GrantHand(why="for a test")
        give_role(
            connection,
            vault,
            account_id=account_id,
            role=role,
            reach=reach,
            bodies=frozenset({body}),
            by=why,
        )
    return told.key(Scope.STEWARD, account_id=account_id)


def shown_from_beyond(worlds: TwoWorlds, sent: str, answer) -> list[str]:
    """What an answer holds of the other world that its request did not say itself."""
    content = "\n".join([answer.text, *answer.headers.values()])
    ids = [each for each in _ID.findall(content) if each in worlds.ids_there and each not in sent]
    return ids + ([MARK] if MARK in content.replace(MARK, "", sent.count(MARK)) and MARK not in sent else [])


PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from([MARK, "Board", "the", "lamps", "Residents"]),
        "limit": st.integers(1, 60).map(str),
        "partnership": st.sampled_from(["here", "there"]),
        "member": st.sampled_from(["here", "there"]),
        "place": st.sampled_from(["here", "there"]),
        "party_id": st.sampled_from(["here", "there"]),
        "since": st.integers(0, 200).map(str),
        "changed-since": st.integers(0, 200).map(str),
        "after": st.integers(0, 400).map(str),
        "names": st.sampled_from(["true", "false"]),
        "labels": st.sampled_from(["true", "false"]),
        "causes": st.sampled_from(["0", "3"]),
        "format": st.sampled_from(["json", "csv"]),
        "as_of": st.sampled_from(["2025-06-30", "2026-01-31"]),
        "known_at": st.integers(1, 300).map(str),
        "sensitivity": st.sampled_from(["true", "false"]),
        "order": st.sampled_from(["newest", "oldest"]),
        "kind": st.sampled_from(["ask", "promise"]),
        "sort": st.sampled_from(["name", "overdue", "look"]),
    },
)
_THINGS = {"partnership": "partnership", "member": "council", "place": "place", "party_id": "council"}


def _filled(worlds: TwoWorlds, parameters: dict[str, str]) -> dict[str, str]:
    sides = {"here": worlds.here, "there": worlds.there}
    return {
        name: str(sides[text][_THINGS[name]]) if text in sides and name in _THINGS else text
        for name, text in parameters.items()
    }


def _path(worlds: TwoWorlds, row: AccessRow, side: str) -> str:
    """The address of a route, about something of one of the worlds."""
    things = {"here": worlds.here, "there": worlds.there}[side]
    played = [each for each in worlds.told.answers if each.example.operation == row.name]
    example = played[0].path if played and side == "there" else worlds.told.examples.get(row.name)
    of_example = example if isinstance(example, dict) else {} if example is None else example.path
    record = worlds.told.examples["read-record"].path["record"] if side == "here" else str(things["report_record"])
    names = {
        **{name: str(things.get(name.removesuffix("_id"), things["council"])) for name in _parameters(row.path)},
        "party_id": str(things["council"]),
        "record": record,
        "topic": "trust",
        "token": "none",
        **of_example,
    }
    return row.path.format_map(names)


def _parameters(path: str) -> Iterator[str]:
    return (part[1:-1] for part in path.split("/") if part.startswith("{"))


_ROWS_WITHIN_REACH = [row for row in _ROWS if "/public/" not in row.path]
"""The routes but for those of what a partnership opened to anybody: no reach is needed there."""
_ASKED = st.tuples(
    st.sampled_from([row for row in _ROWS_WITHIN_REACH if "GET" in row.methods]),
    st.sampled_from(["here", "there"]),
    PARAMETERS,
)


def test_no_answer_and_no_page_holds_anything_from_beyond_its_readers_reach(worlds, rounds):
    answered = set()

    @settings(max_examples=rounds(400), **SETTINGS)
    @given(held=st.sampled_from(sorted(worlds.keys)), asked=_ASKED)
    def ask(held, asked):
        row, side, parameters = asked
        path, query = _path(worlds, row, side), _filled(worlds, parameters)
        if row.kind == "operation":
            known = _OPERATION[row.name].query.__struct_encode_fields__
            query = {name: text for name, text in query.items() if name in known}
            headers = {"Authorization": f"Bearer {worlds.keys[held]}"}
            answer = worlds.told.client.get(path, params=query, headers=headers)
        else:
            answer = worlds.visitors[held].gets(path, **query)
        assert answer.status_code < 500, (path, query, answer.text)
        assert shown_from_beyond(worlds, f"{path} {query}", answer) == [], (held, path, query, answer.text)
        if answer.status_code == 200:
            answered.add(row.name)

    ask()
    assert len(answered) > rounds(25), sorted(answered)


def test_no_route_holds_anything_from_beyond_when_it_is_asked_plainly(worlds):
    """Each route once, about either world."""
    held = UserRole.INFORMATION_GOVERNANCE_OFFICER, ReachKind.PARTNERSHIPS
    answered = 0
    for row in _ROWS_WITHIN_REACH:
        for side in ("here", "there") if "GET" in row.methods else ():
            path, query = _path(worlds, row, side), {}
            if row.kind == "operation":
                query = worlds.told.examples[row.name].request.query
                headers = {"Authorization": f"Bearer {worlds.keys[held]}"}
                answer = worlds.told.client.get(path, params=query, headers=headers)
            else:
                answer = worlds.visitors[held].gets(path)
            assert answer.status_code < 500, (path, answer.text)
            assert shown_from_beyond(worlds, f"{path} {query}", answer) == [], (path, answer.text)
            answered += answer.status_code == 200
    assert answered > 100


def test_no_refusal_of_what_is_posted_tells_of_what_lies_beyond(worlds, rounds):
    """Bodies of the other world, at addresses of either: what they name is answered as what is nowhere."""
    rows = {row.name: row for row in _ROWS}
    posted = [each for each in worlds.told.answers if each.request.method == "POST" and each.example.operation in rows]

    @settings(max_examples=rounds(150), **SETTINGS)
    @given(
        held=st.sampled_from(sorted(worlds.keys)),
        played=st.sampled_from(posted),
        side=st.sampled_from(["here", "there"]),
    )
    def post(held, played, side):
        row = rows[played.example.operation]
        path, body = _path(worlds, row, side), marked(played.request)
        headers = {"Authorization": f"Bearer {worlds.keys[held]}", "Idempotency-Key": str(uuid4())}
        answer = worlds.told.client.post(path, headers=headers, json=body)
        assert answer.status_code < 500, (path, answer.text)
        if answer.status_code >= 400:
            assert shown_from_beyond(worlds, f"{path} {json.dumps(body)}", answer) == [], (path, body, answer.text)

    post()


def test_no_answer_is_another_once_the_other_world_goes_on(worlds):
    held = [(UserRole.OFFICER, ReachKind.PARTNERSHIPS), (UserRole.INFORMATION_GOVERNANCE_OFFICER, ReachKind.PLACES)]
    worlds.told.rebuild()  # what was posted by other tests of this log is in the lists from the first
    before = {each: list(_all_answers(worlds, each)) for each in held}
    steward = {"Authorization": f"Bearer {worlds.told.key(Scope.STEWARD)}"}

    def records(path, **body):
        answer = worlds.told.client.post(path, headers=steward | {"Idempotency-Key": str(uuid4())}, json=body)
        assert answer.status_code == 201, answer.text

    records(f"/v1/records/{worlds.there['report_record']}/withdrawals", reasons=f"It is not so {MARK}")
    records("/v1/partnerships", name=f"One more {MARK}", kind="neighbourhood-board", happened="2021")
    records(
        "/v1/reviews",
        question=f"One more {MARK}?",
        cohort=[worlds.here["partnership"]],
        comparison=[worlds.there["partnership"]],
        window_start_on="2025-01-01",
        window_end_on="2025-12-31",
        method=worlds.here["method"],
        retrospective=True,
    )
    worlds.told.rebuild()
    for each in held:
        for (path, earlier), (_, later) in zip(before[each], _all_answers(worlds, each), strict=True):
            assert earlier == later, path


def _all_answers(worlds: TwoWorlds, held) -> Iterator[tuple[str, object]]:
    """Every answer about the reader's own world, without what tells of the log as such."""
    headers = {"Authorization": f"Bearer {worlds.keys[held]}"}
    for row in _ROWS:
        if (
            row.kind != "operation"
            or row.methods != ("GET",)
            or row.name in {"read-log", "follow-log", "read-checkpoint", "read-proof"}
        ):
            continue
        path, query = _path(worlds, row, "here"), worlds.told.examples[row.name].request.query
        answer = worlds.told.client.get(path, params=query, headers=headers)
        is_json = answer.headers["Content-Type"].partition(";")[0].endswith("json")
        yield path, (answer.status_code, _without(answer.json()) if is_json else answer.text)


def _without(value: object) -> object:
    match value:
        case dict():
            return {name: _without(member) for name, member in value.items() if name not in _AS_SUCH}
        case list():
            return [_without(member) for member in value]
        case str():
            return _PINNED.sub("", value)
        case _:
            return value

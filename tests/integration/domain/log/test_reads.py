"""How many events deciding each command reads: as many in a log of 50,000 events of others as in one of 50."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec import Struct
from msgspec.structs import replace

from domain.checkout import ROOT
from domain.decisions.command import commands
from domain.decisions.references import ANYWHERE, READS
from domain.events import Envelope, EventBody, declarations, encode, encode_envelope, name_of
from domain.events.declaration import declaration_of
from domain.events.examples import example
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.tags import mending_tags, stored_tags, tag
from domain.handling.handler import Handler
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from domain.values import first_instant
from domain.vault import Vault, WrappingKey
from tests.support.given_commands import SHOWN, Hearing, past
from tests.support.small_world import AMINA, COUNCIL, PLACE_ID, an_id

DECISIONS = ROOT / "tests" / "unit" / "domain" / "decisions"
PAGE = ROOT / "docs" / "reference" / "reads.md"
FEW, MANY = 50, 50_000
ENVELOPE = encode_envelope(
    Envelope(
        command_id=an_id("of others"),
        operation="given",
        actor=an_id("others"),
        recorded_by=COUNCIL.side,
        on_behalf_of=COUNCIL,
    )
)
_HEAD = f"""\
# What deciding reads

Made by `tests/integration/domain/log/test_reads.py`; do not edit.

A command is decided on the events inside its boundary, and recorded only if none came since. So what it reads must not
grow with what others record. Each command is decided here twice, after the same few events of its own: in a log with
{FEW} events of others, and in one with {MANY:,}. The others are other partnerships that name the same council, place,
person, method, review, outcome and lesson in every kind of event there is, and correct and withdraw each.

| Command | Events of its own | Read among {FEW} of others | Read among {MANY:,} |
|---|---|---|---|
"""


def shared_ids() -> dict[str, UUID]:
    """By kind, the things that others name too: what a tested command may name that is not of one partnership."""
    shared = {"party": COUNCIL.party_id, "person": an_id(AMINA), "place": PLACE_ID}
    for hearing in every_success().values():
        for record, tags in hearing.known.tagged():
            own = _own_field(record.body)
            for kind in ANYWHERE - shared.keys() - {"partnership"}:
                if own and tag(own.removesuffix("_id"), getattr(record.body, own)) in tags and own == f"{kind}_id":
                    shared[kind] = getattr(record.body, own)
    return shared


_SUCCESSES: dict[str, Hearing] = {}


def every_success() -> dict[str, Hearing]:
    """Of every command, one decision that records something, as its own test shows it."""
    if not _SUCCESSES:
        for path in sorted(DECISIONS.glob("test_*.py")):
            import_module(f"tests.unit.domain.decisions.{path.stem}")
        for name, command in commands().items():
            SHOWN[command]()
            hearing = Hearing.last_recorded
            assert hearing is not None
            assert type(hearing.command) is command
            _SUCCESSES[name] = hearing
    return _SUCCESSES


def others(shared: dict[str, UUID]) -> list[LogEvent]:
    """One event of every kind, its correction and its withdrawal, in another partnership's affairs."""
    elsewhere = an_id("a partnership of others")
    events = []
    for declaration in declarations():
        body = _renamed(example(declaration.body), declaration.body, shared)
        fact = past(body, partnership=elsewhere)
        events.append(_stored(body, fact.partition_id, stored_tags(body, fact.partition_id), fact.event_id))
        if declaration.about == "record_id":
            continue
        for mend in (RecordCorrected, RecordWithdrawn):
            mending = replace(example(mend), record_id=fact.event_id)
            tags = stored_tags(mending, fact.partition_id) | mending_tags(body, fact.partition_id, fact.event_id)
            events.append(_stored(mending, fact.partition_id, tags, uuid4()))
    return events


def _renamed(value, body: type[EventBody], shared: dict[str, UUID], field: str = ""):
    """Let an example name what is shared, and be about something of its own."""
    match value:
        case UUID() if field.endswith(("_id", "_ids")):
            kind = tag(field.removesuffix("s").removesuffix("_id"), value).split(":")[0]
            its_own = field == _own_field(body) and body in READS.get(kind, ())
            return value if its_own or field == "duplicate_person_id" else shared.get(kind, value)
        case Struct():
            return replace(
                value, **{name: _renamed(getattr(value, name), body, shared, name) for name in value.__struct_fields__}
            )
        case tuple():
            return tuple(_renamed(each, body, shared, field) for each in value)
    return value


def _own_field(body: EventBody | type[EventBody]) -> str:
    declaration = declaration_of(body)
    return declaration.about or declaration.fields[1]


def _stored(
    body: EventBody, partition_id: UUID, tags: set[str], event_id: UUID, envelope: bytes = ENVELOPE
) -> LogEvent:
    return LogEvent(
        type=name_of(body),
        version=declaration_of(body).version,
        data=encode(body),
        tags=sorted(tags),
        event_id=event_id,
        partition_id=partition_id,
        occurred_at=first_instant(body.happened),
        envelope=envelope,
    )


CLONE = """
    WITH head AS (SELECT max(position) AS last FROM log.event),
    copied AS (
        SELECT head.last * copy + e.position AS position, e.type, e.version, e.occurred_at, e.recorded_at,
               CASE WHEN e.partition_id = ANY (%(shared)s) THEN e.partition_id
                    ELSE md5(e.partition_id::text || copy)::uuid END AS partition_id,
               ARRAY(SELECT CASE WHEN split_part(t, ':', 2)::uuid = ANY (%(shared)s) THEN t
                                 ELSE split_part(t, ':', 1) || ':' || md5(split_part(t, ':', 2) || copy)::uuid END
                     FROM unnest(e.tags) AS t) AS tags, e.envelope, e.data, e.leaf
        FROM head, log.event e, generate_series(1, %(copies)s) AS copy
    ), kept AS (
        INSERT INTO log.event SELECT position, gen_random_uuid(), type, version, partition_id, occurred_at, recorded_at,
                                     tags, envelope, data, leaf
        FROM copied WHERE position <= %(upto)s RETURNING position, type, tags
    )
    INSERT INTO log.tag (tag, type, position) SELECT DISTINCT t, type, position FROM kept, unnest(tags) AS t
"""


@pytest.fixture
def read_counts(database_url, owner):
    shared = shared_ids()
    with LogRecorder(database_url) as log:
        log.append(others(shared)[:FEW])
        before = {name: reads(database_url, hearing) for name, hearing in every_success().items()}
        log.append(others(shared)[FEW:])
        copies = MANY // log.head().position + 1
        owner.execute(CLONE, {"shared": list(shared.values()), "copies": copies, "upto": MANY})
        owner.execute("ANALYZE log.event, log.tag")
        assert log.head().position == MANY
        after = {name: reads(database_url, hearing) for name, hearing in every_success().items()}
    return {name: (len(hearing.known.past), before[name], after[name]) for name, hearing in every_success().items()}


def reads(database_url: str, hearing: Hearing) -> int:
    """Count what a decision reads in the log of the others, with its own past after it; leave the log as it was."""
    with LogRecorder(database_url, pool_size=1) as log, log.connections.borrow() as connection:
        log.connections.borrow = _always(connection)
        with connection.transaction(force_rollback=True):
            own = [
                _stored(record.body, record.partition_id, tags, record.event_id, encode_envelope(record.envelope))
                for record, tags in hearing.known.tagged()
            ]
            log.append(own)
            return len(Handler(log, Vault(WrappingKey.generate())).boundary_records(hearing.command, hearing.context))


def _always(connection: psycopg.Connection):
    @contextmanager
    def borrow() -> Iterator[psycopg.Connection]:
        yield connection

    return borrow


def test_no_command_reads_more_where_others_recorded_more(read_counts):
    rows = [f"| `{name}` | {own:,} | {few:,} | {many:,} |\n" for name, (own, few, many) in sorted(read_counts.items())]
    page = _HEAD + "".join(rows)
    more = {name: (few, many) for name, (_, few, many) in read_counts.items() if many > few}
    assert more == {}
    if not PAGE.exists() or PAGE.read_text("utf-8") != page:
        PAGE.write_text(page, "utf-8")
        pytest.fail(f"{PAGE.name} was out of date and is written anew: look at what changed, and keep it")

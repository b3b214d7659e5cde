"""The news: the events recorded in the partnerships of the asker's bodies since they last looked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.access import reads_by_seat, tables_of
from api.reading.names_and_texts import UNNAMED, NamesAndTexts, ShownTexts, ids_in, plain_words
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.selection import all_about
from domain.events.sentences import sentence
from domain.log.find_records import find_records, with_corrections
from domain.log.recorder import LogRecorder
from domain.values import Plain, Sealed
from domain.vault import Ground

_FIRST_WINDOW: Final = 1_000
_WIDER: Final = 4

Since = Annotated[int, Meta(ge=0, le=10**18 - 1, description="The position after which things are new")]
NewsLimit = Annotated[int, Meta(ge=1, le=200, description="How many to list at most, the newest")]


class NewsQuery(Struct, frozen=True, kw_only=True):
    """Since when, and how much."""

    since: Since
    limit: NewsLimit = 20


class NewsEntry(Struct, frozen=True, kw_only=True):
    """One event, in a sentence, as it stands now; and in which partnership."""

    event_id: UUID
    position: int
    type: str
    happened: str
    recorded_at: datetime
    partnership_id: UUID
    sentence: str


class News(Struct, frozen=True, kw_only=True):
    """The events that others recorded in the partnerships of the asker's bodies, newest first, up to `position`.

    `in_all` counts it, and is null where it goes further back than was looked.
    """

    position: int
    in_all: int | None
    data: tuple[NewsEntry, ...]
    names: dict[UUID, str]


def _read(call: Call) -> OperationAnswer:
    log, asker, query = call.services.recorder, call.asker, call.query
    head = log.head().position
    tables = tables_of(log, asker.speaks_for)
    records, is_whole = _newest(log, tables, query.since, head, query.limit, asker.principal_id)
    listed = records[: query.limit]
    readable = {each for each, bodies in tables.items() if reads_by_seat(asker, each, bodies)}
    together = with_corrections(log, listed[::-1])
    standing, _ = resolve(together)  # what was withdrawn is not told: its withdrawal is
    facts = {fact.event_id: fact for fact in standing}
    shown_facts = [facts[record.event_id] for record in listed if record.event_id in facts]
    readable_facts = [fact for fact in shown_facts if fact.partition_id in readable]
    words = NamesAndTexts(call.services, entitled=Ground.SEAT)
    texts = words.texts(readable_facts, together)
    names = NamesAndTexts(call.services, entitled=None).names_across(tables, _mentioned(shown_facts), upto=head)
    names |= words.names_across(readable, _mentioned(readable_facts), upto=head)
    news = News(
        position=head,
        in_all=len(records) if is_whole else None,
        data=tuple(_entry(fact, names, texts) for fact in shown_facts),
        names=names,
    )
    return OperationAnswer(content=news, personal=True)


def _newest(
    log: LogRecorder, tables: Mapping[UUID, object], since: int, head: int, limit: int, key_id: UUID
) -> tuple[list[Recorded], bool]:
    """The newest events that others recorded there, newest first; and whether they are all since then."""
    if not tables:
        return [], True
    selections, window = frozenset(all_about("partnership", each) for each in tables), _FIRST_WINDOW
    while True:
        start = max(since, head - window)
        records = find_records(log, selections, after=start, upto=head)
        others = [record for record in reversed(records) if record.envelope.actor != key_id]
        if start == since or len(others) > limit:
            return others, start == since
        window *= _WIDER


def _mentioned(facts: Iterable[Effective]) -> set[UUID]:
    return {each for fact in facts for each in ids_in(fact.body, "party", "place")}


def _entry(fact: Effective, names: Mapping[UUID, str], texts: ShownTexts) -> NewsEntry:
    def text(_: str, sealed: Plain | Sealed) -> str:
        return plain_words(sealed, texts)

    return NewsEntry(
        event_id=fact.event_id,
        position=fact.position,
        type=fact.name,
        happened=fact.body.happened,
        recorded_at=fact.recorded_at,
        partnership_id=fact.partition_id,
        sentence=sentence(fact.body, label=lambda party_id: names.get(party_id, UNNAMED), text=text),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me/news",
        name="read-news",
        summary="Read what others recorded in the partnerships of your bodies since you last looked.",
        tag="Reading",
        handle=_read,
        query=NewsQuery,
        answers={200: News},
    ),
)

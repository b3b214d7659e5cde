"""Asks and promises found by their words, in the partnerships of the asker's bodies: nobody else's words are opened."""

from collections.abc import Iterator
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.access import reads_by_seat, tables_of
from api.reading.names_and_texts import NamesAndTexts, ShownTexts
from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.events.recorded import Effective, resolve
from domain.events.selection import entry
from domain.log.find_records import find_records, with_corrections
from domain.text import says
from domain.values import Plain
from domain.vault import Ground
from domain.vocabulary import CodeList

_MOST_OPENED: Final = 3_000

SoughtText = Annotated[
    str, Meta(min_length=1, max_length=200, description="Words that it holds, however they are typed")
]
ThingLimit = Annotated[int, Meta(ge=1, le=200, description="How many to list at most, the newest")]


class ThingQuery(Struct, frozen=True, kw_only=True):
    """Which words are sought."""

    q: SoughtText
    limit: ThingLimit = 20


class ThingKind(CodeList):
    """A kind of thing that is found by its words."""

    ASK = "ask"
    PROMISE = "promise"


class FoundThing(Struct, frozen=True, kw_only=True):
    """An ask or a promise, its words, and where it stands."""

    kind: ThingKind
    thing_id: UUID
    event_id: UUID
    happened: str
    text: str
    partnership_id: UUID


class FoundThings(Struct, frozen=True, kw_only=True):
    """Asks and promises with those words, newest first. `is_whole`: every one on record there was looked at."""

    in_all: int
    is_whole: bool
    data: tuple[FoundThing, ...]
    names: dict[UUID, str]


def _find(call: Call) -> OperationAnswer:
    log, query = call.services.recorder, call.query
    seated = tables_of(log, call.asker.speaks_for)
    tables = {each for each, bodies in seated.items() if reads_by_seat(call.asker, each, bodies)}
    records = find_records(
        log, frozenset(entry("partnership", each, AskRaised, CommitmentMade, CommitmentProposed) for each in tables)
    )
    newest = with_corrections(log, records[-_MOST_OPENED:])
    standing, _ = resolve(newest)
    words = NamesAndTexts(call.services, entitled=Ground.SEAT)  # they read what is said at every one of these tables
    facts = [fact for fact in standing if isinstance(fact.body, AskRaised | CommitmentMade | CommitmentProposed)]
    texts = words.texts(facts, newest)
    things = [thing for fact in reversed(facts) for thing in _thing(fact, texts) if says(thing.text, query.q)]
    once = list({thing.thing_id: thing for thing in reversed(things)}.values())[::-1]
    content = FoundThings(
        in_all=len(once),
        is_whole=len(records) <= _MOST_OPENED,
        data=tuple(once[: query.limit]),
        names=words.names_across(tables, (), upto=log.head().position),
    )
    return OperationAnswer(content=content, personal=True)


def _thing(fact: Effective, texts: ShownTexts) -> Iterator[FoundThing]:
    """The ask or promise that a fact began, where its words can be read."""
    body = fact.body
    if not isinstance(body, AskRaised | CommitmentMade | CommitmentProposed):
        return
    words = body.text.text if isinstance(body.text, Plain) else texts[body.text].text
    if words is not None:
        is_ask = isinstance(body, AskRaised)
        yield FoundThing(
            kind=ThingKind.ASK if is_ask else ThingKind.PROMISE,
            thing_id=body.ask_id if isinstance(body, AskRaised) else body.commitment_id,
            event_id=fact.event_id,
            happened=body.happened,
            text=words,
            partnership_id=fact.partition_id,
        )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me/asks-and-promises",
        name="find-asks-and-promises",
        summary="Find asks and promises by their words, in the partnerships in which your bodies have a seat.",
        tag="Reading",
        handle=_find,
        query=ThingQuery,
        answers={200: FoundThings},
    ),
)

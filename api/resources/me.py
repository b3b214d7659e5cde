"""The asker: whose key it is, which bodies it speaks for, where they sit, and what it may do."""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.keys import Scope, name_of_key
from api.http.operations import Call, Operation, OperationAnswer
from api.reading.access import tables_of
from api.reading.names_and_texts import NamesAndTexts
from domain.text import likeness
from domain.vault import Ground
from domain.vocabulary import CodeList

_READS_FIGURES: Final = "read figures, counts and dates of every partnership"
_READS_WORDS: Final = "read the texts and names of people of partnerships in which one of its bodies has a seat"
_READS_ALL: Final = "read the texts and names of people of every partnership"
_RECORDS: Final = "record what happened, as the word of its bodies"
_STEWARDS: Final = "look after the record: register bodies and places, vouch for seats, take out texts, forget people"
_RIGHTS: Final[dict[Scope, tuple[str, ...]]] = {
    Scope.READ: (_READS_FIGURES, _READS_WORDS),
    Scope.RECORD: (_READS_FIGURES, _READS_WORDS, _RECORDS),
    Scope.STEWARD: (_READS_FIGURES, _READS_ALL, _RECORDS, _STEWARDS),
}
_IN_WORDS: Final[dict[Scope, str]] = {
    Scope.READ: "may read",
    Scope.RECORD: "may read and record",
    Scope.STEWARD: "looks after the record",
}


class KeyScope(CodeList):
    """The scope of a key: what it may do; each includes those before it."""

    READ = "read"
    RECORD = "record"
    STEWARD = "steward"


class NamedBody(Struct, frozen=True, kw_only=True):
    """An organisation or group by its id and its name now."""

    party_id: UUID
    name: Annotated[str | None, Meta(description="Null where it is not in the register, or its name cannot be read")]


class OwnPartnership(Struct, frozen=True, kw_only=True):
    """A partnership in which some of the asker's bodies have a seat now."""

    partnership_id: UUID
    name: str | None
    party_ids: Annotated[tuple[UUID, ...], Meta(description="Which of the bodies have a seat there")]


class Me(Struct, frozen=True, kw_only=True):
    """Whose key this is, which bodies it speaks for, and where they sit."""

    key_id: UUID
    name: Annotated[str, Meta(description="The name under which the key was made")]
    scope: KeyScope
    scope_in_words: str
    rights: Annotated[tuple[str, ...], Meta(description="What the key may do, each in words")]
    organisation: Annotated[
        NamedBody | None, Meta(description="Whose key it is; null where it belongs to none in the register")
    ]
    bodies: Annotated[tuple[NamedBody, ...], Meta(description="The bodies whose word it may set down, by name")]
    partnerships: Annotated[tuple[OwnPartnership, ...], Meta(description="Where any of them has a seat now, by name")]


def _read(call: Call) -> OperationAnswer:
    log, asker = call.services.recorder, call.asker
    ids = asker.actor.speaks_for | ({asker.organisation_id} if asker.organisation_id else set())
    tables = tables_of(log, ids)
    names = NamesAndTexts(call.services, entitled=Ground.CARE if asker.actor.steward else None).names_across(
        tables, ids, upto=log.head().position
    )
    bodies = tuple(NamedBody(party_id=each, name=names.get(each)) for each in sorted(ids, key=_by_name(names)))
    me = Me(
        key_id=asker.key_id,
        name=name_of_key(log, asker.key_id),
        scope=KeyScope[asker.scope.name],
        scope_in_words=_IN_WORDS[asker.scope],
        rights=_RIGHTS[asker.scope],
        organisation=next((each for each in bodies if each.party_id == asker.organisation_id), None),
        bodies=bodies,
        partnerships=tuple(
            OwnPartnership(
                partnership_id=partnership_id,
                name=names.get(partnership_id),
                party_ids=tuple(sorted(tables[partnership_id])),
            )
            for partnership_id in sorted(tables, key=_by_name(names))
        ),
    )
    return OperationAnswer(content=me, personal=True)


def _by_name(names: dict[UUID, str]) -> Callable[[UUID], tuple[str, str]]:
    return lambda identity: (likeness(names.get(identity, "")), str(identity))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me",
        name="read-me",
        summary="Read whose key you hold, which bodies it speaks for, where they sit, and what it may do.",
        tag="Service",
        handle=_read,
        answers={200: Me},
    ),
)

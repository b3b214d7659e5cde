"""The declaration of an event type: one class is one event, and everything else about it is derived from it.

From the declaration come the stored name, JSON schema, tags, sealed fields, timeline sentence, data
dictionary and golden file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, TypeVar, cast, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import fields as struct_fields

from domain.errors import FolkmootError
from domain.values import Label, Language, Name, PartyAt, Plain, Sealed, Url, Vintage, When
from domain.vocabulary import Attendance, Channel, Role

BodyMap = dict[str, Any]
Upcast = Callable[[BodyMap], BodyMap]
"""Turns the stored fields of one version into those of the next."""


class UnknownEventError(FolkmootError, LookupError):
    """This release does not declare that event type or version. Upgrade to the release that wrote it."""


class UnsealedTextError(FolkmootError, ValueError):
    """A body still carries readable text. Seal it before it is encoded."""


class Family(Struct, frozen=True):
    """Why a family of events is kept: purpose, lawful basis and retention class."""

    name: str
    purpose: str
    lawful_basis: str
    retention: str


class EventBody(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The body of an event: what happened, in the words of the field; nothing of how or by whom it was recorded."""

    happened: When


E = TypeVar("E", bound=EventBody)


class Participant(Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """One party's presence at a contact; `count` stands for several people of that party and role."""

    party: PartyAt
    role: Role = Role.MEMBER
    attendance: Attendance = Attendance.ATTENDED
    voting: bool = False
    member: bool = True
    person_id: UUID | None = None
    channel: Channel | None = None
    count: Annotated[int, Meta(ge=1, le=10_000)] = 1


class Voice(Enum):
    """The part that an organisation or group has in an event that names it."""

    SPEAKS = "speaks"
    """It said so: that it happened is its word, beside that of whoever recorded it."""
    SPEAKS_ALONE = "speaks-alone"
    """It said so, and nobody else says so for it, corrects it or takes it back."""
    TAKES_ON = "takes-on"
    """It takes something on, which nobody else does for it; whether it said so is another field's business."""
    ACTS = "acts"
    """It is said to have done something: that is the word of whoever wrote it down, and not its own."""


class Declaration(Struct, frozen=True, kw_only=True):
    """One event type as declared; `event` says what each field means."""

    body: type[EventBody]
    name: str
    version: int
    sentence: str
    family: Family
    sealed: tuple[str, ...]
    upcasts: Mapping[int, Upcast]
    home: str
    begins: str
    about: str
    voices: Mapping[str, Voice]

    @property
    def thing(self) -> str:
        """The id field of the thing that it begins or continues, or of the record that it is about."""
        return self.begins or self.about

    @property
    def speakers(self) -> tuple[str, ...]:
        """The fields that hold who has spoken, so that the record is their word too."""
        return self._with(Voice.SPEAKS, Voice.SPEAKS_ALONE)

    @property
    def only_by_itself(self) -> tuple[str, ...]:
        """The fields that hold a body of which nobody else says this, corrects it or takes it back."""
        return self._with(Voice.SPEAKS_ALONE, Voice.TAKES_ON)

    def _with(self, *voices: Voice) -> tuple[str, ...]:
        return tuple(name for name, voice in self.voices.items() if voice in voices)

    @property
    def question(self) -> str:
        """One sentence about what the event records: the first line of its docstring."""
        return (self.body.__doc__ or "").strip().splitlines()[0]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields in declared order."""
        return self.body.__struct_fields__


_BY_NAME: Final[dict[str, Declaration]] = {}
_BY_BODY: Final[dict[type[EventBody], Declaration]] = {}
_DECODERS: Final[dict[str, msgspec.msgpack.Decoder[EventBody]]] = {}
"""Made as events are declared: threads that make one at first use end the process."""


def event(
    *,
    version: int = 1,
    sentence: str,
    family: Family,
    upcasts: Mapping[int, Upcast] | None = None,
    home: str = "",
    begins: str = "",
    about: str = "",
    voices: Mapping[str, Voice] | None = None,
) -> Callable[[type[E]], type[E]]:
    """Register an event type under the kebab-case of its class name, for ever.

    `sentence` is written in the syntax of `domain.events.sentences`.
    `home` names the id field whose value is the partition; empty: the partnership it is recorded in.
    `begins` names the id field of the thing that begins with it (or is told anew), or else `about` that of the
    earlier thing or record, without which the event is set aside.
    `voices` says of fields that hold bodies what those do in it; a field that is not named there is nobody's word.
    `upcasts[n]` turns a stored body of version n into one of version n + 1.
    """

    def declare(body: type[E]) -> type[E]:
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", body.__name__).lower()
        steps = dict(upcasts or {})
        if name in _BY_NAME or set(steps) != set(range(1, version)):
            message = f"{name}: declared twice, or an upcast is missing between 1 and {version}"
            raise TypeError(message)
        declaration = Declaration(
            body=body,
            name=name,
            version=version,
            sentence=sentence,
            family=family,
            sealed=tuple(field.name for field in struct_fields(body) if _is_text(field.type)),
            upcasts=steps,
            home=home,
            begins=begins,
            about=about,
            voices=dict(voices or {}),
        )
        _refuse_false_roles(declaration)
        _BY_NAME[name] = declaration
        _BY_BODY[body] = declaration
        _DECODERS[name] = msgspec.msgpack.Decoder(body)
        return body

    return declare


def _refuse_false_roles(declaration: Declaration) -> None:
    """Raise TypeError for a declaration that gives a field a role that its type cannot play."""
    types = {field.name: field.type for field in struct_fields(declaration.body)}
    if bool(declaration.begins) == bool(declaration.about) or types.get(declaration.thing) is not UUID:
        message = f"{declaration.name}: name the one id field of what it begins, or of what it is about"
        raise TypeError(message)
    if wrong := [name for name in declaration.voices if not _holds_bodies(types.get(name))]:
        message = f"{declaration.name}: {', '.join(wrong)} have no voice: only fields that hold bodies can"
        raise TypeError(message)


def _holds_bodies(annotation: object) -> bool:
    return annotation is PartyAt or PartyAt in get_args(annotation)


def _is_text(annotation: object) -> bool:
    return Plain in getattr(annotation, "__args__", ())


def declarations() -> tuple[Declaration, ...]:
    """Every declared event type in the order of declaration."""
    return tuple(_BY_NAME.values())


def declared(name: str) -> Declaration:
    """A declaration by stored name. Raises UnknownEventError."""
    try:
        return _BY_NAME[name]
    except KeyError:
        message = f"no event type is called {name!r}"
        raise UnknownEventError(message) from None


def declaration_of(body: EventBody | type[EventBody]) -> Declaration:
    """The declaration of a body or of its class."""
    return _BY_BODY[body if isinstance(body, type) else type(body)]


def name_of(body: EventBody | type[EventBody]) -> str:
    """The stored name of a body or of its class."""
    return declaration_of(body).name


_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")


def encode(body: EventBody) -> bytes:
    """Encode a body as stored (MessagePack). Raises UnsealedTextError while any text is readable."""
    for name in declaration_of(body).sealed:
        if isinstance(getattr(body, name), Plain):
            message = f"{name_of(body)}.{name} is not sealed"
            raise UnsealedTextError(message)
    return _ENCODER.encode(body)


def decode(name: str, version: int, data: bytes) -> EventBody:
    """Decode a stored body of any version ever written. Raises UnknownEventError."""
    declaration = declared(name)
    if version == declaration.version:
        return _DECODERS[name].decode(data)
    if version > declaration.version:
        message = f"{name} version {version} is newer than this release, which knows version {declaration.version}"
        raise UnknownEventError(message)
    fields = cast("BodyMap", msgspec.msgpack.decode(data))
    for step in range(version, declaration.version):
        fields = declaration.upcasts[step](fields)
    return msgspec.convert(fields, declaration.body)


@cache
def claimed_times(body: type[EventBody]) -> frozenset[str]:
    """The names of the fields that hold a claimed time."""
    return frozenset(field.name for field in struct_fields(body) if When in (field.type, *get_args(field.type)))


@cache
def clear_texts(body: type[EventBody]) -> frozenset[str]:
    """The names of the readable fields that may hold a person's name: names, labels, languages and addresses."""
    if "record_id" in body.__struct_fields__:  # they name fields of records
        return frozenset()
    return frozenset(field.name for field in struct_fields(body) if not _CLEAR.isdisjoint(_kinds_in(field.type)))


_CLEAR: Final = frozenset({Label, Language, Name, Url, Vintage})


def _kinds_in(annotation: object) -> set[object]:
    return {annotation}.union(*(_kinds_in(each) for each in get_args(annotation) if each not in (str, Ellipsis)))


def texts_of(body: EventBody) -> Iterator[tuple[str, Plain | Sealed]]:
    """The free texts that a body carries, each with its field."""
    for name in declaration_of(body).sealed:
        text = getattr(body, name)
        if text is not None:
            yield name, text

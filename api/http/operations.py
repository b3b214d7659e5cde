"""Operations of the API: each declared once; routes, checks and the description follow from that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import Struct
from starlette.datastructures import Headers

from api.access.principal import Principal
from api.access.sight import SeenLog, Sight, sight_of
from api.access.user_roles import Right
from api.http.event_streams import EVENT_STREAM
from api.http.problems import Problem
from api.limits.request_sizes import BODY_BYTES
from api.runtime.services import Services
from domain.decisions.command import Command
from domain.decisions.refusals import in_words
from domain.structs import prepared

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoQuery(Struct, frozen=True):
    """An operation without query parameters."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to one operation, authorised and with its query read; the body as sent."""

    services: Services
    operation: "Operation"
    principal: Principal | None
    path: Mapping[str, str]
    query: Any
    headers: Headers
    media: str
    body: bytes = b""
    is_of_page: bool = False
    """A page asks, which bounds by itself what it shows of the answer."""

    @property
    def asker(self) -> Principal:
        """The holder of the key. Raises RuntimeError in an operation that is open to anybody."""
        if self.principal is None:
            raise RuntimeError("this operation is open to anybody, so nobody is known to ask")
        return self.principal

    @property
    def sight(self) -> Sight | None:
        """The part of the log that the asker may know of; None for all of it."""
        log, right = self.services.recorder, self.operation.right
        if isinstance(log, SeenLog) and log.sight.right is right:
            return log.sight
        return sight_of(self.services.handler.recorder, self.asker, right)

    def id_in_path(self, name: str) -> UUID:
        """An id in the address. Raises Problem 404 for anything that is not an id."""
        text = self.path[name]
        try:
            identity = UUID(text)
        except ValueError:
            identity = None
        if identity is None or str(identity) != text.lower():
            raise Problem("not-found", f"There is no {in_words(name.removesuffix('_id'))} with this id.")
        return identity


@dataclass(frozen=True, kw_only=True)
class OperationAnswer:
    """The answer of an operation: content to be written as JSON, bytes written already, or bytes piece by piece."""

    content: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON
    personal: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that can be asked by whoever has the `right`; None: by anybody.

    `answers` holds the type of each success. `request` is the type of a body that is no command, but begins work in the
    background or acts on accounts. `waits`: the tables it reads may lag behind the log, and it can be asked to wait
    until they have caught up. `dear`: it takes long to work out, so that only so many are worked out at once.
    `metered`: each request is counted, and too many in a minute are refused. `body_bytes`: how much its body may have;
    where that is more than others may have, only so many are read at once.
    """

    method: str
    path: str
    name: str
    summary: str
    tag: str
    handle: Callable[[Call], OperationAnswer]
    right: Right | None = Right.READ_FIGURES
    query: type[Struct] = NoQuery
    command: type[Command] | None = None
    request: type[Struct] | None = None
    answers: Mapping[int, Any]
    media: tuple[str, ...] = (JSON,)
    conditional: bool = False
    waits: bool = False
    dear: bool = False
    metered: bool = True
    body_bytes: int = BODY_BYTES
    description: str = ""

    def __post_init__(self) -> None:
        """Prepare the types that requests are read into, before any request comes."""
        prepared(self.query, *([] if self.sent is None else [self.sent]))

    @property
    def sent(self) -> type[Struct] | None:
        """The type of the body; None where there is none."""
        return self.request or self.command

    @property
    def is_stream(self) -> bool:
        """Its answer goes on for as long as its reader stays."""
        return self.media == (EVENT_STREAM,)

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The names of the parameters in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

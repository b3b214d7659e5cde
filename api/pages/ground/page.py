"""Pages: each declared once, shown and taken by functions that see one visit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import Struct
from starlette.datastructures import ImmutableMultiDict, QueryParams

from api.access.answer_links import AnswerLink
from api.access.principal import Principal
from api.access.user_roles import Right
from api.http.operations import Call
from api.http.problems import Problem
from api.pages.ground import perform
from api.pages.ground.browser_sessions import Session
from api.recording.receipt import Receipt
from api.runtime.services import Services
from domain.decisions.refusals import in_words
from domain.events.recorded import Recorded


class SentFile(Struct, frozen=True):
    """A file that came with a form: its name and type as they were sent, and its bytes."""

    name: str
    media_type: str
    content: bytes

    def __repr__(self) -> str:
        """Show nothing: representations end up in logs."""
        return "SentFile(...)"


class FormFields:
    """The fields of a form that was sent, and the file with it; those that were not are empty."""

    def __init__(self, fields: ImmutableMultiDict[str, Any] | None = None, file: SentFile | None = None) -> None:
        self._fields: ImmutableMultiDict[str, Any] = ImmutableMultiDict() if fields is None else fields
        self.file = file

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def one(self, name: str) -> str:
        """The text of a field, without spaces around it; where it was sent more than once, the last."""
        texts = self.many(name)
        return texts[-1] if texts else ""

    def many(self, name: str) -> list[str]:
        """Every text of a field, such as the boxes that were ticked."""
        return [text.strip() for text in self._fields.getlist(name) if isinstance(text, str)]

    def names(self) -> list[str]:
        """The names of the fields that were sent, each once."""
        return list(dict.fromkeys(self._fields.keys()))


@dataclass(frozen=True)
class Download:
    """A file to be kept."""

    content: bytes | Iterator[bytes]
    media: str
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those of the operation that gave it, in place of our own."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request of a browser to one page, by somebody who may make it."""

    services: Services
    page: "Page"
    session: Session | None
    principal: Principal | None
    path: Mapping[str, str]
    query: QueryParams
    form: FormFields = field(default_factory=FormFields)
    address: str = ""
    """The path and query that were asked for."""
    errand: str = ""
    """What the browser carries of its way to the provider that signs people on; empty where it is on none."""
    link: AnswerLink | None = None
    """The link by whose holder the page is opened, on one for those; None where no link was opened in this browser."""
    is_head: bool = False
    """True where only the headers of the page are asked for, which must change nothing."""

    @property
    def visitor(self) -> Principal:
        """Who is signed in. Raises RuntimeError on a page that is open to anybody."""
        if self.principal is None:
            raise RuntimeError("this page is open to anybody, so nobody is known to visit it")
        return self.principal

    def id_in_path(self, name: str) -> UUID:
        """An id in the address. Raises Problem 404 for anything that is not an id."""
        try:
            return UUID(self.path[name])
        except ValueError:
            raise Problem("not-found", f"There is no {in_words(name.removesuffix('_id'))} with this id.") from None

    def call(
        self,
        name: str,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> Call:
        """The call to an operation of the API that this visit makes, with the visitor's rights. Raises Problem.

        Raises RuntimeError where that takes long to work out, and the page is not declared to do so.
        """
        asker = self.principal if perform.is_open_to_anybody(name) else self.visitor
        call = perform.call(self.services, asker, name, path or {}, query or {})
        if call.operation.dear and not self.page.dear:
            raise RuntimeError(f"{name} takes long: the page {self.page.name} is to be declared `dear`")
        return call

    def ask(
        self,
        name: str,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> Any:  # noqa: ANN401 - the operation's own answer
        """The answer of an operation of the API. A query's value of None is left out. Raises Problem."""
        return perform.answer(self.call(name, path, query))

    def file(
        self, name: str, path: Mapping[str, object], query: Mapping[str, object] | None = None, *, called: str
    ) -> Download:
        """The answer of an operation of the API that gives a file, to be taken away under a name. Raises Problem."""
        call = self.call(name, path, query)
        answer = call.operation.handle(call)
        assert isinstance(answer.content, bytes)  # noqa: S101 - an operation that gives a file gives its bytes
        return Download(content=answer.content, media=answer.media, name=called)

    def streamed(self, name: str, path: Mapping[str, object]) -> Download:
        """The answer of an operation of the API that gives a file piece by piece, with its headers. Raises Problem."""
        call = self.call(name, path)
        answer = call.operation.handle(call)
        assert isinstance(answer.content, Iterator)  # noqa: S101 - as the operation is declared
        return Download(content=answer.content, media=answer.media, headers=answer.headers)

    def record(
        self, name: str, body: Mapping[str, object], *, path: Mapping[str, object] | None = None, key: str
    ) -> Receipt:
        """The receipt of what an operation of the API put on record, once for each `key`. Raises Problem."""
        receipt: Receipt = perform.send(self.call(name, path), body, key)
        return receipt

    def recorded_before(self, name: str, key: str) -> list[Recorded]:
        """The records that an operation made when a form with this `key` was sent before; nothing where it was not."""
        return perform.recorded_before(self.services, self.visitor, name, key)


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with a form: the id of the field in which it lies, and the words for whoever filled it in."""

    field: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page to be shown: its template with values; `errors` head it. Its status is 200, or 422 with errors."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    status: int | None = None
    leads_to: str = ""
    """Another site to which its form leads on, once this one has taken it; empty for none."""
    refuses_credential: bool = False
    """It says that a key or a link opens nothing: whoever tries many of them is to be slowed down."""


@dataclass(frozen=True)
class SeeOther:
    """Another page to go on to; `begins` is the token of a session that begins with it, `ends` ends a session.

    `errand` is what the browser carries to the provider that signs people on, and back.
    """

    address: str
    begins: str | None = None
    ends: bool = False
    errand: str | None = None
    sits: str | None = None
    """The token of a sitting that begins with it, by a link."""


PageAnswer = Shown | SeeOther | Download


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: `show` answers a visit, `take` a form that was sent to it. `right` None: open to anybody.

    `section` is the part of the navigation that it belongs to, such as `partnerships`. `dear`: it takes long to work
    out, so that only so many are worked out at once. `takes_file`: its form comes in parts, a file among them.
    """

    path: str
    name: str
    show: Callable[[Visit], PageAnswer]
    take: Callable[[Visit], PageAnswer] | None = None
    right: Right | None = Right.READ_FIGURES
    section: str = ""
    dear: bool = False
    takes_one_click: bool = False
    """Its form may be sent by a program that was never shown it (RFC 8058): its address alone says what to do."""
    by_link: bool = False
    """It is for holders of links, who have no account; whoever is signed in as well counts for nothing there."""
    takes_file: bool = False

"""The log as server-sent events: what is recorded is sent as it comes, to who may know of it at that moment.

Whether they still may is looked up anew whenever something is sent, and every few seconds besides.
"""

from collections import OrderedDict
from threading import Lock
from typing import Annotated, Final, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Meta, Struct

from api.access.principal import Principal
from api.access.sight import sight_of
from api.access.user_roles import Right
from api.http.acting_for import ACTING_FOR
from api.http.auth import authenticate, require_at_all
from api.http.event_streams import EVENT_STREAM, LAST_EVENT_ID, FeedPart
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.logged_events import cloud_event, logged_events
from api.runtime.services import Services
from domain.log.errors import LogError
from domain.log.event import LogEvent
from domain.log.query import EVERYTHING
from domain.log.recorder import LogHead
from domain.vocabulary import CodeList

_ENCODER: Final = msgspec.json.Encoder()
_AT_ONCE: Final = 500
_PAGES_KEPT: Final = 8
_COME_AGAIN: Final = b"retry: 3000\n"
_RIGHT: Final = Right.READ_FIGURES
_NOBODY_NOW: Final = frozenset({"unavailable"})
"""Problems that say nothing of the reader: the stream goes on once they are over."""


class StreamForm(CodeList):
    """The form of each event: as in the pages of the log, or as in CloudEvents 1.0."""

    JSON = "json"
    CLOUDEVENTS = "cloudevents"


class FollowLogParameters(Struct, frozen=True, kw_only=True):
    """Where in the log a stream begins, and in which form its events are."""

    after: (
        Annotated[
            int,
            Meta(
                ge=0,
                lt=10**18,
                description=f"The position after which it begins; by default the present one. {LAST_EVENT_ID} comes "
                "before it",
            ),
        ]
        | None
    ) = None
    form: Annotated[StreamForm, Meta(description="The form of each event")] = StreamForm.JSON


class _SentEvent(NamedTuple):
    """An event of the log, and the bytes by which it is sent."""

    event: LogEvent
    content: bytes


class _LatestPages:
    """The last pages of the log, ready to be sent: all who wait for the same page are served by one reading."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pages: OrderedDict[tuple[int, int, StreamForm], list[_SentEvent]] = OrderedDict()

    def page(self, services: Services, after: int, head: LogHead, form: StreamForm) -> list[_SentEvent]:
        """The events after a position, up to so many, in a form."""
        key = (after, head.position, form)
        with self._lock:
            if key not in self._pages:
                self._pages[key] = _read_page(services, after, head, form)
                if len(self._pages) > _PAGES_KEPT:
                    self._pages.popitem(last=False)
            return self._pages[key]


_LATEST: Final[WeakKeyDictionary[object, _LatestPages]] = WeakKeyDictionary()


class LogFeed:
    """The log as it is sent to one reader."""

    def __init__(self, call: Call, after: int) -> None:
        self._call, self._position = call, after
        self._services = call.services.of_all
        self._pages = _LATEST.setdefault(self._services.recorder.connections, _LatestPages())
        self._within = call.asker.within()
        self._begins = _COME_AGAIN + _stands_at(after)

    def read(self) -> FeedPart:
        """Read on, for whoever the reader is by now; while the database cannot be reached there is nothing."""
        try:
            return self._read()
        except LogError:
            return FeedPart(b"")

    def _read(self) -> FeedPart:
        log, after = self._services.recorder, self._position
        head = log.head()
        if head.position < after:
            return _ended("the record was put back to before what you had")
        page = self._pages.page(self._services, after, head, self._call.query.form)
        try:
            principal = authenticate(
                self._services, self._call.headers.get("Authorization"), self._call.headers.get(ACTING_FOR)
            )
            require_at_all(principal, _RIGHT)
        except Problem as problem:
            return FeedPart(b"") if problem.code in _NOBODY_NOW else _ended(problem.code)
        if self._reaches_less(principal):
            return _ended("your reach is no longer what it was")
        sight = sight_of(log, principal, _RIGHT)
        listed = [each for each in page if sight is None or sight.lists(each.event)]
        self._position = page[-1].event.position or after if page else head.position
        content, self._begins = self._begins + b"".join(each.content for each in listed), b""
        if self._position != after and (not listed or listed[-1] is not page[-1]):
            content += _stands_at(self._position)
        return FeedPart(content, is_level=self._position >= head.position)

    def _reaches_less(self, principal: Principal) -> bool:
        """The reader no longer reads everywhere where they did when the stream was last looked at."""
        before, self._within = self._within, principal.within()
        return self._within is not None and (before is None or not before <= self._within)


def _read_page(services: Services, after: int, head: LogHead, form: StreamForm) -> list[_SentEvent]:
    events = services.recorder.selected(EVERYTHING, after=after, upto=head.position, limit=_AT_ONCE)
    return [
        _SentEvent(
            event,
            b"id: %d\ndata: %b\n\n"
            % (
                logged.position,
                _ENCODER.encode(logged if form is StreamForm.JSON else cloud_event(head.log_id, logged)),
            ),
        )
        for event, logged in zip(events, logged_events(services, events), strict=True)
    ]


def _stands_at(position: int) -> bytes:
    """The position to go on from, without an event: what came up to it was none that the reader may know of."""
    return b"id: %d\n\n" % position


def _ended(reason: str) -> FeedPart:
    return FeedPart(f": ended: {reason}\n\n".encode(), is_over=True)


def _follow(call: Call) -> OperationAnswer:
    after = _last_event_id(call)
    after = call.query.after if after is None else after
    head = call.services.handler.recorder.head().position
    if after is not None and after > head:
        fault = ProblemFault(code="out-of-bounds", detail=f"the record reaches position {head}", parameter="after")
        raise Problem("invalid-query", f"{fault.detail.capitalize()}: it was put back, or is another.", [fault])
    feed = LogFeed(call, head if after is None else after)
    return OperationAnswer(content=feed, media=EVENT_STREAM, personal=True)


def _last_event_id(call: Call) -> int | None:
    text = call.headers.get(LAST_EVENT_ID)
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 18:  # noqa: PLR2004 - digits of what the database holds
        return int(text)
    raise Problem("invalid-query", f"{LAST_EVENT_ID} must be the id of an event of this stream.")


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/log/stream",
        name="follow-log",
        summary="Be sent each event as it is recorded, as server-sent events; each id is a position to go on from.",
        tag="Reading",
        handle=_follow,
        query=FollowLogParameters,
        answers={200: str},
        media=(EVENT_STREAM,),
    ),
)

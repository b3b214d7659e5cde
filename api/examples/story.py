"""The story of the examples, from the first place to the last closing, and how it is played to a server."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from api.examples import access_requests as access
from api.examples import document_requests as documents
from api.examples import founding_requests as founding
from api.examples import meeting_requests as meetings
from api.examples import money_requests as money
from api.examples import promise_requests as promises
from api.examples import reading_requests as reading
from api.examples.example_request import ExampleRequest, Speaker, filled, standing_at

STORY: Final = (
    *founding.REGISTERS,
    *founding.TABLE,
    *money.FUNDING,
    *meetings.MEETINGS,
    *meetings.ASKS,
    *meetings.DECISIONS,
    *documents.DOCUMENTS,
    *promises.PROMISES,
    *money.RESULTS,
    *money.RECORDS,
    *reading.METHODS,
    *reading.SERVICE,
    *reading.REGISTERS_READ,
    *reading.FIGURES,
    *reading.ROWS,
    *reading.REVIEWS,
    *reading.LISTS,
    *reading.TRAILS,
    *access.ACCESS,
    *reading.ENDINGS,
)


class SentRequest(NamedTuple):
    """A request as it is sent."""

    speaker: Speaker
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class GivenAnswer(NamedTuple):
    """An answer as it came; `content` is JSON where the media type says so, else text."""

    status: int
    headers: Mapping[str, str]
    content: Any


class PlayedExample(NamedTuple):
    """A request of the story, as it was sent and answered."""

    example: ExampleRequest
    path: Mapping[str, str]
    request: SentRequest
    answer: GivenAnswer


Sender = Callable[[SentRequest], GivenAnswer]


def play(
    send: Sender, document: Mapping[str, Any], things: dict[str, Any], before: Mapping[str, Callable[[], None]]
) -> Iterator[PlayedExample]:
    """Send the requests of the story one after another; `things` grows by what answers bring.

    `document` is the description of the API; `before` says what must be done before each request to an operation.
    """
    addresses = {
        described["operationId"]: (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    }
    for number, example in enumerate(STORY):
        if prepare := before.get(example.operation):
            prepare()
        played = _sent(send, example, addresses[example.operation], things, number)
        if played.answer.status < 400:  # noqa: PLR2004 - where errors begin
            for name, address in example.keep.items():
                things[name] = standing_at(played.answer.content, address)
        yield played


def _sent(
    send: Sender, example: ExampleRequest, address: tuple[str, str], things: Mapping[str, Any], number: int
) -> PlayedExample:
    method, template = address
    path = {name: str(value) for name, value in filled(example.path, things).items()}
    request = SentRequest(
        speaker=example.speaker,
        method=method,
        path=template.format_map(path),
        query=filled(example.query, things),
        headers={} if example.body is None else {"Idempotency-Key": str(uuid5(NAMESPACE_URL, f"example {number}"))},
        body=filled(example.body, things),
    )
    answer = send(request)
    return PlayedExample(example, path, request, answer)

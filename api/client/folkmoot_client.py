"""A Folkmoot at an address: asked with one key, tried again where that is worth it, and its problems as exceptions."""

import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Self, TypedDict, cast
from uuid import uuid4

import httpx2

from .operation_names import Arranging, Beginning, Reading, Recording

_TRIES = 4
_PAUSE_S = 0.5
_TRY_AGAIN = frozenset({408, 429, 503})

Body = Mapping[str, Any]
Parameter = str | int | float | bool | list[str] | tuple[str, ...]
"""A value in an address; a list is a parameter given several times."""


class EventOnRecord(TypedDict):
    """One event that a request put on record."""

    event_id: str
    type: str
    version: int
    position: int
    happened: str
    occurred_at: str


class SlipToAskAbout(TypedDict):
    """A warning of what may be a slip of the pen; it is recorded all the same."""

    code: str
    pointer: str
    detail: str


class ReceiptOfRequest(TypedDict):
    """The receipt of a request: all it put on record; `created` lists the ids of what began with it, by kind."""

    position: int
    recorded_at: str
    command_id: str
    events: list[EventOnRecord]
    created: dict[str, list[str]]
    warnings: list[SlipToAskAbout]


class NamedFault(TypedDict, total=False):
    """One fault, with its place: a JSON pointer into what was sent, or a parameter of the address."""

    code: str
    detail: str
    pointer: str
    parameter: str


class FolkmootProblem(Exception):
    """An answer that is a problem: `code` names it (see `/problems`), `detail` says more, `errors` names each fault."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code: str = problem.get("code", "")
        self.detail: str = problem.get("detail", "")
        self.instance: str = problem.get("instance", "")
        self.errors: list[NamedFault] = problem.get("errors", [])
        faults = "; ".join(
            f"{fault.get('pointer', fault.get('parameter', ''))}: {fault['detail']}" for fault in self.errors
        )
        super().__init__(f"{status} {self.code}: {self.detail}{f' ({faults})' if faults else ''}")


class Folkmoot:
    """A Folkmoot at an address, asked with one key. Safe to repeat: what is sent twice is recorded once."""

    def __init__(self, address: str, key: str, *, http: httpx2.Client | None = None) -> None:
        self._http = http or httpx2.Client(base_url=address, timeout=30)
        self._key = key

    def __enter__(self) -> Self:
        """Open for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, operation: Reading, **parameters: Parameter) -> Any:  # noqa: ANN401 - any JSON value
        """Read an answer: JSON as Python has it, anything else as bytes. Raises FolkmootProblem."""
        return _content(self._asked(operation, parameters))

    def pages(self, operation: Reading, **parameters: Parameter) -> Iterator[dict[str, Any]]:
        """The pages of a list, one after another. Raises FolkmootProblem."""
        page = self.read(operation, **parameters)
        while True:
            yield page
            if page["next"] is None:
                return
            page = _content(self._sent("GET", page["next"]))

    def record(
        self,
        operation: Recording,
        body: Body,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        **parameters: Parameter,
    ) -> ReceiptOfRequest:
        """Record something, once however often it is sent. Raises FolkmootProblem.

        Give the same `idempotency_key` to try again after a failure of yours; within a call that is seen to.
        """
        headers = {} if if_match is None else {"If-Match": if_match}
        return cast("ReceiptOfRequest", self._given(operation, body, idempotency_key, headers, parameters))

    def begin(
        self, operation: Beginning, body: Body, *, idempotency_key: str | None = None, **parameters: Parameter
    ) -> dict[str, Any]:
        """Begin work in the background; `Reading.READ_JOB` says how far it is. Raises FolkmootProblem."""
        return self._given(operation, body, idempotency_key, {}, parameters)

    def arrange(
        self, operation: Arranging, body: Body, *, idempotency_key: str | None = None, **parameters: Parameter
    ) -> dict[str, Any]:
        """Arrange who may do what; a key or a link stands in the answer this once. Raises FolkmootProblem."""
        return self._given(operation, body, idempotency_key, {}, parameters)

    def _given(
        self, operation: StrEnum, body: Body, key: str | None, headers: dict[str, str], parameters: dict[str, Parameter]
    ) -> dict[str, Any]:
        headers = {**headers, "Idempotency-Key": key or str(uuid4())}
        return cast("dict[str, Any]", _content(self._asked(operation, parameters, headers=headers, json=body)))

    def _asked(self, operation: StrEnum, parameters: dict[str, Parameter], **more: Any) -> httpx2.Response:  # noqa: ANN401 - parts of a request
        method, template = operation.value.split(" ")
        names = [part[1:-1] for part in template.split("/") if part.startswith("{")]
        path = template.format_map({name: parameters[name] for name in names})
        query = {name: _in_address(value) for name, value in parameters.items() if name not in names}
        return self._sent(method, path, params=query or None, **more)

    def _sent(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - parts of a request
    ) -> httpx2.Response:
        """The answer, after as many tries as are worth it. Raises FolkmootProblem, or httpx2's errors."""
        headers = {"Authorization": f"Bearer {self._key}", **(headers or {})}
        for again in range(1, _TRIES + 1):
            try:
                answer = self._http.request(method, address, headers=headers, **more)
            except httpx2.TransportError:
                if again == _TRIES:
                    raise
                time.sleep(_PAUSE_S * again)
                continue
            if answer.status_code not in _TRY_AGAIN or again == _TRIES:
                break
            time.sleep(float(answer.headers.get("Retry-After", _PAUSE_S * again)))
        if answer.is_error:
            is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
            raise FolkmootProblem(answer.status_code, answer.json() if is_problem else {"detail": answer.text})
        return answer


def _in_address(value: Parameter) -> Any:  # noqa: ANN401 - what httpx2 writes into an address
    return str(value).lower() if isinstance(value, bool) else value


def _content(answer: httpx2.Response) -> Any:  # noqa: ANN401 - any JSON value
    return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer.content

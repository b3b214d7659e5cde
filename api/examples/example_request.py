"""An example request: declared once, sent to a real server, and shown with its answer wherever the API is described."""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct

Speaker = Literal["officer", "resident", "steward", "colleague"]
"""Whoever speaks; the key of a colleague is what an earlier answer brought as `key_of_colleague`."""
_PLACE: Final = re.compile(r"\{(\w+)\}")


class ExampleRequest(Struct, frozen=True, kw_only=True):
    """A request of the story: `{name}` in it stands for what an earlier answer brought.

    `keep` names what later requests refer to, and where in the answer it stands (`created/party/0`). Of several
    requests to one operation, the one that `is_shown` is its example.
    """

    operation: str
    path: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: Mapping[str, Any] | None = None
    speaker: Speaker = "officer"
    keep: Mapping[str, str] = {}
    is_shown: bool = True


def filled(value: Any, things: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """A value in which every `{name}` is what stands under that name."""
    match value:
        case str():
            whole = _PLACE.fullmatch(value)
            return things[whole[1]] if whole else _PLACE.sub(lambda place: str(things[place[1]]), value)
        case Mapping():
            return {name: filled(member, things) for name, member in value.items()}
        case list() | tuple():
            return [filled(member, things) for member in value]
        case _:
            return value


def standing_at(answer: Any, address: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value at an address in an answer, such as `created/party/0`."""
    for step in address.split("/"):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer

"""Answers of the provider, fetched over HTTPS: in bounded time and size, from where we asked alone."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx2
import msgspec
from msgspec import Struct

from api.sign_on.provider_file import is_safe_address
from api.sign_on.sign_on_faults import ProviderUnreachable

_BYTES: Final = 512_000
_WHOLE_S: Final = 8.0
_STEP: Final = httpx2.Timeout(3.0)
_FAULTS_OF_THEIRS: Final = 500


class ProviderAnswer(Struct, frozen=True):
    """One answer of the provider: its status, and the JSON object, empty where there was none."""

    status: int
    content: dict[str, Any]

    def __repr__(self) -> str:
        """Show no content: it may hold tokens."""
        return f"ProviderAnswer({self.status})"


def ask_provider(
    address: str,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ProviderAnswer:
    """The answer to a question, or to a form sent with a name and secret. Raises ProviderUnreachable."""
    if not is_safe_address(address):
        raise ProviderUnreachable("an address of the provider does not begin with https://")
    deadline = clock() + _WHOLE_S
    auth = None if basic is None else httpx2.BasicAuth(*basic)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    try:
        with (
            httpx2.Client(timeout=_STEP, follow_redirects=False) as client,
            client.stream(
                "GET" if form is None else "POST", address, data=form, auth=auth, headers=headers
            ) as response,
        ):
            content = bytearray()
            for chunk in response.iter_raw():
                content += chunk
                if len(content) > _BYTES or clock() > deadline:
                    raise ProviderUnreachable("its answer is too long, or takes too long to come")
            status = response.status_code
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise ProviderUnreachable(type(error).__name__) from None
    if status >= _FAULTS_OF_THEIRS:
        raise ProviderUnreachable(f"it answers with {status}")
    return ProviderAnswer(status, _object(bytes(content)))


def _object(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}

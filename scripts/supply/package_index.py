"""The configured package index and what it says of a version: when it was released, and which advisories name it."""

import base64
import urllib.request
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec
from msgspec import Struct, field

from domain.errors import FolkmootError

INDEX_VARIABLES: Final = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX")
"""The variables of pip and of uv that name an index; it may hold a password, and so never stands on a command line."""
_PATIENCE_S: Final = 10.0
_MOST_BYTES: Final = 50_000_000
_SIMPLE_JSON: Final = "application/vnd.pypi.simple.v1+json"


class IndexUnavailable(FolkmootError):
    """The index does not answer, or not in JSON; the message names no address."""


class _File(Struct):
    hashes: dict[str, str] = {}
    upload_time: datetime | None = field(name="upload-time", default=None)


class _Project(Struct):
    files: list[_File] = []


class _Vulnerability(Struct):
    id: str = ""
    withdrawn: str | None = None


class _Release(Struct):
    vulnerabilities: list[_Vulnerability] = []


class PackageIndex:
    """The package index that pip or uv is told to use."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address.rstrip("/"))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise IndexUnavailable("the package index that is set is no address of a server")
        host = parts.netloc.rpartition("@")[2]
        self._simple = urlunsplit((parts.scheme, host, parts.path, "", ""))
        self._headers = {} if parts.username is None else _basic(parts.username, parts.password or "")

    def released_on(self, name: str, sha256: tuple[str, ...]) -> date | None:
        """The day on which the first of these files was uploaded; None where the index does not say."""
        project = self._read(f"{self._simple}/{name}/", _SIMPLE_JSON, _Project)
        times = [
            each.upload_time for each in project.files if each.upload_time and each.hashes.get("sha256") in set(sha256)
        ]
        return min(times).date() if times else None

    def advisories(self, name: str, version: str) -> tuple[str, ...]:
        """The advisories on this version that were not withdrawn."""
        root = self._simple.removesuffix("/simple")
        release = self._read(f"{root}/pypi/{name}/{version}/json", "application/json", _Release)
        return tuple(sorted(each.id for each in release.vulnerabilities if not each.withdrawn))

    def _read(self, address: str, media: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind that was asked for
        request = urllib.request.Request(address, headers={"Accept": media, **self._headers})  # noqa: S310 - http or https
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - the same
                return msgspec.json.decode(answer.read(_MOST_BYTES), type=kind)
        except (URLError, OSError) as error:
            code = getattr(error, "code", None)
            raise IndexUnavailable(f"it answers {code}" if code else "it does not answer") from None
        except msgspec.MsgspecError:
            raise IndexUnavailable("it does not answer in the JSON of package indexes") from None


def configured_index(environ: Mapping[str, str]) -> PackageIndex:
    """The index that the environment names. Raises IndexUnavailable where it names none."""
    for variable in INDEX_VARIABLES:
        if environ.get(variable):
            return PackageIndex(environ[variable])
    raise IndexUnavailable(f"no package index is set in {' or '.join(INDEX_VARIABLES)}")


def _basic(user: str, password: str) -> dict[str, str]:
    token = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return {"Authorization": f"Basic {token}"}

"""The provider file: which provider signs people on, and which role follows from what it says of them.

Every fault of the file is named at once. It holds no secret.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Meta, Struct

from domain.errors import FolkmootError
from domain.structs import NotAsDeclared, read
from domain.values import Name, coded

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FILE_BYTES: Final = 200_000

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""A way to sign in which whoever checks holds nothing secret: neither `none`, nor one with a key that both know."""

ProviderAddress = Annotated[
    str,
    coded(
        r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/[^\s?#]*)?",
        "https://login.council.example/folkmoot",
        otherwise=((r"^http://", "it must begin with https:// (http:// only for a provider on this machine)"),),
        longest=500,
    ),
]
Word = Annotated[str, coded(r"\S+", "folkmoot", longest=300)]
Value = Annotated[str, coded(r".+", "folkmoot-officers", longest=500)]


class ClaimRow(Struct, frozen=True, kw_only=True, rename={"is_": "is"}):
    """One row of the table from claims to roles: where a claim is or contains a text, a role for an organisation."""

    claim: Annotated[Value, Meta(description="The claim to look at; dots lead into it, as in `realm_access.roles`")]
    role: Annotated[Word, Meta(description="The role that somebody has for whom that holds")]
    organisation: Annotated[UUID | None, Meta(description="The id of the organisation that they are of")] = None
    is_: Annotated[Value | None, Meta(description="The text that the claim must be")] = None
    contains: Annotated[Value | None, Meta(description="Or a text in it: one of a list, or a word")] = None
    reach: Annotated[
        Literal["all", "partnerships", "places"],
        Meta(description="How far the role reaches: every partnership, some, or those of some places"),
    ] = "all"
    partnerships: Annotated[tuple[UUID, ...], Meta(description="The ids of those partnerships")] = ()
    places: Annotated[tuple[UUID, ...], Meta(description="The ids of those places, with what is part of them")] = ()
    speaks_for: Annotated[
        tuple[UUID, ...],
        Meta(description="The ids of others whose word they may set down too"),
    ] = ()


class ProviderFile(Struct, frozen=True, kw_only=True):
    """A provider as the operator declares it."""

    issuer: Annotated[ProviderAddress, Meta(description="The provider's issuer, letter by letter as it names itself")]
    client_id: Annotated[Word, Meta(description="The name under which the provider knows Folkmoot's pages")]
    name: Annotated[Name, Meta(description="What people know the provider by; it stands on the button")]
    ask: Annotated[Name, Meta(description="Whom somebody is told to ask who has no role here")]
    audience: Annotated[
        Word | None,
        Meta(description="The audience of tokens for the API, another than `client_id`; without it the API takes none"),
    ] = None
    algorithms: Annotated[
        tuple[Algorithm, ...],
        Meta(min_length=1, description="The ways of signing that are believed, and no others"),
    ] = ("RS256",)
    scopes: Annotated[
        tuple[Word, ...],
        Meta(min_length=1, description="What is asked for; `profile` brings people's names"),
    ] = ("openid",)
    leeway_s: Annotated[int, Meta(ge=0, le=300, description="The seconds by which clocks may differ")] = 60
    keys_kept_s: Annotated[
        int, Meta(ge=60, le=86_400, description="The seconds for which the provider's keys are used once fetched")
    ] = 3_600
    roles: Annotated[
        tuple[ClaimRow, ...], Meta(min_length=1, max_length=1_000, description="The table from claims to roles")
    ]


class ProviderFileInvalid(FolkmootError):
    """The provider file cannot be used; the message names every fault with its place."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_provider_file(path: Path, roles: Mapping[str, bool]) -> ProviderFile:
    """The provider that a file declares. Raises ProviderFileInvalid with every fault.

    `roles` are those there are, by name, each with whether it needs an organisation whose word is set down.
    """
    try:
        source = path.read_bytes()[: _FILE_BYTES + 1]
    except OSError as error:
        raise ProviderFileInvalid(f"cannot be read ({error.strerror})") from None
    if len(source) > _FILE_BYTES:
        raise ProviderFileInvalid(f"is longer than {_FILE_BYTES:,} bytes")
    try:
        document = tomllib.loads(source.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = str(error).rpartition("(")[2].rstrip(")") if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise ProviderFileInvalid(f"is not TOML ({place})") from None  # the message might quote what stands there
    faults = [*_across_fields(document, roles)]
    try:
        declared = read(document, ProviderFile)
    except NotAsDeclared as error:
        faults = [f"{fault.pointer.removeprefix('#/') or 'file'}: {fault.detail}" for fault in error.faults] + faults
    if faults:
        raise ProviderFileInvalid(*faults)
    return declared


def is_safe_address(address: str) -> bool:
    """An address to which secrets may be sent: https, or http on this machine, without a name or password in it."""
    try:
        parts = urlsplit(address)
        is_here, _ = parts.hostname in LOOPBACK, parts.port
    except ValueError:
        return False
    is_private = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    return (
        is_private and bool(parts.hostname) and parts.username is None and address.isascii() and address.isprintable()
    )


def _across_fields(document: Mapping[str, Any], roles: Mapping[str, bool]) -> Iterator[str]:
    """The faults that no single field has, whatever else is wrong."""
    if "client_secret" in document:
        yield "client_secret: take it out of this file and give FOLKMOOT_SIGN_ON_SECRET_FILE"
    audience = document.get("audience")
    if audience is not None and audience == document.get("client_id"):
        yield "audience: it must differ from client_id, or what is issued for the pages would open the API too"
    scopes = document.get("scopes")
    if isinstance(scopes, list) and scopes and "openid" not in scopes:
        yield "scopes: `openid` must be among them"
    rows = document.get("roles")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield from (f"roles/{index}/{fault}" for fault in _of_row(row, roles))


def _of_row(row: Mapping[str, Any], roles: Mapping[str, bool]) -> Iterator[str]:
    if ("is" in row) == ("contains" in row):
        yield "claim: give either `is` or `contains`, with the text to look for"
    role = row.get("role")
    if isinstance(role, str) and role not in roles:
        yield f"role: give one of: {', '.join(sorted(roles))}"
    if isinstance(role, str) and roles.get(role) and "organisation" not in row:
        yield f"organisation: the role {role} needs one, for whose word it stands"
    reach = row.get("reach", "all")
    for kind in ("partnerships", "places"):
        if reach == kind and not row.get(kind):
            yield f"{kind}: with the reach `{kind}` name at least one"
        if reach != kind and row.get(kind):
            yield f"{kind}: these count only with the reach `{kind}`"

"""The table from claims to roles: which rows the claims of somebody meet, and which of those met still stand."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from api.sign_on.provider_file import ClaimRow


class SignedOn(Struct, frozen=True, kw_only=True):
    """Somebody, or a program, for whom the provider vouches: who it is there, and the rows that its claims meet."""

    issuer: str
    subject: str
    name: str
    is_program: bool
    rows: tuple[ClaimRow, ...]

    def __repr__(self) -> str:
        """Show nothing of who it is: representations end up in logs."""
        return f"SignedOn({len(self.rows)} rows)"


def rows_met(rows: Iterable[ClaimRow], claims: Mapping[str, Any]) -> list[ClaimRow]:
    """The rows whose claim is, or contains, what they ask for. An e-mail address counts only once it is verified."""
    return [row for row in rows if _is_met(row, claims)]


def name_of_condition(row: ClaimRow) -> bytes:
    """A name for what a row asks of claims, by which a session remembers that it was met."""
    return hashlib.sha256(msgspec.msgpack.encode([row.claim, row.is_, row.contains])).digest()


def rows_named(rows: Iterable[ClaimRow], conditions: Collection[bytes]) -> list[ClaimRow]:
    """The rows as they stand now whose conditions were met at sign-in."""
    return [row for row in rows if name_of_condition(row) in conditions]


def _is_met(row: ClaimRow, claims: Mapping[str, Any]) -> bool:
    if row.claim == "email" and claims.get("email_verified") is not True:
        return False
    value = _claim(claims, row.claim)
    if row.is_ is not None:
        return _as_text(value) == row.is_
    members = value.split(" ") if isinstance(value, str) else value if isinstance(value, list) else ()
    return any(_as_text(member) == row.contains for member in members)


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """The claim of a name; where there is none, the one that its dots lead to, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    value: object = claims
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _as_text(value: object) -> str | None:
    match value:
        case bool():
            return str(value).lower()
        case str() | int():
            return str(value)
        case _:
            return None

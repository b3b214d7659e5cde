"""Links by which somebody without an account answers once for one promise, and the sittings that they open.

A link is found by the first letters of its code, and its secret compared as a hash in constant time. Opening it uses
nothing up, since scanners of mail open links too; the answer does.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from msgspec import Struct

from api.access.link_codes import LinkCode, code_of, new_code
from api.access.row_marks import MarkedTable
from api.access.sign_in_links import SESSION_LASTS, hash_of
from domain.log.recorder import LogRecorder
from domain.vault import Vault
from domain.vocabulary import Assurance, CodeList

ANSWER_LINKS: Final = MarkedTable(
    table="answer_link",
    key="link_id",
    columns=(
        *("link_id", "partnership_id", "record_id", "commitment_id", "party_id", "way", "sha256"),
        *("made_by", "made_at", "expires_at", "ended_at", "ended_as"),
    ),
    words="link to a promise",
)
LINK_LASTS: Final = timedelta(days=14)
SITTING_LASTS: Final = SESSION_LASTS
"""As long as a session: WCAG 2.2 (2.2.1) asks for a warning before anything shorter."""
_COLUMNS: Final = (
    "link.link_id, partnership_id, record_id, commitment_id, party_id, way, made_by, made_at, link.expires_at, "
    "opened_at, ended_at, ended_as"
)
_INSERT: Final = """
    INSERT INTO api.answer_link (link_id, partnership_id, record_id, commitment_id, party_id, way, made_by, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_SET_CODE: Final = "UPDATE api.answer_link SET selector = %s, sha256 = %s WHERE link_id = %s AND ended_at IS NULL"
_SHA256: Final = "SELECT sha256 FROM api.answer_link WHERE link_id = %s AND ended_at IS NULL FOR UPDATE"
_MARK_BYTES: Final = 32
"""Of a mark, without the name of its key before it."""
_BY_SELECTOR: Final = f"SELECT {_COLUMNS}, sha256 FROM api.answer_link link WHERE selector = %s"  # noqa: S608 - constants
_BY_ID: Final = f"SELECT {_COLUMNS} FROM api.answer_link link WHERE link_id = %s"  # noqa: S608 - constants
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM api.answer_link link WHERE partnership_id = %s ORDER BY made_at DESC, link_id
"""  # noqa: S608 - constants
_OPEN: Final = "UPDATE api.answer_link SET opened_at = coalesce(opened_at, clock_timestamp()) WHERE link_id = %s"
_FORGET: Final = "DELETE FROM api.answer_sitting WHERE expires_at < clock_timestamp()"
_SIT: Final = "INSERT INTO api.answer_sitting (sha256, link_id, expires_at) VALUES (%s, %s, clock_timestamp() + %s)"
_BY_SITTING: Final = f"""
    SELECT {_COLUMNS} FROM api.answer_sitting sitting JOIN api.answer_link link USING (link_id)
    WHERE sitting.sha256 = %s AND sitting.expires_at > clock_timestamp()
"""  # noqa: S608 - constants
_LIVE: Final = "SELECT link_id FROM api.answer_link WHERE ended_at IS NULL ORDER BY made_at, link_id"
_END_SITTINGS: Final = "DELETE FROM api.answer_sitting"
_HOLD: Final = f"{_BY_ID} FOR UPDATE"
_END: Final = "UPDATE api.answer_link SET ended_at = clock_timestamp(), ended_as = %s WHERE link_id = %s"


class LinkWay(CodeList):
    """The way on which a link comes to whom it is for."""

    MAIL = "mail"
    PASSED_ON = "passed-on"


class LinkEnd(CodeList):
    """The end of a link, otherwise than by its time running out."""

    USED = "used"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class LinkState(CodeList):
    """The state of a link: still to be answered by, or why no more."""

    WAITING = "waiting"
    OPENED = "opened"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


LIVE: Final = frozenset({LinkState.WAITING, LinkState.OPENED})
"""The states of a link that can be answered by."""
_ASSURANCES: Final = {LinkWay.MAIL: Assurance.LINK_BY_MAIL, LinkWay.PASSED_ON: Assurance.LINK_PASSED_ON}


class AnswerLink(Struct, frozen=True, kw_only=True):
    """A link to one promise, for one body and one answer. Nothing here opens anything."""

    link_id: UUID
    partnership_id: UUID
    record_id: UUID
    commitment_id: UUID
    party_id: UUID
    way: LinkWay
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    ended_as: LinkEnd | None = None

    @property
    def assurance(self) -> Assurance:
        """How it is assured who answers by it."""
        return _ASSURANCES[self.way]

    def state(self, now: datetime) -> LinkState:
        """The state at an instant."""
        if self.ended_as is not None:
            return LinkState(self.ended_as)
        if now >= self.expires_at:
            return LinkState.EXPIRED
        return LinkState.WAITING if self.opened_at is None else LinkState.OPENED


def create_answer_link(connection: psycopg.Connection, vault: Vault, link: AnswerLink) -> None:
    """Write a link down; until it has a code nobody can open it."""
    values = (
        *(link.link_id, link.partnership_id, link.record_id, link.commitment_id, link.party_id),
        *(link.way.value, link.made_by, link.expires_at),
    )
    with connection.transaction():
        connection.execute(_INSERT, values)
        ANSWER_LINKS.mark(connection, vault, link.link_id)


def make_code(connection: psycopg.Connection, vault: Vault, link_id: UUID) -> LinkCode:
    """Make the code that opens a link, returned once and kept nowhere; one made before opens nothing from now on."""
    code = new_code()
    with ANSWER_LINKS.changing(connection, vault, link_id):
        connection.execute(_SET_CODE, (code.selector, code.sha256, link_id))
    return code


def mailed_code(connection: psycopg.Connection, vault: Vault, link_id: UUID) -> LinkCode | None:
    """The code of a link that goes by mail: made of a mark under the wrapping key, so that a mail sent again holds it.

    None where the link has ended.
    """
    content = msgspec.msgpack.encode(("code of a link to a promise", link_id))
    codes = [code_of(mark[-_MARK_BYTES:]) for mark in vault.marks(content)]
    with connection.transaction():
        row = connection.execute(_SHA256, (link_id,)).fetchone()
        if row is None:
            return None
        current = next((code for code in codes if row[0] is not None and compare_digest(code.sha256, row[0])), None)
        if current is None:
            with ANSWER_LINKS.changing(connection, vault, link_id):
                connection.execute(_SET_CODE, (codes[0].selector, codes[0].sha256, link_id))
    return current or codes[0]


def find_by_code(log: LogRecorder, code: LinkCode) -> AnswerLink | None:
    """The link that a code opens, in whatever state; secrets are compared in constant time."""
    with log.connections.borrow() as connection:
        rows = connection.execute(_BY_SELECTOR, (code.selector,)).fetchall()
    return next((_link(row) for *row, sha256 in rows if compare_digest(sha256, code.sha256)), None)


def find_answer_link(log: LogRecorder, link_id: UUID) -> AnswerLink | None:
    """The link with this id."""
    with log.connections.borrow() as connection:
        row = connection.execute(_BY_ID, (link_id,)).fetchone()
    return None if row is None else _link(row)


def list_answer_links(log: LogRecorder, partnership_id: UUID) -> list[AnswerLink]:
    """The links of a partnership, the newest first."""
    with log.connections.borrow() as connection:
        return [_link(row) for row in connection.execute(_LIST, (partnership_id,)).fetchall()]


def begin_sitting(log: LogRecorder, link_id: UUID) -> str:
    """Open a link in one browser; the token of that sitting is returned once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    with log.connections.borrow() as connection, connection.transaction():
        connection.execute(_FORGET)
        connection.execute(_OPEN, (link_id,))
        connection.execute(_SIT, (hash_of(token), link_id, SITTING_LASTS))
    return token


def find_sitting(log: LogRecorder, token: str) -> AnswerLink | None:
    """The link, in whatever state, that was opened in the browser with this token."""
    with log.connections.borrow() as connection:
        row = connection.execute(_BY_SITTING, (hash_of(token),)).fetchone()
    return None if row is None else _link(row)


class HeldLink:
    """A link that nobody else answers by, or ends, while it is held."""

    def __init__(self, connection: psycopg.Connection, vault: Vault, link: AnswerLink) -> None:
        self._connection, self._vault, self.link = connection, vault, link

    def end(self, how: LinkEnd) -> None:
        """End the link for good."""
        with ANSWER_LINKS.changing(self._connection, self._vault, self.link.link_id):
            self._connection.execute(_END, (how.value, self.link.link_id))


def hold_link(connection: psycopg.Connection, vault: Vault, link_id: UUID) -> HeldLink:
    """A link as it stands now, held until the transaction ends. Raises LookupError."""
    row = connection.execute(_HOLD, (link_id,)).fetchone()
    if row is None:
        raise LookupError(link_id)
    return HeldLink(connection, vault, _link(row))


@contextmanager
def held_link(log: LogRecorder, vault: Vault, link_id: UUID) -> Iterator[HeldLink]:
    """The same until the end of the block. Raises LookupError."""
    with log.connections.borrow() as connection, connection.transaction():
        yield hold_link(connection, vault, link_id)


def withdraw_all(log: LogRecorder, vault: Vault) -> int:
    """Withdraw every link that has not ended, end all sittings, and count the links."""
    with log.connections.borrow() as connection, connection.transaction():
        connection.execute(_END_SITTINGS)
        links = [hold_link(connection, vault, link_id) for (link_id,) in connection.execute(_LIVE).fetchall()]
        for link in links:
            link.end(LinkEnd.WITHDRAWN)
    return len(links)


def _link(row: tuple[object, ...] | list[object]) -> AnswerLink:
    values: dict[str, Any] = dict(zip(AnswerLink.__struct_fields__, row, strict=True))
    end = values["ended_as"]
    values |= {"way": LinkWay(values["way"]), "ended_as": None if end is None else LinkEnd(end)}
    return AnswerLink(**values)

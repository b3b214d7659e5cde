"""The writing of a command: its keys kept and its events appended by one statement, which is one round trip."""

from collections.abc import Sequence
from typing import Final, LiteralString

from psycopg.rows import tuple_row

from domain.log.query import AppendCondition
from domain.log.recorder import AppendReceipt, LogRecorder, NewAppend, append_arguments, receipts
from domain.vault import KeyRow
from domain.vault.errors import vault_errors
from domain.vault.vault import keep_arguments

_KEEP_AND_APPEND: Final[LiteralString] = """
    SELECT first_position, taken_ats FROM vault.keep_and_append(
        %b::uuid[], %b::text[], %b::bytea[], %b::bytea[], %b::uuid[], %b::uuid[],
        %b::uuid[], %b::text[], %b::smallint[], %b::uuid[], %b::timestamptz[], %b::bytea[], %b::bytea[],
        %b::integer[], %b::text[], %b::integer[], %s::jsonb, %s::bigint, %b::timestamptz[])
"""


def keep_and_append(
    log: LogRecorder, keys: Sequence[KeyRow], appends: Sequence[NewAppend], condition: AppendCondition
) -> list[AppendReceipt]:
    """Keep the keys of sealed events and append these, all or nothing, durably.

    Raises SubjectForgotten, and what an append raises.
    """
    arguments = (*keep_arguments(keys), *append_arguments(appends, condition))
    with log.connections.borrow() as connection, vault_errors():
        row = connection.cursor(row_factory=tuple_row).execute(_KEEP_AND_APPEND, arguments).fetchone()
    return receipts(appends, row)

"""Every side's trust, for an answer: of a very long partnership read or cut from what is there already, else replayed.

As of today it is read as it is stored, where that is level; as of an earlier day it is cut from the lines of today.
"""

from collections.abc import Sequence
from functools import partial
from time import sleep
from typing import Final

from api.http.operations import Call
from domain.values import day_of
from projections.declaration import ProjectionRow
from projections.engine.digest import digest
from projections.engine.level_rows import RowsWanted, level_rows
from projections.engine.list_rows import NotReached
from projections.engine.replay import KnownPartnership, known_partnership
from projections.history.growing_history import GrowingHistory
from projections.history.memo import answered_once, is_worked_out
from projections.scoring.trust.earlier_day import trust_on_earlier_day
from projections.scoring.trust.trust_rows import TrustRow, in_line_order
from projections.views import projection_called
from projections.views.trust import trust

LONG: Final = 5_000
"""Events of a partnership from which on its rows are read, or cut from others, sooner than they are made again."""
EVERY_FIGURE: Final = (None, None, None, None)
"""The filters of an answer that asks for every side's trust: aspect, side, body judged, and whose own experience."""
_PAUSES_S: Final = (0.1, 0.2, 0.2, 0.0)
"""How long the follower is waited for: it is behind by less, as a rule, and a replay takes longer."""


def trust_of_sides(call: Call, partnership: KnownPartnership) -> Sequence[TrustRow]:
    """The rows of every side's trust in every body, in order: the same whether they are stored or made."""
    history, method = partnership.history, partnership.method
    if len(partnership.records) >= LONG and not is_worked_out(history, trust):
        work = partial(_of_today, call, partnership)
        rows = answered_once(history, "trust not replayed", method, lambda: _stored(call, partnership) or work())
        if rows is not None:
            return rows
    return trust(history, method)


def digest_of_trust(
    partnership: KnownPartnership,
    rows: Sequence[ProjectionRow],
    which: tuple[object, ...] = EVERY_FIGURE,
    *,
    digest_known: str | None = None,
) -> str:
    """The digest of the rows of the figures asked for, made once for a history and a method; or noted where known."""
    work = partial(digest, projection_called("trust"), rows)
    question = ("digest of trust", *which)
    return answered_once(partnership.history, question, partnership.method, lambda: digest_known or work())


def _of_today(call: Call, partnership: KnownPartnership) -> Sequence[TrustRow] | None:
    """The rows as of an earlier day, cut from the lines of today; None where another record or method is asked about.

    Where today's history does not grow, or is held by somebody else for long, it is no sooner there than a replay.
    """
    basis, last = partnership.basis, partnership.records[-1]
    if basis.known_by is not None:
        return None
    today = known_partnership(call.services.recorder, last.partition_id, remembered=call.services.histories)
    is_same_record = today.records[-1].event_id == last.event_id and today.basis.method_sha256 == basis.method_sha256
    is_earlier = basis.as_of < today.basis.as_of
    if not (is_same_record and is_earlier and isinstance(today.history, GrowingHistory)):
        return None
    return trust_on_earlier_day(partnership.history, today.history, today.method)


def _stored(call: Call, partnership: KnownPartnership) -> Sequence[TrustRow] | None:
    """The rows as they are stored; None where they are of another day or method, parked, or not there in a moment."""
    basis, projection = partnership.basis, projection_called("trust")
    if basis.known_by is not None:
        return None
    last = partnership.records[-1]
    place = RowsWanted(last.partition_id, last.position, basis.as_of, basis.method_sha256)
    for pause_s in _PAUSES_S:
        try:
            with call.services.recorder.connections.borrow() as connection:
                stored = level_rows(connection, projection, place)
        except NotReached:
            if basis.as_of != day_of(call.services.recorder.head().now):
                return None
            sleep(pause_s)
            continue
        if stored is None:
            return None
        digest_of_trust(partnership, stored.rows, digest_known=stored.digest)
        return sorted((row for row in stored.rows if isinstance(row, TrustRow)), key=in_line_order)
    return None

"""One partnership's part of a backtest: its events read and decoded once, and everything in it foretold.

This is the unit of work of a worker, which gets ids and the address of the log, never data.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.events.commitments import CommitmentMade
from domain.events.recorded import Recorded
from domain.log.connections import READER
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder
from domain.vocabulary import Materiality
from projections.backtest.duties import duties
from projections.backtest.duty_forecasts import DutyForecast, duty_forecasts
from projections.backtest.record_as_known import history_as_known
from projections.backtest.survey_forecasts import SurveyForecast, survey_forecasts
from projections.history.claimed_record import KnownBy, as_claimed
from projections.method.document import load_method
from projections.method.method import Method


class BacktestTask(Struct, frozen=True, kw_only=True):
    """The task of a worker: one partnership, up to a position and a day, by a method's document and some half-lives."""

    dsn: str
    partnership_id: UUID
    position: int
    as_of: date
    method: bytes
    half_lives_days: tuple[float | None, ...]
    known_by: KnownBy

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return f"BacktestTask({self.partnership_id})"


class BacktestPart(Struct, frozen=True, kw_only=True):
    """All that was foretold of one partnership, and how much could not be.

    `undated`: acts for which nobody named a day; `undecided`: those whose outcome is not settled; `unforetold`: duties
    that were over before anything was known; `weighed`: promises of more or less than ordinary weight.
    """

    duties: tuple[DutyForecast, ...] = ()
    surveys: tuple[SurveyForecast, ...] = ()
    undated: int = 0
    undecided: int = 0
    unforetold: int = 0
    weighed: int = 0


def backtest_part(task: BacktestTask) -> BacktestPart:
    """A partnership's part of a backtest, read from the log. Raises what reading and decoding raise."""
    with LogRecorder(task.dsn, role=READER, application_name="folkmoot-backtest", pool_size=1) as log:
        records = [decode_event(event) for event in log.read_partition(task.partnership_id, task.position)]
    return part_foretold(records, task.as_of, load_method(task.method), task.half_lives_days, task.known_by)


def part_foretold(
    records: Sequence[Recorded],
    as_of: date,
    method: Method,
    half_lives_days: Sequence[float | None] = (),
    known_by: KnownBy = KnownBy.RECORD,
) -> BacktestPart:
    """The part of a backtest that events make, outcomes as known by the end of a day. Pure."""
    if known_by is KnownBy.SOURCE:
        records = as_claimed(records)
    past = history_as_known(records, as_of, as_of)
    if past is None:
        return BacktestPart()
    known_duties = duties(past, records, method)
    forecasts = duty_forecasts(records, known_duties, method, half_lives_days)
    return BacktestPart(
        duties=tuple(forecasts),
        surveys=tuple(survey_forecasts(past, records, method)),
        undated=known_duties.undated,
        undecided=known_duties.undecided,
        unforetold=len(known_duties.duties) - len(forecasts),
        weighed=sum(body.materiality is not Materiality.ORDINARY for _, body in past.each(CommitmentMade)),
    )

"""Check what figures foretold against what came after: every duty and survey reading of the log, in recorded order."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from msgspec import UnsetType
from rich.console import Console
from rich.table import Table

from domain.log.connections import WRITER
from domain.log.errors import BeyondHead, LogUnavailable
from projections.backtest.backtest import BacktestQuestion, NothingForetold, backtest
from projections.backtest.backtest_report import BacktestReport, ChosenSettings, StretchScores
from projections.backtest.forecast_quality import ForecastScores
from projections.backtest.trials import with_settings
from projections.engine.executors import open_executor
from projections.history.claimed_record import KnownBy
from projections.method.document import default_method
from projections.method.method import Method
from scripts.support.exits import CommandFailed, Exit
from scripts.support.partnership_args import read_method
from scripts.support.progress import progress_bar
from scripts.support.services import open_database, open_services_over, settings_in_force

HELP = "check the figures of the whole log against what came after them, good or bad"
INFINITE: Final = "infinite"
_WORKERS: Final = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--method", type=Path, metavar="FILE", help="by this method document; the one shipped if none")
    parser.add_argument("--position", type=int, help="as far as was recorded by this position; by default all")
    parser.add_argument(
        "--known-by",
        choices=[each.value for each in KnownBy],
        default=KnownBy.RECORD.value,
        help="what was known by the record's own clock, or by the one that sources of imports claim",
    )
    parser.add_argument(
        "--split",
        type=date.fromisoformat,
        metavar="DAY",
        help="choose half-lives and thresholds on what was foretold before this day, and score them from it on",
    )
    parser.add_argument(
        "--half-lives",
        nargs="+",
        default=[],
        type=half_life,
        metavar="DAYS",
        help=f"half-lives in days to try beside the method's, or {INFINITE!r}",
    )
    parser.add_argument(
        "--chosen",
        type=Path,
        metavar="FILE",
        help="score the settings that a backtest of another log chose: what it printed with --split and --json",
    )
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help="with --split: write the method with the settings chosen to a new file"
    )
    parser.add_argument("--workers", type=int, default=_WORKERS, help=f"how many processes; by default {_WORKERS}")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the result; the same log, position and question give the same numbers."""
    if args.workers < 1:
        raise CommandFailed(Exit.USAGE, "give --workers of at least 1")
    if args.chosen is not None and args.split is not None:
        raise CommandFailed(Exit.USAGE, "give --split to choose settings here, or --chosen to use another log's")
    if args.to is not None and (args.split is None or args.to.exists()):
        raise CommandFailed(Exit.USAGE, "give --to with --split, and the name of a file that does not exist")
    method = default_method() if args.method is None else read_method(args.method)
    chosen_settings = None if args.chosen is None else _chosen(args.chosen)
    settings = settings_in_force()
    with (
        open_database(settings, login=WRITER, changes=False) as dsn,
        open_services_over(settings, dsn, command="backtest") as services,
        open_executor(args.workers) as executor,
        progress_bar("Looking back") as progress,
    ):
        log = services.recorder
        question = BacktestQuestion(
            method=method,
            position=log.head().position if args.position is None else args.position,
            known_by=KnownBy(args.known_by),
            split_on=args.split,
            half_lives_days=tuple(args.half_lives),
            chosen=chosen_settings,
        )
        try:
            report = backtest(log, dsn, question, executor, progress)
        except (NothingForetold, BeyondHead) as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except LogUnavailable as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
    if args.to is not None and report.chosen is not None:
        args.to.write_bytes(msgspec.json.format(msgspec.json.encode(_method_chosen(method, report, report.chosen))))
    if args.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        _print(report)
    return Exit.DONE


def half_life(text: str) -> float | None:
    """Read a half-life in days, or that nothing fades. Raises argparse.ArgumentTypeError."""
    if text == INFINITE:
        return None
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 1 <= days <= 100_000:  # noqa: PLR2004 - bounds are named in the message
        raise argparse.ArgumentTypeError(f"give days from 1 to 100000, or {INFINITE!r}")
    return days


def _chosen(path: Path) -> ChosenSettings:
    """The settings that another backtest chose, from what it printed."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=BacktestReport)
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"--chosen: {path} cannot be read ({error.strerror})") from None
    except msgspec.DecodeError as error:
        raise CommandFailed(Exit.USAGE, f"--chosen: {path} is no backtest: {error}") from None
    if report.chosen is None:
        raise CommandFailed(Exit.USAGE, f"--chosen: {path} chose nothing: it was made without --split")
    return report.chosen


def _method_chosen(method: Method, report: BacktestReport, settings: ChosenSettings) -> Method:
    """The method with what a backtest chose, and where that comes from."""
    source = (
        f"Chosen on the duties of the log {report.basis.log_id} known before {report.split_on}, as far as position "
        f"{report.basis.position}: {settings.tried} settings were tried."
    )
    names = ("trust.half_lives_days", "trust.fewest_acts", "trust.widest_interval")
    earlier = {} if isinstance(method.provenance, UnsetType) else method.provenance
    return msgspec.structs.replace(
        with_settings(method, settings),
        id=f"{method.id[:70]}-chosen",
        provenance={name: text for name, text in earlier.items() if not name.startswith(names)}
        | dict.fromkeys(names, source),
    )


def _print(report: BacktestReport) -> None:
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160)
    basis = report.basis
    absent = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in report.not_foretold.items())
    console.print(f"Log {basis.log_id}, position {basis.position}, as of {basis.as_of}, method {basis.method}")
    console.print(
        f"{report.partnerships} partnerships, {report.duties} duties foretold, {report.readings} survey readings. "
        f"Not foretold: {absent}."
    )
    where = "on another log" if report.is_chosen_elsewhere else f"before {report.split_on}"
    console.print(f"Settings tried: {report.tried}" + (f", chosen {where}." if report.chosen else "."))
    if report.chosen is not None:
        for facet, days in report.chosen.half_lives_days.items():
            console.print(f"  {facet}: half-life {_days(days)}")
        settings = report.chosen
        console.print(f"  enough to say: from {settings.fewest_acts:g} acts, range up to {settings.widest_interval:g}")
    for scores in report.stretches:
        console.print(f"\nStretch: {scores.stretch}; settings: {scores.settings}")
        for table in _tables(scores):
            console.print(table)


def _days(days: float | None) -> str:
    return "infinite" if days is None else f"{days:g} days"


def _tables(scores: StretchScores) -> Iterator[Table]:
    yield _table(
        "Duties one by one",
        ("aspect", "n", "met", "forecast", "Brier", "base", "skill", "log loss", "AUC", "from silence"),
        [(each.facet or "all", *_scores(each.scores), str(each.from_silence)) for each in scores.aspects],
    )
    yield _table(
        "Forecasts against what happened, all aspects",
        ("from", "to", "n", "forecast", "met", "likely"),
        [
            (
                f"{calibrated.low:.1f}",
                f"{calibrated.high:.1f}",
                str(calibrated.forecasts),
                _number(calibrated.mean_forecast),
                _number(calibrated.share),
                f"{calibrated.share_low:.3f}-{calibrated.share_high:.3f}",
            )
            for calibrated in scores.aspects[0].scores.calibration
        ],
    )
    grades = {None: "all", "enough": "enough to say", "some": "some to go on", "insufficient_evidence": "not enough"}
    yield _table(
        "How often the range for the number met of the next few held it",
        ("figures", "ahead", "forecasts", "different figures", "held"),
        [
            (grades[row.grade], str(row.following), str(row.origins), str(row.figures), _number(row.coverage))
            for row in scores.ahead
        ],
    )
    yield _table(
        "Survey readings",
        ("kind", "ahead", "n", "lines", "error", "carried forward", "ratio", "held"),
        [
            (
                survey.kind.value,
                *(str(count) for count in (survey.lag, survey.forecasts, survey.lines)),
                *map(_number, (survey.error, survey.carried_error, survey.ratio, survey.coverage)),
            )
            for survey in scores.surveys
        ],
    )


def _scores(scores: ForecastScores) -> tuple[str, ...]:
    numbers = (scores.share, scores.mean_forecast, scores.brier, scores.base_brier, scores.skill, scores.log_loss)
    return (str(scores.forecasts), *map(_number, (*numbers, scores.area_under_curve)))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _table(title: str, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*heading, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    return table

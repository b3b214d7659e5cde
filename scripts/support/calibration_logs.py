"""The sources of a calibration as an operator names them: data folders of Folkmoots, chance, and files of votes."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from msgspec import Struct, structs

from domain.log.connections import WRITER
from domain.log.recorder import LogRecorder
from projections.backtest.backtest import BacktestQuestion, NothingForetold, foretell
from projections.backtest.calibration_sources import CalibrationSource, Foretold, generated_sources
from projections.backtest.survey_fit import SurveySource
from projections.engine.executors import open_executor
from projections.history.claimed_record import KnownBy
from projections.method.method import Method
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, settings_in_force
from scripts.support.voted_lines import voted_lines


@contextmanager
def calibration_sources(logs: Sequence[str], seeds: int) -> Iterator[list[CalibrationSource]]:
    """Open the sources for as long as the block runs; what is no log, or holds nothing, ends the command."""
    named_folders = [_named(text) for text in logs]
    with ExitStack() as stack:
        sources = [stack.enter_context(_opened(name, folder)) for name, folder in named_folders]
        yield [*sources, *(generated_sources(seeds) if seeds else ())]


def survey_source(text: str, fewest_raters: int) -> SurveySource:
    """The votes on statements in a named file, as lines of readings; what is no such file ends the command."""
    name, equals, path = text.partition("=")
    if not equals or not name.strip():
        raise CommandFailed(Exit.USAGE, f"--votes: {text} is not NAME=FILE")
    return SurveySource(name=name.strip(), lines=voted_lines(Path(path), fewest_raters))


def _named(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not equals or not name.strip() or not (Path(folder) / "cluster").is_dir():
        raise CommandFailed(Exit.USAGE, f"--log: {text} is not NAME=FOLDER with the data folder of a Folkmoot")
    return name.strip(), Path(folder)


@contextmanager
def _opened(name: str, folder: Path) -> Iterator[CalibrationSource]:
    settings = replace(settings_in_force(), database_url="", data_dir=folder)
    with open_database(settings, login=WRITER, changes=False) as dsn, LogRecorder(dsn) as log:
        yield CalibrationSource(name=name, is_log=True, foretell=_LogForetold(log, dsn, name))


class _LogForetold(Struct, frozen=True):
    """The duties of a log, foretold from what its sources claim to have known."""

    log: LogRecorder
    dsn: str
    name: str

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return f"_LogForetold({self.name})"

    def __call__(self, method: Method, half_lives_days: Sequence[float | None]) -> Foretold:
        question = BacktestQuestion(
            method=method,
            position=self.log.head().position,
            known_by=KnownBy.SOURCE,
            half_lives_days=tuple(half_lives_days),
        )
        with open_executor(1) as executor:
            try:
                parts, _ = foretell(self.log, self.dsn, question, executor)
            except NothingForetold:
                raise CommandFailed(Exit.USAGE, f"--log: {self.name} holds no partnership") from None
        candidates = question.half_lives_tried
        places = [0, *(1 + candidates.index(days) if days in candidates else 0 for days in half_lives_days)]
        return Foretold(
            duties=[
                structs.replace(forecast, figures=tuple(forecast.figures[place] for place in places))
                for part in parts
                for forecast in part.duties
            ],
            weighed=sum(part.weighed for part in parts),
        )

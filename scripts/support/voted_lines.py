"""Votes on statements as lines of readings, read from the file of votes that Polis publishes of a consultation."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Final

from projections.scoring.surveys.survey_lines import GivenRating, SurveyReading, monthly_readings
from scripts.support.exits import CommandFailed, Exit

_RATINGS: Final = {"1": 5, "0": 3, "-1": 1}
"""Agreement, passing and disagreement as ratings."""


def voted_lines(path: Path, fewest_raters: int) -> list[list[SurveyReading]]:
    """The lines of a file of votes, a statement each: the votes of a month are a reading once there are enough voters.

    Raises CommandFailed where the file is none of votes.
    """
    ratings: defaultdict[str, list[GivenRating]] = defaultdict(list)
    try:
        for statement, rating in _ratings(path):
            ratings[statement].append(rating)
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError, OverflowError) as error:
        reason = "it needs timestamp, comment-id, voter-id and vote (1, 0 or -1) in every row"
        raise CommandFailed(Exit.USAGE, f"--votes: {path} cannot be read: {reason}") from error
    in_time = (sorted(each, key=attrgetter("at")) for each in ratings.values())
    return [list(monthly_readings(each, fewest_raters)) for each in in_time]


def _ratings(path: Path) -> Iterator[tuple[str, GivenRating]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC)
            yield row["comment-id"], GivenRating(at, row["voter-id"], _RATINGS[row["vote"]])

"""The schedules that operators copy, as tests read them, and the instants at which clocks in London show a time."""

from configparser import ConfigParser
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.checkout import ROOT

FOLDER = ROOT / "docs" / "how-to" / "production"
UNITS = sorted(path for path in FOLDER.iterdir() if path.suffix in {".service", ".timer"})
LONDON = ZoneInfo("Europe/London")
HALF_PAST_TWO = time(2, 30)
CHANGE_DAYS = {"spring": date(2027, 3, 28), "autumn": date(2026, 10, 25)}


def read_unit(path):
    """Read a unit; systemd knows no interpolation and tells large letters from small ones."""
    sections = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    sections.optionxform = str
    sections.read_string(path.read_text("utf-8"))
    return sections


def instants_of(day, wall_clock):
    """The instants of a day in London at which its clocks show a time: none, one or two."""
    readings = [datetime.combine(day, wall_clock, LONDON).replace(fold=fold) for fold in (0, 1)]
    instants = {each.astimezone(UTC) for each in readings}
    return sorted(
        instant
        for instant in instants
        if instant.astimezone(LONDON).replace(tzinfo=None) == readings[0].replace(tzinfo=None)
    )

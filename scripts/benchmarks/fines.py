"""A made-up register of fines, as long as asked for: notices, payments in parts, cancellations, and a few slips.

Each partnership has one notice and what became of it, some 3.7 rows in all. Of a thousand rows a few have a cell that
cannot be read, stand in the register twice, or belong to a notice that is not in it.
"""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from importlib.resources import files
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

_LANDLORDS: Final = 400
_BREACHES: Final = ("damp", "Damp & mould", "heating", "boiler", "Lift", "fire doors", "fire-doors", "pests", "")
_FIRST_DAY: Final = date(2011, 1, 3)
_DAYS: Final = 4_000
_PARTS: Final = (0, 1, 2, 3, 3, 3, 3, 4, 5)
"""Into how many parts a fine is paid; one draw is as likely as another."""

_HEADINGS: Final = {
    "notices": ("partnership", "landlord", "notice", "issued", "due", "amount", "breach", "officer"),
    "payments": ("partnership", "landlord", "payment", "notice", "paid", "received", "method"),
    "cancellations": ("partnership", "landlord", "notice", "cancelled", "reason"),
}
_SLIPS: Final = 0.003
_TWICE: Final = 0.002
_ORPHANS: Final = 0.002


class FinesRow(NamedTuple):
    """One row of the register: the file it stands in, and its cells in the order of that file's heading."""

    file: str
    cells: tuple[str, ...]


class FinesRegister(NamedTuple):
    """The register's files, and the mapping they are imported under."""

    mapping: Path
    sheets: tuple[Path, ...]


def write_fines(folder: Path, *, rows: int, seed: int) -> FinesRegister:
    """Write a register of so many rows into a folder; the same seed writes the same register."""
    mapping = folder / "fines.toml"
    mapping.write_bytes((files("scripts.benchmarks") / "fines.toml").read_bytes())
    sheets = {name: folder / f"{name}.csv" for name in _HEADINGS}
    with ExitStack() as stack:
        streams = {
            name: stack.enter_context(path.open("w", encoding="utf-8", newline="")) for name, path in sheets.items()
        }
        writers = {name: csv.writer(stream, lineterminator="\n") for name, stream in streams.items()}
        for name, heading in _HEADINGS.items():
            writers[name].writerow(heading)
        for row in islice(fines_rows(seed), rows):
            writers[row.file].writerow(row.cells)
    return FinesRegister(mapping, tuple(sheets.values()))


def fines_rows(seed: int) -> Iterator[FinesRow]:
    """The rows of a register without an end, partnership after partnership."""
    dice = Random(seed)  # noqa: S311 - a bench, not a secret
    for number in count(1):
        for row in _partnership(dice, number):
            yield row
            if dice.random() < _TWICE:
                yield row


def _partnership(dice: Random, number: int) -> Iterator[FinesRow]:
    """The notice of one partnership, and what was paid of it until it was settled, left or cancelled."""
    place, notice = f"Estate {number:06}", f"N{number:06}"
    landlord = f"Landlord {1 + int(_LANDLORDS * dice.random() ** 2):03}"
    issued = _FIRST_DAY + timedelta(days=dice.randrange(_DAYS))
    pence = dice.randrange(4_000, 90_000)
    due = issued + timedelta(days=28 * dice.randrange(1, 7))
    amount = "n/a" if dice.random() < _SLIPS else _pounds(pence)
    officer = f"Officer {dice.randrange(60)}"
    named = (place, landlord, notice, _day(dice, issued), _day(dice, due), amount, dice.choice(_BREACHES), officer)
    yield FinesRow("notices", named)
    paid = issued
    parts = dice.choice(_PARTS)
    is_cancelled = dice.random() < (0.6 if not parts else 0.04)
    for part in range(1, parts + (not is_cancelled)):
        paid += timedelta(days=dice.randrange(5, 60))
        received = "?" if dice.random() < _SLIPS else _pounds(pence * part // parts - pence * (part - 1) // parts)
        of_notice = f"X{number:06}" if dice.random() < _ORPHANS else notice
        method = dice.choice(("bank", "cheque", "cash"))
        cells = (place, landlord, f"{notice}/{part}", of_notice, _day(dice, paid), received, method)
        yield FinesRow("payments", cells)
    if is_cancelled:
        cancelled = _day(dice, paid + timedelta(days=dice.randrange(5, 90)))
        yield FinesRow("cancellations", (place, landlord, notice, cancelled, "The repair had been done in time"))


def _pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02}"


def _day(dice: Random, day: date) -> str:
    """A day as one of two hands writes it, or, seldom, one that no calendar has."""
    if dice.random() < _SLIPS / 2:
        return f"31/02/{day.year}"
    return f"{day:%d/%m/%Y}" if dice.random() < 0.2 else day.isoformat()  # noqa: PLR2004 - one hand in five

"""List everything that is needed at run time: its version, licence and age; refuse what may not be shipped."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from scripts.supply.bill_of_materials import bill_of_materials
from scripts.supply.distributions import SuppliedDistribution, supplied, supply_faults
from scripts.supply.lock_file import LOCKS, LockedDistribution, locked_elsewhere, read_locks
from scripts.supply.package_index import IndexUnavailable, PackageIndex, configured_index
from scripts.support.exits import Exit
from scripts.support.projection_database import print_json

HELP = "list what is needed at run time with licences and ages; ends with 1 when a licence is refused or not known"
_AT_ONCE = 8


class SupplyRow(Struct, frozen=True, kw_only=True):
    """A distribution as it is shown; `advisories` is null where nobody could be asked."""

    name: str
    version: str
    licence: str | None
    released_on: date | None = None
    advisories: tuple[str, ...] | None = None


class SupplyReport(Struct, frozen=True, kw_only=True):
    """Everything that is needed at run time, what is wrong with it, and what could not be looked at."""

    distributions: tuple[SupplyRow, ...]
    faults: tuple[str, ...]
    not_looked_at: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--sbom", type=Path, metavar="FILE", help="also write a bill of materials in CycloneDX JSON")
    parser.add_argument("--offline", action="store_true", help="ask no package index for ages and advisories")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """List them; ends with 1 when anything is wrong with one of them."""
    distributions, locked = supplied(), read_locks(*LOCKS)
    rows, unasked = _rows(distributions, locked, is_offline=args.offline)
    advised = [
        f"{row.name}: {row.version} has advisories: {', '.join(row.advisories)}" for row in rows if row.advisories
    ]
    elsewhere = locked_elsewhere(LOCKS[0])
    report = SupplyReport(
        distributions=rows,
        faults=(*supply_faults(distributions, locked), *advised),
        not_looked_at=(*unasked, *(f"{name}: locked for other platforms only" for name in elsewhere)),
    )
    if args.sbom:
        args.sbom.write_bytes(bill_of_materials(distributions, locked))
    if args.json:
        print_json(report)
    else:
        _print_table(report)
    return Exit.UNEXPECTED if report.faults else Exit.DONE


def _rows(
    distributions: Sequence[SuppliedDistribution], locked: Mapping[str, LockedDistribution], *, is_offline: bool
) -> tuple[tuple[SupplyRow, ...], list[str]]:
    """The rows, with what the index says of each; and in sentences, what it could not be asked."""
    bare = tuple(SupplyRow(name=each.name, version=each.version, licence=each.licence) for each in distributions)
    if is_offline:
        return bare, ["ages and advisories: not asked for"]
    try:
        index = configured_index(os.environ)
    except IndexUnavailable as reason:
        return bare, [f"ages and advisories: {reason}"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(partial(_asked, index, locked), bare))
    return tuple(row for row, _ in answers), [fault for _, faults in answers for fault in faults]


def _asked(
    index: PackageIndex, locked: Mapping[str, LockedDistribution], row: SupplyRow
) -> tuple[SupplyRow, list[str]]:
    if row.name not in locked:
        return row, []
    faults: list[str] = []
    released_on, advisories = None, None
    try:
        released_on = index.released_on(row.name, locked[row.name].sha256)
    except IndexUnavailable as reason:
        faults.append(f"{row.name}: age not known, for {reason}")
    try:
        advisories = index.advisories(row.name, row.version)
    except IndexUnavailable as reason:
        faults.append(f"{row.name}: advisories not known, for {reason}")
    return SupplyRow(
        name=row.name, version=row.version, licence=row.licence, released_on=released_on, advisories=advisories
    ), faults


def _print_table(report: SupplyReport) -> None:
    console = Console(file=sys.stdout, highlight=False)
    table = Table("distribution", "version", "licence", "released", "advisories")
    for row in report.distributions:
        advisories = "not known" if row.advisories is None else ", ".join(row.advisories) or "none"
        table.add_row(
            row.name, row.version, row.licence or "not known", str(row.released_on or "not known"), advisories
        )
    console.print(table)
    for sentence in report.not_looked_at:
        print(f"Not looked at: {sentence}", file=sys.stderr)
    for sentence in report.faults:
        print(f"Refused: {sentence}", file=sys.stderr)

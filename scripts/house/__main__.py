"""Print the measures of the house: `python -m scripts.house [--root DIR] [--before DIR] [--json] [--list MEASURE]`."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from domain.checkout import ROOT
from scripts.house.source import SourceTree
from scripts.house.survey import HouseMeasure, measures


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one checkout, or two beside each other."""
    args = _parser().parse_args(argv)
    now = _measured(args.root)
    if args.list:
        print(*_places(args.list, now), sep="\n")
    elif args.json:
        print(json.dumps({name: measure.value for name, measure in now.items()}, indent=2))
    else:
        before = _measured(args.before) if args.before else {}
        print(*_lines(now, before), sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.house", description="Measure a checkout of Folkmoot.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to measure, else this one")
    parser.add_argument("--before", type=Path, metavar="ROOT", help="another checkout, shown in a column before")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--list", metavar="MEASURE", help="print the places that a measure counts; or: all")
    return parser


def _measured(root: Path) -> dict[str, HouseMeasure]:
    return {measure.name: measure for measure in measures(SourceTree(root))}


def _places(name: str, measured: dict[str, HouseMeasure]) -> list[str]:
    if name == "all":
        return [f"{measure.name}: {place}" for measure in measured.values() for place in measure.places]
    if name not in measured:
        message = f"there is no measure {name!r}, but {', '.join(measured)}"
        raise SystemExit(message)
    return list(measured[name].places)


def _lines(now: dict[str, HouseMeasure], before: dict[str, HouseMeasure]) -> list[str]:
    width = max(map(len, now))
    return [
        f"{name:{width}} {f'{before[name].value:>7}' if before else ''} {measure.value:>7}  {measure.text}"
        for name, measure in now.items()
    ]


if __name__ == "__main__":
    raise SystemExit(main())

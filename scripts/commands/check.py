"""Every check and test of the checkout, in one go: what a contributor runs before a change is shared."""

import argparse
import subprocess
import sys
from pathlib import Path

from domain.checkout import ROOT
from scripts.support.exits import Exit

HELP = "run every check and test of this checkout; arguments go to pytest, such as --cov, which takes twice as long"

_CHECKS = {
    "formatting": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
}
_PYTEST = ("pytest", "-n", "2", "--dist", "worksteal")
_STORED = ("tests/domain/log", "tests/domain/vault", "tests/projections/engine")
"""Tests of what PostgreSQL holds: they run a second time, on databases that are set otherwise."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Take pytest's arguments as they are."""
    parser.add_argument("pytest_args", nargs=argparse.REMAINDER, help="passed on to pytest")


def run(args: argparse.Namespace) -> int:
    """Run all of it, even after a failure; the tests come last, so that their counts end the output."""
    passed = [_passes(name, command) for name, command in _CHECKS.items()]
    if not args.pytest_args:
        passed.append(_passes("databases set otherwise", (*_PYTEST, "-q", "--otherwise", *_STORED)))
    tested = subprocess.run(_command((*_PYTEST, *args.pytest_args)), cwd=ROOT, check=False)
    return Exit.DONE if all(passed) and tested.returncode == 0 else Exit.UNEXPECTED


def _passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one check, and show what it says only if it fails."""
    done = subprocess.run(
        _command(command), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout)
    print(f"== {name}: {'passed' if done.returncode == 0 else 'FAILED'} ({' '.join(command)})", flush=True)
    return done.returncode == 0


def _command(words: tuple[str, ...]) -> list[str]:
    """Name the tool by its path: the environment's programs need not be on the PATH."""
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]

"""Every check and test of the checkout, in one go: what a contributor runs before a change is shared."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.checkout import ROOT
from scripts.support.exits import Exit
from scripts.support.schema_lint import lint_commands

HELP = "run every check and test of this checkout; arguments go to pytest, such as --cov, which takes twice as long"

_CHECKS = {
    "formatting": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
    "supply": ("folkmoot", "supply", "--offline"),
}
_PYTEST = ("pytest", "-n", "3", "--dist", "worksteal")
"""One worker more than the cores there are at least: many tests wait, for servers to start and for what they kill."""
_STORED = tuple(
    f"tests/integration/{room}" for room in ("domain/handling", "domain/log", "domain/vault", "projections/engine")
)
"""Tests of what PostgreSQL holds: they run a second time, on databases that are set otherwise.

Tests that kill processes send the same statements over the same connections, and are not run again.
"""
_KINDS = ("unit", "integration", "acceptance")
"""Kinds of tests, a folder each: pure ones, those over a database, those of processes and pages as people meet them."""
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Tests start Folkmoot hundreds of times: its modules are compiled once."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare pytest's arguments, passed on as they are."""
    parser.add_argument("pytest_args", nargs=argparse.REMAINDER, help="passed on to pytest")


def run(args: argparse.Namespace) -> int:
    """Run all of it, even after a failure: checks beside the tests, which take longest, so that their counts come last.

    With a kind of tests as the first argument, such as `unit`, only those tests run.
    """
    kind, *rest = args.pytest_args or ("",)
    if kind in _KINDS:
        return _tested((f"tests/{kind}", *rest))
    checks = dict(_CHECKS) | {f"schema files {number}": words for number, words in enumerate(lint_commands(), 1)}
    if not args.pytest_args:
        checks["databases set otherwise"] = ("pytest", "-q", "--otherwise", *_STORED)
    with ThreadPoolExecutor(len(checks)) as beside:
        outcomes = [beside.submit(_checked, *check) for check in checks.items()]
        exit_code = _tested(args.pytest_args)
    return exit_code if all(outcome.result() for outcome in outcomes) else Exit.UNEXPECTED


def _tested(pytest_args: Sequence[str]) -> int:
    tests = subprocess.run(_command((*_PYTEST, *pytest_args)), cwd=ROOT, env=_ENVIRONMENT, check=False)
    return Exit.DONE if tests.returncode == 0 else Exit.UNEXPECTED


def _checked(name: str, command: tuple[str, ...]) -> bool:
    """Run a check and show, on lines of its own, whether it passed, and what it printed only if it failed."""
    check = subprocess.run(
        _command(command),
        cwd=ROOT,
        env=_ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outcome = f"== {name}: {'passed' if check.returncode == 0 else 'FAILED'} ({' '.join(command)})"
    print("", *([] if check.returncode == 0 else [check.stdout]), outcome, sep="\n", flush=True)
    return check.returncode == 0


def _command(words: tuple[str, ...]) -> list[str]:
    """The command of a tool by its path: the environment's programs need not be on the PATH."""
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]

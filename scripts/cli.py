"""The command `folkmoot`: finds the module of a command and turns what goes wrong into an exit code."""

import argparse
import importlib
import importlib.metadata
import keyword
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

import psycopg

import scripts.commands
from domain.embedded_server import EmbeddedPostgresError, NoServerPrograms, ServerFailed
from scripts.support.exits import CommandFailed, Exit
from scripts.support.garbage import seldom_collected
from scripts.support.secrecy import keep_secrets

COMMANDS = tuple(
    sorted(each.name.rstrip("_").replace("_", "-") for each in pkgutil.iter_modules(scripts.commands.__path__))
)
_EXIT_CODES = "exit codes: " + ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in Exit)


class CommandModule(Protocol):
    """The module of a command, in `scripts/commands`."""

    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Run the command; return an exit code or raise CommandFailed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if argv is None:  # a process of its own
        keep_secrets()
    words = sys.argv[1:] if argv is None else list(argv)
    args = _parser(words).parse_args(words)
    command: CommandModule = args.command
    try:
        return command.run(args)
    except CommandFailed as failure:
        return _fail(failure, failure.code)
    except (NoServerPrograms, ServerFailed, psycopg.OperationalError) as failure:
        return _fail(failure, Exit.DATABASE_UNAVAILABLE)
    except psycopg.errors.ReadOnlySqlTransaction:
        message = "the database takes no writes now: it was set to read only, or is a replica"
        return _fail(message, Exit.DATABASE_UNAVAILABLE)
    except EmbeddedPostgresError as failure:
        return _fail(failure, Exit.CONFIGURATION)
    except KeyboardInterrupt:
        return _fail("stopped", Exit.UNEXPECTED)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser; only the modules that the words call for are imported, for a quick start."""
    parser = argparse.ArgumentParser(
        prog="folkmoot",
        description="The witnessed record of partnership working in neighbourhood regeneration.",
        epilog=_EXIT_CODES,
    )
    version = importlib.metadata.version("folkmoot")
    parser.add_argument("--version", action="version", version=f"folkmoot {version}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        command = _load(name)
        subparser = commands.add_parser(name, help=command.HELP, description=command.HELP, epilog=_EXIT_CODES)
        command.configure(subparser)
        subparser.set_defaults(command=command)
    return parser


def _load(name: str) -> CommandModule:
    """Import a command's module: its name, with an underscore after it where Python keeps the word."""
    module = name.replace("-", "_") + ("_" if keyword.iskeyword(name) else "")
    with seldom_collected():  # what is loaded stays
        return cast("CommandModule", importlib.import_module(f"scripts.commands.{module}"))


def _fail(message: object, code: Exit) -> int:
    print(f"folkmoot: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())

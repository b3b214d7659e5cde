"""Show the settings in force, with secrets masked and where each value comes from; check the files that they name."""

import argparse

from api.runtime.settings import effective
from scripts.support.exits import Exit
from scripts.support.provider_sign_on import declared_provider
from scripts.support.secrecy import given_environment
from scripts.support.services import settings_in_force

HELP = "show the settings in force, secrets masked"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Show them."""
    del args
    declared_provider(settings_in_force())
    for name, value, source in effective(given_environment()):
        print(f"{name:<28} {value or '-':<24} {source}")
    return Exit.DONE

"""Show how much mail waits and was sent, and which could not be; or have that sent again."""

import argparse

from api.jobs.mail_tasks import put_dead_again
from api.mail.outbox import count_mail, dead_mail
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_services, settings_in_force

HELP = "show how much mail waits and was sent, and what could not be; or have that sent again"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--again", action="store_true", help="have every mail sent again that could not be")


def run(args: argparse.Namespace) -> int:
    """Print counts, and one line for each mail that could not be sent: ids and codes, neither addresses nor words."""
    with open_services(settings_in_force(), command="mail", changes=False) as services:
        if args.again:
            if not services.sends_mail:
                raise CommandFailed(Exit.CONFIGURATION, "mail is off: set FOLKMOOT_MAIL_SERVER, or a key for Notify")
            print(f"{put_dead_again(services)} are to be sent again.")
            return Exit.DONE
        with services.recorder.connections.borrow() as connection:
            counts, dead = count_mail(connection), dead_mail(connection)
    print(", ".join(f"{count} {state}" for state, count in counts.items()) + ("" if services.sends_mail else "; off"))
    for mail in dead:
        print(f"{mail.mail_id}  {mail.kind}  to {mail.recipient_kind}  {mail.fault}  tried {mail.tries} times")
    return Exit.DONE

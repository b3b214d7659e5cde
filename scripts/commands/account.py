"""Make, list and close the accounts of people and services, and give and take away their roles.

This is how the first administrator of an empty installation is let in. Names are read from standard input, for command
lines are seen by others; everything done here stands in the trail as done on the command line.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import psycopg

from api.access.account_acts import AccountDeed, do_once
from api.access.accounts import Account, AccountKind, close_with_roles, create_account, find_account, list_accounts
from api.access.grants import Grant, GrantHand, find_grant, give_role, grants_in_force, grants_of, take_away
from api.access.principal import is_registered
from api.access.reach import Reach, ReachKind, known_partnerships, known_places
from api.access.sign_in_links import create_account_link
from api.access.user_roles import UserRole
from api.runtime.services import Services
from domain.log.connections import WRITER
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.structs import NotAsDeclared, read_value
from domain.values import ImpossibleDateError, Name, end_of_day, last_day
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, open_services_over, settings_in_force

HELP = "make, list and close accounts of people and services, and give and take away their roles"

_MOST: Final = 500
_NAME: Final = "type the name and press Enter: it stands on no command line"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    create = actions.add_parser("create", help="make an account and print its id; its name is read from standard input")
    create.add_argument("--kind", choices=list(AccountKind), default=AccountKind.PERSON.value)
    create.add_argument("--organisation", type=UUID, metavar="ID", help="by default one of those who run Folkmoot")
    actions.add_parser("list", help="list every account, with the roles it holds now")
    history = actions.add_parser("history", help="list every role that an account was ever given")
    link = actions.add_parser("link", help="print an address that signs in to an account once, within 12 hours")
    give = actions.add_parser("give", help="give a role to an account and print the id of the grant")
    give.add_argument("--role", required=True, choices=list(UserRole))
    reach = give.add_mutually_exclusive_group(required=True)
    reach.add_argument("--all", action="store_true", help="it reaches every partnership")
    reach.add_argument("--partnership", type=UUID, metavar="ID", action="append", default=[])
    reach.add_argument("--place", type=UUID, metavar="ID", action="append", default=[])
    give.add_argument("--body", type=UUID, metavar="ID", action="append", default=[], help="may set down its word too")
    give.add_argument("--until", metavar="DAY", help="the last day, such as 2027-03-31; by default it never ends")
    away = actions.add_parser("take-away", help="take a role away")
    away.add_argument("grant_id", type=UUID, metavar="GRANT")
    close = actions.add_parser("close", help="close an account for good, with its roles, keys and sessions")
    for action in (history, link, give, close):
        action.add_argument("account_id", type=UUID, metavar="ID")
    for action in (give, away, close):
        action.add_argument("--why", required=True, help="for whoever looks later; name nobody in it")


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    settings = settings_in_force()
    with (
        open_database(settings, login=WRITER, changes=args.action == "create") as dsn,
        open_services_over(settings, dsn, command="account") as services,
        connect(dsn, application_name="folkmoot-account", autocommit=True, role=WRITER) as connection,
    ):
        desk = _Desk(services, connection)
        match args.action:
            case "create":
                print(desk.create(AccountKind(args.kind), args.organisation))
            case "list":
                desk.show_all()
            case "history":
                desk.show_history(args.account_id)
            case "link":
                print(f"{settings.public_url}/sign-in/{desk.link(args.account_id)}")
            case "give":
                print(desk.give(args))
            case "take-away":
                desk.take_away(args.grant_id, _why(args.why))
                print("The role is taken away.", file=sys.stderr)
            case _:
                desk.close(args.account_id, _why(args.why))
                print("The account is closed.", file=sys.stderr)
    return Exit.DONE


class _Desk:
    """The accounts of an installation, for whoever runs it: every act is carried out and written down in one."""

    def __init__(self, services: Services, connection: psycopg.Connection) -> None:
        self._log, self._vault, self._connection = services.recorder, services.vault, connection

    def create(self, kind: AccountKind, organisation_id: UUID | None) -> UUID:
        """Make an account whose name is read from standard input."""
        if organisation_id is not None and not is_registered(self._log, organisation_id):
            message = f"no organisation or group has the id {organisation_id}: register it first"
            raise CommandFailed(Exit.USAGE, message)
        name, account_id = _name(), uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            create_account(
                connection, self._vault, kind=kind, organisation_id=organisation_id, name=name, account_id=account_id
            )

        self._do("make-account", account_id, account_id, "", carry_out)
        return account_id

    def give(self, args: argparse.Namespace) -> UUID:
        """Give a role to an account."""
        account, grant_id, why = self._open(args.account_id), uuid4(), _why(args.why)
        kind = ReachKind.ALL if args.all else ReachKind.PLACES if args.place else ReachKind.PARTNERSHIPS
        reach = Reach(kind=kind, ids=frozenset(args.partnership + args.place))
        _refuse_unknown(self._log, reach, args.body)
        until_at = _end(args.until)

        def carry_out(connection: psycopg.Connection) -> None:
            give_role(
                connection,
                self._vault,
                account_id=account.account_id,
                role=UserRole(args.role),
                reach=reach,
                bodies=frozenset(args.body),
                until_at=until_at,
                by=GrantHand(why=why),
                grant_id=grant_id,
            )

        self._do("give-role", account.account_id, grant_id, why, carry_out)
        return grant_id

    def take_away(self, grant_id: UUID, why: str) -> None:
        """Take a role away."""
        grant = find_grant(self._connection, grant_id)
        if grant is None or grant.taken_away is not None:
            raise CommandFailed(Exit.USAGE, "no role that is held has this id: `folkmoot account history` shows them")
        hand = GrantHand(why=why)
        self._do(
            "take-away-role",
            grant.account_id,
            grant_id,
            why,
            lambda connection: _refuse_untaken(taken=take_away(connection, self._vault, grant_id, hand)),
        )

    def close(self, account_id: UUID, why: str) -> None:
        """Close an account, with its roles."""
        account = self._open(account_id)

        def carry_out(connection: psycopg.Connection) -> None:
            close_with_roles(connection, self._vault, account.account_id, GrantHand(why=why))

        self._do("close-account", account.account_id, account.account_id, why, carry_out)

    def link(self, account_id: UUID) -> str:
        """Make a link that signs in once."""
        account, key_id, tokens = self._open(account_id), uuid4(), list[str]()
        if account.kind is AccountKind.SERVICE:
            raise CommandFailed(Exit.USAGE, "a service signs in to no page: `folkmoot key create` makes a key for it")
        self._do(
            "make-sign-in-link",
            account.account_id,
            key_id,
            "",
            lambda connection: tokens.append(create_account_link(connection, self._vault, account.account_id, key_id)),
        )
        return tokens[0]

    def show_all(self) -> None:
        """Print every account with the roles that it holds now."""
        for account in list_accounts(self._connection):
            held = grants_in_force(self._connection, account.account_id)
            state = "closed" if account.closed_at else ", ".join(_role(each) for each in held) or "no role"
            print(f"{account.account_id}  {account.kind:<8} {account.name or '(forgotten)'}  {state}")

    def show_history(self, account_id: UUID) -> None:
        """Print every role that an account was ever given, with what became of it."""
        if find_account(self._connection, account_id) is None:
            raise CommandFailed(Exit.USAGE, "there is no account with this id")
        for grant in grants_of(self._connection, account_id):
            end = (
                f"taken away {grant.taken_away.at:%Y-%m-%d}: {grant.taken_away.by.why}" if grant.taken_away else "held"
            )
            print(f"{grant.grant_id}  {_role(grant)}  given {grant.given_at:%Y-%m-%d}: {grant.by.why}  {end}")

    def _open(self, account_id: UUID) -> Account:
        account = find_account(self._connection, account_id)
        if account is None or account.closed_at is not None:
            raise CommandFailed(Exit.USAGE, "there is no open account with this id: `folkmoot account list` shows them")
        return account

    def _do(
        self, act: str, account_id: UUID, made: UUID, why: str, carry_out: Callable[[psycopg.Connection], None]
    ) -> None:
        deed = AccountDeed(act=act, account_id=account_id, made=made, by=GrantHand(why=why), carry_out=carry_out)
        do_once(self._connection, self._vault, deed)


def _refuse_unknown(log: LogRecorder, reach: Reach, bodies: list[UUID]) -> None:
    known = {
        ReachKind.ALL: lambda _: {},
        ReachKind.PARTNERSHIPS: known_partnerships,
        ReachKind.PLACES: known_places,
    }[reach.kind](log)
    unknown = [str(each) for each in sorted(reach.ids - known.keys())]
    unknown += [str(each) for each in bodies if not is_registered(log, each)]
    if unknown:
        raise CommandFailed(Exit.USAGE, f"nothing in the register has these ids: {', '.join(unknown)}")


def _end(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        ends_at = end_of_day(last_day(day))
    except ImpossibleDateError as error:
        raise CommandFailed(Exit.USAGE, f"--until: {error}") from None
    if ends_at <= datetime.now(UTC):
        raise CommandFailed(Exit.USAGE, "--until: give a day from today on")
    return ends_at


def _name() -> str:
    if sys.stdin.isatty():
        print(_NAME, file=sys.stderr)
    try:
        return str(read_value(sys.stdin.readline().strip(), Name))
    except NotAsDeclared as error:
        faults = "; ".join(fault.detail for fault in error.faults)
        raise CommandFailed(Exit.USAGE, f"the name on standard input: {faults}") from None


def _why(why: str) -> str:
    if not 1 <= len(why.strip()) <= _MOST:
        raise CommandFailed(Exit.USAGE, f"--why: give 1 to {_MOST} letters")
    return why.strip()


def _refuse_untaken(*, taken: bool) -> None:
    if not taken:
        raise CommandFailed(Exit.USAGE, "the role was taken away meanwhile")


def _role(grant: Grant) -> str:
    until = "" if grant.until_at is None else f" until {grant.until_at:%Y-%m-%d}"
    reach = (
        grant.reach.kind.value if grant.reach.kind is ReachKind.ALL else f"{len(grant.reach.ids)} {grant.reach.kind}"
    )
    return f"{grant.role} ({reach}){until}"

"""Make, list, rotate and take away the keys by which programs and people use the API.

A key is shown once, when it is made.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from api.access.accounts import find_account
from api.access.keys import KEYS, ApiKey, Scope, create_key, end_key, list_keys, revoke_key
from api.access.principal import is_registered
from api.access.sign_in_links import create_link
from api.runtime.services import Services
from domain.decisions.command_context import CommandContext
from domain.decisions.refusals import Refusal
from domain.decisions.registries import RegisterParty
from domain.decisions.warnings import sentence_of
from domain.events.registries import PartyRegistered
from domain.handling.handler import Acknowledged
from domain.handling.operator import operator_actor
from domain.imports.registrations import reasons_of
from domain.log.connections import WRITER
from domain.log.sessions import connect
from domain.structs import NotAsDeclared, read, read_value
from domain.values import Name
from domain.vault import Vault
from domain.vocabulary import PartyKind, Source
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, open_services_over, settings_in_force, wrapping_keys

HELP = "make, list, rotate and revoke the keys of the API"

_NOT_IN_FORCE = "no key that is in force has this id"
_SCOPES = [scope.name.lower() for scope in Scope]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    create = actions.add_parser("create", help="make a key and print it, once")
    create.add_argument("--name", required=True, help="what the key is for, such as a tool; not a person's name")
    create.add_argument("--scope", required=True, choices=_SCOPES, help="each includes those before it")
    party = create.add_mutually_exclusive_group()
    party.add_argument("--party", type=UUID, metavar="ID", help="the organisation or group it belongs to")
    party.add_argument("--register", metavar="NAME", help="register the organisation or group first")
    party.add_argument("--account", type=UUID, metavar="ID", help="the account of a person or service it belongs to")
    create.add_argument("--kind", choices=[kind.value for kind in PartyKind], metavar="KIND", help="with --register")
    create.add_argument("--speaks-for", type=UUID, metavar="ID", action="append", default=[])
    create.add_argument("--days", type=int, help="for how long it is in force; by default until revoked")
    actions.add_parser("list", help="list every key ever made")
    link = actions.add_parser("link", help="print an address that signs in with a key once, within 12 hours")
    link.add_argument("key_id", type=UUID, metavar="ID")
    rotate = actions.add_parser("rotate", help="make a key in place of one, which stays good beside it for a while")
    rotate.add_argument("key_id", type=UUID, metavar="ID")
    rotate.add_argument("--overlap-days", type=int, default=7, choices=range(31), metavar="0..30")
    revoke = actions.add_parser("revoke", help="take a key away")
    revoke.add_argument("key_id", type=UUID, metavar="ID")


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    settings = settings_in_force()
    with (
        open_database(settings, login=WRITER, changes=args.action == "create") as dsn,
        connect(dsn, application_name="folkmoot-key", role=WRITER) as connection,
    ):
        match args.action:
            case "create":
                with open_services_over(settings, dsn, command="key") as services:
                    KEYS.mark_older(connection, services.vault)
                    print(_create(connection, services, args))
            case "list":
                _list(connection)
            case "link":
                print(f"{settings.public_url}/sign-in/{_link(connection, args.key_id)}")
            case "rotate":
                print(_rotate(connection, Vault(*wrapping_keys(settings)), args.key_id, args.overlap_days))
            case _:
                if not revoke_key(connection, args.key_id, vault=Vault(*wrapping_keys(settings))):
                    raise CommandFailed(Exit.USAGE, _NOT_IN_FORCE)
                print("The key is no longer in force.", file=sys.stderr)
    return Exit.DONE


def _create(connection: psycopg.Connection, services: Services, args: argparse.Namespace) -> str:
    scope = Scope[args.scope.upper()]
    if bool(args.register) != bool(args.kind):
        raise CommandFailed(Exit.USAGE, "give --register and --kind together")
    if scope is Scope.RECORD and not (args.party or args.register or args.account):
        raise CommandFailed(
            Exit.USAGE, "a key that records belongs to somebody: give --party, --account, or --register and --kind"
        )
    if args.account and (args.speaks_for or not _is_open(connection, args.account)):
        raise CommandFailed(
            Exit.USAGE, "give the id of an open account, and no --speaks-for: whose word it sets down is in its roles"
        )
    if args.days is not None and not 1 <= args.days <= 36_500:  # noqa: PLR2004 - a hundred years
        raise CommandFailed(Exit.USAGE, "give --days from 1 to 36500")
    for party_option in filter(None, (args.party, *args.speaks_for)):
        if not is_registered(services.recorder, party_option):
            raise CommandFailed(Exit.USAGE, f"no organisation or group has the id {party_option}: register it first")
    name = _name(args.name)
    party_id = register_party(services, args.register, PartyKind(args.kind)) if args.register else args.party
    return create_key(
        connection,
        name=name,
        scope=scope,
        party_id=party_id,
        speaks_for=args.speaks_for,
        account_id=args.account,
        vault=services.vault,
        expires_at=None if args.days is None else datetime.now(UTC) + timedelta(days=args.days),
    )


def _is_open(connection: psycopg.Connection, account_id: UUID) -> bool:
    account = find_account(connection, account_id)
    return account is not None and account.closed_at is None


def _rotate(connection: psycopg.Connection, vault: Vault, key_id: UUID, overlap_days: int) -> str:
    key = _in_force(connection, key_id)
    with connection.transaction():
        text = create_key(
            connection,
            name=key.name,
            scope=key.scope,
            party_id=key.party_id,
            speaks_for=sorted(key.speaks_for),
            account_id=key.account_id,
            expires_at=None if key.expires_at is None else datetime.now(UTC) + (key.expires_at - key.created_at),
            vault=vault,
        )
        end_key(connection, key_id, timedelta(days=overlap_days), vault=vault)
    return text


def _link(connection: psycopg.Connection, key_id: UUID) -> str:
    return create_link(connection, _in_force(connection, key_id).key_id)


def _in_force(connection: psycopg.Connection, key_id: UUID) -> ApiKey:
    key = next((key for key in list_keys(connection) if key.key_id == key_id), None)
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= datetime.now(UTC)):
        raise CommandFailed(Exit.USAGE, _NOT_IN_FORCE)
    return key


def _name(name: str) -> str:
    try:
        return str(read_value(name, Name))
    except NotAsDeclared as error:
        raise CommandFailed(Exit.USAGE, f"--name: {'; '.join(fault.detail for fault in error.faults)}") from None


def register_party(services: Services, name: str, kind: PartyKind) -> UUID:
    """Register an organisation or group in the operator's word and give its id; warn of what may be a slip."""
    try:
        command = read({"name": name, "kind": kind.value}, RegisterParty)
    except NotAsDeclared as error:
        raise CommandFailed(Exit.USAGE, f"--register: {'; '.join(fault.detail for fault in error.faults)}") from None
    operator = operator_actor(services.recorder, uuid4())
    context = CommandContext(
        actor=operator,
        command_id=uuid4(),
        now=services.now(),
        person_of=services.vault.person_of,
        source=Source.OPERATOR,
    )
    outcome = services.handler.handle(command, context, context.command_id.bytes)
    if isinstance(outcome, Refusal):
        raise CommandFailed(Exit.USAGE, f"--register: {'; '.join(reasons_of(outcome))}")
    if not isinstance(outcome, Acknowledged) or not isinstance(body := outcome.events[-1].body, PartyRegistered):
        raise CommandFailed(Exit.USAGE, f"{name!r} cannot be registered as {kind}")
    for warned in outcome.warnings:
        print(f"{warned.code}: {sentence_of(warned)}", file=sys.stderr)
    return body.party_id


def _list(connection: psycopg.Connection) -> None:
    for key in list_keys(connection):
        used = "never used" if key.last_used_at is None else f"used {key.last_used_at:%Y-%m-%d}"
        print(f"{key.key_id}  {key.scope.name.lower():<8} {_state(key):<18} {used:<16} {key.name}")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "in force"
    return f"{'until' if key.expires_at > datetime.now(UTC) else 'ended'} {key.expires_at:%Y-%m-%d}"

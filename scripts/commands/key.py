"""Make, list and take away the keys by which programs and people use the API. A key is shown once, when it is made."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from api.access.keys import KEYS, ApiKey, Scope, create_key, list_keys, revoke_key
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
from domain.log.sessions import connect
from domain.structs import NotAsDeclared, read, read_value
from domain.values import Name
from domain.vault import Vault
from domain.vocabulary import PartyKind, Source
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, open_services_over, settings_in_force, wrapping_keys

HELP = "make, list and revoke the keys of the API"

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
    create.add_argument("--kind", choices=[kind.value for kind in PartyKind], metavar="KIND", help="with --register")
    create.add_argument("--speaks-for", type=UUID, metavar="ID", action="append", default=[])
    create.add_argument("--days", type=int, help="for how long it is in force; by default until revoked")
    actions.add_parser("list", help="list every key ever made")
    link = actions.add_parser("link", help="print an address that signs in with a key once, within 12 hours")
    link.add_argument("key_id", type=UUID, metavar="ID")
    revoke = actions.add_parser("revoke", help="take a key away")
    revoke.add_argument("key_id", type=UUID, metavar="ID")


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    settings = settings_in_force()
    with (
        open_database(settings, changes=args.action == "create") as dsn,
        connect(dsn, application_name="folkmoot-key") as connection,
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
            case _:
                if not revoke_key(connection, args.key_id, vault=Vault(*wrapping_keys(settings))):
                    raise CommandFailed(Exit.USAGE, _NOT_IN_FORCE)
                print("The key is no longer in force.", file=sys.stderr)
    return Exit.DONE


def _create(connection: psycopg.Connection, services: Services, args: argparse.Namespace) -> str:
    scope = Scope[args.scope.upper()]
    if bool(args.register) != bool(args.kind):
        raise CommandFailed(Exit.USAGE, "give --register and --kind together")
    if scope is Scope.RECORD and not (args.party or args.register):
        raise CommandFailed(
            Exit.USAGE, "a key that records belongs to somebody: give --party, or --register and --kind"
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
        vault=services.vault,
        expires_at=None if args.days is None else datetime.now(UTC) + timedelta(days=args.days),
    )


def _link(connection: psycopg.Connection, key_id: UUID) -> str:
    key = next((key for key in list_keys(connection) if key.key_id == key_id), None)
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= datetime.now(UTC)):
        raise CommandFailed(Exit.USAGE, _NOT_IN_FORCE)
    return create_link(connection, key_id)


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
        print(f"{key.key_id}  {key.scope.name.lower():<8} {_state(key):<18} {key.name}")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "in force"
    return f"{'until' if key.expires_at > datetime.now(UTC) else 'ended'} {key.expires_at:%Y-%m-%d}"

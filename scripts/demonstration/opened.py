"""The demonstration opened: its database at hand and seeded, its services, and a key and a link to come in by."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import Request, urlopen

from api.access.keys import Scope, create_key, key_in_force, list_keys, revoke_key
from api.access.sign_in_links import create_link
from api.pages.ground.guards import HOME
from api.runtime.services import Services
from api.runtime.settings import Settings
from domain.decisions.decisions import RecordSpending
from domain.decisions.records import CorrectRecord
from domain.log.connections import WRITER
from domain.log.sessions import connect
from scripts.demonstration.agenda import first_record
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.county import CountyPlan, plan_county
from scripts.demonstration.let_in import let_people_in
from scripts.demonstration.seeding import SEED, seed
from scripts.demonstration.stories.habits import CastPart
from scripts.support.follower_process import following
from scripts.support.http_server import serving
from scripts.support.logins import OWNER, as_login
from scripts.support.page_walk import PageWalker
from scripts.support.services import open_database, open_services_over

_KEY_NAME: Final = "demonstration"
_LISTS_S: Final = 60


class OpenDemonstration(NamedTuple):
    """An open demonstration: all that one needs to serve it and to come in."""

    services: Services
    dsn: str
    plan: CountyPlan
    key: str
    link: str
    """The path of an address that signs in once."""

    @property
    def board(self) -> CastNeighbourhood:
        """The first neighbourhood, whose minutes the holder of the key writes."""
        return self.plan.neighbourhoods[0]

    @property
    def first_addresses(self) -> tuple[str, ...]:
        """Where to begin, to come to every page by links."""
        return first_addresses(self.plan)


def first_addresses(plan: CountyPlan) -> tuple[str, ...]:
    """Where to begin, to come to every page by links: the first page, a partnership's, and a record of its secretary's.

    That is the last thing they spent that was put right since, so that its page shows both.
    """
    board = plan.neighbourhoods[0]
    put_right = {act.command.record for act in plan.acts if isinstance(act.command, CorrectRecord)}
    *_, record_id = (
        record_id
        for act in plan.acts
        if act.partnership_id == board.partnership_id
        and act.key == board.secretary
        and isinstance(act.command, RecordSpending)
        and (record_id := first_record(plan.seed.identity(act.name))) in put_right
    )
    return HOME, f"/partnerships/{board.partnership_id}", f"/records/{record_id}"


@contextmanager
def open_demonstration(settings: Settings) -> Iterator[OpenDemonstration]:
    """The demonstration in the database in use, which is seeded if it is empty."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        planned = beside.submit(plan_county, SEED)  # while the database starts
        with open_database(settings, login=OWNER) as owner_dsn:
            plan = planned.result()
            seed(settings, owner_dsn, plan)
            dsn = as_login(settings, owner_dsn, WRITER)
            with open_services_over(settings, dsn, command="demo") as services:
                key, link = _fresh_key(services, dsn, plan.neighbourhoods[0])
                yield OpenDemonstration(services, dsn, plan, key, link)


@contextmanager
def show_demonstration(settings: Settings, demonstration: OpenDemonstration) -> Iterator[PageWalker]:
    """Somebody signed in at the pages of the demonstration, which is served as in use for as long as the block runs."""
    with following(settings, demonstration.dsn, out=sys.stderr), serving(demonstration.services) as base:
        visitor = PageWalker(base)
        visitor.look_at(demonstration.link)
        _wait_for_lists(demonstration, base)
        yield visitor


@contextmanager
def without_a_trace(settings: Settings) -> Iterator[Settings]:
    """The settings with a database of its own in a folder that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-demo-"))
    try:
        yield replace(settings, data_dir=folder, database_url="", memorandum_file=None, environment={})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_lists(demonstration: OpenDemonstration, base: str) -> None:
    """Wait until the lists over all partnerships hold all that was recorded."""
    position = demonstration.services.recorder.head().position
    headers = {"Authorization": f"Bearer {demonstration.key}", "Prefer": f"wait={_LISTS_S}"}
    address = f"{base}/v1/projections/worklist?min-position={position}"
    with urlopen(Request(address, headers=headers)) as answer:  # noqa: S310 - our own server
        answer.read()


def steward_link(demonstration: OpenDemonstration) -> str:
    """The path of an address that signs in once as somebody who looks after the record, with a key of their own."""
    return _link(demonstration.services, demonstration.dsn, steward_key(demonstration))


def administrator_link(demonstration: OpenDemonstration) -> str:
    """The path of an address that signs in once as the administrator of the first board's trust."""
    key = let_people_in(demonstration.services, demonstration.dsn, demonstration.plan.neighbourhoods[0])
    return _link(demonstration.services, demonstration.dsn, key)


def steward_key(demonstration: OpenDemonstration) -> str:
    """A new key of somebody who looks after the record."""
    with connect(demonstration.dsn, application_name="folkmoot-demo") as connection:
        return create_key(connection, name=_KEY_NAME, scope=Scope.STEWARD, vault=demonstration.services.vault)


def _fresh_key(services: Services, dsn: str, neighbourhood: CastNeighbourhood) -> tuple[str, str]:
    """Make a key for whoever writes the board's minutes, and a link that signs in with it once.

    Those of earlier starts are taken away.
    """
    with connect(dsn, application_name="folkmoot-demo") as connection:
        for old in list_keys(connection):
            if old.name == _KEY_NAME and old.revoked_at is None:
                revoke_key(connection, old.key_id, vault=services.vault)
        key = create_key(
            connection,
            name=_KEY_NAME,
            scope=Scope.RECORD,
            party_id=neighbourhood.bodies[CastPart.TRUST].id,
            vault=services.vault,
            speaks_for=sorted(neighbourhood.secretary.speaks_for),
        )
    return key, _link(services, dsn, key)


def _link(services: Services, dsn: str, key: str) -> str:
    in_force = key_in_force(services.recorder, key)
    if in_force is None:
        raise RuntimeError("a key that was just made is in force")
    with connect(dsn, application_name="folkmoot-demo") as connection:
        return f"/sign-in/{create_link(connection, in_force.key_id)}"

"""People of the demonstration: an administrator of the first board's trust, with whom they let in, and a service."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import psycopg

from api.access.accounts import AccountKind, create_account, list_accounts
from api.access.grants import GrantHand, give_role, grants_of, take_away
from api.access.keys import Scope, create_key
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.user_roles import UserRole
from api.runtime.services import Services
from domain.log.sessions import connect
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.stories.habits import CastPart

_NAME: Final = "the demonstration's administrator"
_TERM: Final = timedelta(days=300)


def let_people_in(services: Services, dsn: str, board: CastNeighbourhood) -> str:
    """A new key of the administrator, who is let in with their people when the demonstration begins."""
    with connect(dsn, application_name="folkmoot-demo", autocommit=True) as connection:
        accounts = [each for each in list_accounts(connection) if each.closed_at is None]
        account_id = accounts[0].account_id if accounts else _begun(connection, services, board)
        return create_key(connection, name=_NAME, scope=Scope.STEWARD, account_id=account_id, vault=services.vault)


def _begun(connection: psycopg.Connection, services: Services, board: CastNeighbourhood) -> UUID:
    trust = board.bodies[CastPart.TRUST].id
    vault = services.vault
    here = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({board.partnership_id}))
    robin, alex, jo = (
        create_account(connection, vault, kind=AccountKind.PERSON, organisation_id=trust, name=name)
        for name in ("Robin Sample", "Alex Sample", "Jo Sample")
    )
    create_account(connection, vault, kind=AccountKind.SERVICE, organisation_id=trust, name="The trust’s case system")
    begun = GrantHand(why="Looks after the trust’s people")
    give_role(connection, vault, account_id=robin, role=UserRole.ADMINISTRATOR, reach=EVERYWHERE, by=begun)
    give_role(
        connection,
        vault,
        account_id=robin,
        role=UserRole.OFFICER,
        reach=here,
        bodies=frozenset(board.secretary.speaks_for) - {trust},
        by=GrantHand(why="Writes the board’s minutes"),
    )
    by_robin = GrantHand(account_id=robin, why="Reviews the board’s first years")
    until_at = services.now() + _TERM
    give_role(connection, vault, account_id=alex, role=UserRole.EVALUATOR, reach=here, until_at=until_at, by=by_robin)
    create_key(connection, name="a notebook", scope=Scope.READ, account_id=alex, vault=vault)
    give_role(
        connection,
        vault,
        account_id=jo,
        role=UserRole.OFFICER,
        reach=here,
        by=GrantHand(account_id=robin, why="Joined the team"),
    )
    (role,) = grants_of(connection, jo)
    take_away(connection, vault, role.grant_id, GrantHand(account_id=robin, why="Moved to another team"))
    return robin

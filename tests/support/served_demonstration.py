"""The demonstration's first boards over all their years, served as anybody's Folkmoot is, for tests of pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from api.access.accounts import AccountKind, create_account
from api.access.grants import GrantHand, give_role
from api.access.kept_webhooks import NewWebhook, create_webhook
from api.access.keys import Scope, create_key, key_in_force
from api.access.reach import EVERYWHERE
from api.access.sign_in_links import create_link
from api.access.user_roles import UserRole
from api.runtime.services import Services, connected
from api.sign_on.sign_on import SignOn
from api.webhooks.webhook_signature import new_secret
from domain.log.recorder import begin_seeding
from domain.log.sessions import connect
from domain.vault import WrappingKey
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.county import CountyPlan
from scripts.demonstration.let_in import let_people_in
from scripts.demonstration.play import play
from scripts.demonstration.stories.habits import CastPart
from scripts.support.garbage import seldom_collected
from scripts.support.http_server import serving
from tests.support.stored_stage import staged
from tests.support.working_thread import working

_WRAPPING_KEY = WrappingKey(b"k" * 32)


@dataclass(frozen=True, kw_only=True)
class ServedDemonstration:
    """Where the demonstration answers, what is told in it, and how to be somebody there."""

    base: str
    plan: CountyPlan
    services: Services

    @property
    def board(self) -> CastNeighbourhood:
        """The first neighbourhood, with the longest history."""
        return self.plan.neighbourhoods[0]

    @property
    def board_address(self) -> str:
        """Where the page of its partnership is."""
        return f"/partnerships/{self.board.partnership_id}"

    def secretary_key(self) -> str:
        """A new key of whoever writes the first board's minutes."""
        secretary = self.board.secretary
        return self.key(Scope.RECORD, self.board.bodies[CastPart.TRUST].id, sorted(secretary.speaks_for))

    def administrator_key(self) -> str:
        """A new key of whoever lets the trust's people in, and also speaks for several bodies."""
        return let_people_in(self.services, self.services.dsn, self.board)

    def keeper_key(self) -> str:
        """A new key of a steward with an account, of whose webhooks one is there already."""
        vault, webhook_id = self.services.vault, uuid4()
        with connect(self.services.dsn, application_name="folkmoot-test") as connection:
            account_id = create_account(
                connection, vault, kind=AccountKind.PERSON, organisation_id=None, name="Kim Keeper"
            )
            give_role(
                connection,
                vault,
                account_id=account_id,
                role=UserRole.STEWARD,
                reach=EVERYWHERE,
                by=GrantHand(why="looks after the record"),
            )
            create_webhook(
                connection,
                vault,
                NewWebhook(
                    account_id=account_id,
                    name="The case system of the trust",
                    url="https://receiver.example/folkmoot/of-a-council-with-a-rather-long-name",
                    event_types=(),
                    partnership_ids=(),
                    position=0,
                    event_id=None,
                    secret=new_secret(),
                    webhook_id=webhook_id,
                ),
            )
            connection.execute("UPDATE api.webhook_progress SET failed_at = clock_timestamp(), fault = 'status-500'")
            return create_key(connection, name="a key", scope=Scope.STEWARD, account_id=account_id, vault=vault)

    def key(self, scope: Scope, party_id: UUID | None = None, speaks_for: Sequence[UUID] = ()) -> str:
        """A new key."""
        with connect(self.services.dsn, application_name="folkmoot-test") as connection:
            return create_key(
                connection,
                name="for a test",
                scope=scope,
                party_id=party_id,
                speaks_for=speaks_for,
                vault=self.services.vault,
            )

    def link(self, key: str) -> str:
        """An address that signs in once as the holder of a key."""
        key_id = key_in_force(self.services.recorder, key).key_id
        with connect(self.services.dsn, application_name="folkmoot-test") as connection:
            return f"{self.base}/sign-in/{create_link(connection, key_id)}"

    def catch_up(self) -> None:
        """Bring the stored projections level with the log."""
        with staged(self.services.dsn) as stage:
            stage.rebuild()


def seed_demonstration(dsn: str, plan: CountyPlan) -> None:
    """Record what a plan tells in an empty log, and build the stored projections."""
    begin_seeding(dsn)
    with connected(dsn, [_WRAPPING_KEY], threads=2) as services, seldom_collected():
        play(plan, services.handler)
    with staged(dsn) as stage:
        stage.rebuild()


@contextmanager
def served_demonstration(
    dsn: str, plan: CountyPlan, sign_on: SignOn | None = None, port: int = 0
) -> Iterator[ServedDemonstration]:
    """Serve a database that holds what a plan tells, with a worker beside."""
    with (
        connected(dsn, [_WRAPPING_KEY], threads=4, sign_on=sign_on) as services,
        working(services),
        serving(services, port) as base,
    ):
        yield ServedDemonstration(base=base, plan=plan, services=services)

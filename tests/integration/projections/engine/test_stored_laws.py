"""However rows came to be stored, they are what replay says: any interleaving of writing, following and rebuilding."""

import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from domain.events.partnerships import MethodAdopted
from domain.events.recorded import resolve
from domain.events.stewardship import MethodPublished
from projections.engine.digest import digest
from projections.engine.replay import replay
from projections.engine.swap import roll_back
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import stored_projections
from tests.support.log_events import eventually
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.seeded_logs import seeded, write
from tests.support.stored_stage import staged
from tests.unit.projections.engine.test_laws import ACTS, tell

SHIPPED = default_method()
SLOWER = msgspec.structs.replace(
    SHIPPED,
    id="slower",
    title="Slower to forget",
    trust=msgspec.structs.replace(SHIPPED.trust, half_life_days=3000.0),
)
FIRST = date(2024, 6, 3)
MOST = 4  # partnerships


@pytest.fixture
def fresh_database(server, template):
    """A way to open fresh databases, one for each history that is tried."""

    @contextmanager
    def fresh():
        name = f"law_{uuid4().hex}"
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
            try:
                yield server.dsn(name)
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return fresh


def by_key(projection):
    return lambda row: [str(getattr(row, name)) for name in projection.key]


def in_force(story):
    """The method that a partnership adopted, unless that record was withdrawn since."""
    standing, _ = resolve(story.records)
    return SLOWER if any(isinstance(fact.body, MethodAdopted) for fact in standing) else SHIPPED


class Nights(RuleBasedStateMachine):
    """Partnerships are recorded, followed and rebuilt in any order, while days pass; then all is compared."""

    def __init__(self, fresh_database) -> None:
        super().__init__()
        self.today = FIRST
        self.positions = count(1)
        self.ticks = count(1)
        self.told: list[PartnershipStory] = []
        self.following: tuple[threading.Thread, threading.Event] | None = None
        self.is_built = self.was_rebuilt = False
        self.resources = ExitStack()
        dsn = self.resources.enter_context(fresh_database())
        log = self.resources.enter_context(seeded(dsn))
        self.stage = self.resources.enter_context(staged(dsn, log))
        self.publishing = PartnershipStory("a method", positions=self.positions)
        body = MethodPublished(
            happened=FIRST.isoformat(),
            method_id=self.publishing.partition_id,
            title=SLOWER.title,
            method_sha256=method_sha256(SLOWER),
            document=msgspec.json.encode(SLOWER).decode(),
        )
        self.record(self.publishing, lambda: self.publishing.tell(body, recorded=self.now()))

    def teardown(self) -> None:
        if self.following:
            self.stop_following()
        self.resources.close()

    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), UTC) + timedelta(seconds=next(self.ticks))

    def record(self, story, telling) -> None:
        """Write what a telling adds to the log."""
        count = len(story.records)
        telling()
        write(self.stage.log, story.records[count:])

    # What is recorded

    @initialize()
    def two_partnerships(self) -> None:
        self.form()
        self.form()

    @precondition(lambda self: len(self.told) < MOST)
    @rule()
    def form(self) -> None:
        story = PartnershipStory(f"partnership {len(self.told)}", positions=self.positions)
        self.told.append(story)
        on = self.today.isoformat()
        self.record(story, lambda: story.formed(on, recorded=self.now()))
        for who in (COUNCIL, TENANTS):
            self.record(story, lambda who=who: story.joined(who, on, recorded=self.now()))

    @rule(
        who=st.integers(0, MOST),
        acts=st.lists(
            st.tuples(st.sampled_from(ACTS), st.integers(0, 30), st.sampled_from([0, 0, 0, 1, 20, 90])),
            min_size=1,
            max_size=5,
        ),
    )
    def act(self, who, acts) -> None:
        """Something is promised, held, asked, corrected, withdrawn; some of it long after it happened."""
        story = self.told[who % len(self.told)]
        for name, which, late in acts:
            on = (self.today - timedelta(days=late)).isoformat()
            self.record(story, lambda name=name, which=which, on=on: tell(story, name, which, on, recorded=self.now()))

    @rule(who=st.integers(0, MOST))
    def adopt(self, who) -> None:
        story = self.told[who % len(self.told)]
        body = MethodAdopted(
            happened=self.today.isoformat(),
            method_id=self.publishing.partition_id,
            title=SLOWER.title,
            method_sha256=method_sha256(SLOWER),
        )
        self.record(story, lambda: story.tell(body, recorded=self.now()))

    @rule()
    def publish_again(self) -> None:
        """Something is recorded of what is no partnership."""
        self.record(self.publishing, lambda: self.publishing.tell(self.publishing.records[0].body, recorded=self.now()))

    @rule(days=st.sampled_from([1, 1, 30, 200]))
    def midnight(self, days) -> None:
        self.today += timedelta(days=days)

    # What is stored

    @rule(shards=st.integers(1, 4))
    def rebuild(self, shards) -> None:
        report = self.stage.rebuild(today=self.today, shards=shards)
        assert report.is_swapped
        assert not report.drifts
        assert not report.parked
        self.was_rebuilt, self.is_built = self.is_built, True
        self.compare()

    @precondition(lambda self: self.is_built)
    @rule()
    def rebuild_twice(self) -> None:
        self.rebuild(2)
        once = self.stage.stored()
        self.rebuild(3)
        assert self.stage.stored() == once

    @precondition(lambda self: self.is_built and not self.following)
    @rule(batch=st.integers(1, 7))
    def follow(self, batch) -> None:
        follower = self.stage.follower(today=lambda: self.today, batch=batch)
        assert follower.catch_up() == self.stage.log.head().position
        self.compare()

    @precondition(lambda self: not self.following)
    @rule(batch=st.sampled_from([1, 3, 1000]))
    def start_following(self, batch) -> None:
        stopping = threading.Event()
        follower = self.stage.follower(today=lambda: self.today, batch=batch)
        thread = threading.Thread(target=follower.run, args=(stopping,), daemon=True)
        thread.start()
        self.following = (thread, stopping)

    @precondition(lambda self: self.following)
    @rule()
    def stop_following(self) -> None:
        thread, stopping = self.following
        stopping.set()
        thread.join()
        self.following = None

    @precondition(lambda self: self.was_rebuilt)
    @rule()
    def take_the_last_build_back(self) -> None:
        with self.stage.connections.open("rollback") as connection:
            roll_back(self.stage.log, connection, stored_projections(), self.today)
        self.compare()

    @precondition(lambda self: self.is_built)
    @rule()
    def verify(self) -> None:
        assert not self.stage.verify(today=self.today).drifts

    @precondition(lambda self: self.is_built and self.following)
    @rule()
    def wait_for_the_follower(self) -> None:
        head = self.stage.log.head().position
        eventually(
            lambda: {(build.position, build.as_of) for build in self.stage.live().values()} == {(head, self.today)}
        )
        self.compare()

    def compare(self) -> None:
        """Compare what is live with what each partnership, told alone, comes to, and with what replay says."""
        stored = self.stage.stored()
        assert stored.keys() == {(name, story.partition_id) for name in stored_projections() for story in self.told}
        for story in self.told:
            method, alone = in_force(story), story.at(self.today)
            for name, projection in stored_projections().items():
                header, rows = stored[name, story.partition_id]
                expected = projection.project(alone, method)
                assert sorted(rows.values(), key=by_key(projection)) == sorted(expected, key=by_key(projection))
                assert header[1:] == (
                    story.head,
                    self.today,
                    method_sha256(method),
                    len(expected),
                    digest(projection, expected),
                )
                answer = replay(self.stage.log, story.partition_id, name, as_of=self.today)
                assert (answer.digest, answer.basis.method_sha256) == (header.digest, header.method_sha256)


def test_rebuilt_followed_and_replayed_are_the_same_whatever_happens_in_between(fresh_database, rounds):
    run_state_machine_as_test(
        lambda: Nights(fresh_database),
        settings=settings(
            max_examples=rounds(15),
            stateful_step_count=15,
            suppress_health_check=list(HealthCheck),
        ),
    )

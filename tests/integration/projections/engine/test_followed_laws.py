"""Whatever is recorded, and however often the follower forgets, what it stores after each event is the log's."""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from projections.engine.digest import digest
from projections.engine.follow import ProjectionFollower
from projections.engine.held_partitions import HOLD
from projections.engine.row_sets import RowSet, project_row_sets
from projections.method.document import default_method
from projections.views import stored_projections
from tests.integration.projections.engine.test_stored_laws import fresh_database  # noqa: F401 - a fixture
from tests.support.growing_stories import GrowingStory, recorded
from tests.support.partnership_story import PartnershipStory
from tests.support.seeded_logs import seeded, write
from tests.support.stored_stage import staged

FIRST = date(2024, 6, 3)
PARTNERSHIPS = 2


class WatchedPartition:
    """A partition as the follower holds it, and the rows that it was last given."""

    given_rows: ClassVar[dict] = {}

    def __init__(self, records: Iterable) -> None:
        self._partition = HOLD(records)

    def __getattr__(self, name):
        return getattr(self._partition, name)

    def rows(self, as_of, method, projections):
        for projection, rows in self._partition.rows(as_of, method, projections):
            WatchedPartition.given_rows[self.records[0].partition_id, projection.name] = rows
            yield projection, rows


class FollowedStories(RuleBasedStateMachine):
    """Two partnerships grow event by event, while days pass, partitions are forgotten, and followers begin anew."""

    def __init__(self, fresh_database) -> None:  # noqa: F811 - the fixture that is imported
        super().__init__()
        self.today, self.head = FIRST, 0
        self.resources, self.lead = ExitStack(), None
        WatchedPartition.given_rows.clear()
        dsn = self.resources.enter_context(fresh_database())
        log = self.resources.enter_context(seeded(dsn))
        self.stage = self.resources.enter_context(staged(dsn, log))
        positions, ticks = count(1), count(1)
        self.told = [
            GrowingStory(PartnershipStory(f"partnership {number}", positions=positions), FIRST, ticks)
            for number in range(PARTNERSHIPS)
        ]

    def teardown(self) -> None:
        self.resources.close()

    @initialize()
    def begin(self) -> None:
        for growing in self.told:
            growing.begin()
            write(self.stage.log, growing.story.records)
        self.stage.rebuild(today=self.today, shards=1)
        self.following = self.resources.enter_context(ExitStack())
        self.restart(250_000)

    @rule(cached_events=st.sampled_from([1, 250_000]))
    def restart(self, cached_events) -> None:
        """Let a follower begin anew that holds all that it reads, or no more than one partition."""
        self.following.close()
        follower = ProjectionFollower(
            self.stage.log,
            self.stage.connections,
            today=lambda: self.today,
            hold=WatchedPartition,
            cached_events=cached_events,
            checked_one_in=7,
        )
        self.counts = follower.counts
        self.lead = self.following.enter_context(follower.leading())
        self.follow()

    @rule(who=st.integers(0, PARTNERSHIPS - 1), what=st.lists(recorded, min_size=1, max_size=6))
    def record(self, who, what) -> None:
        growing = self.told[who]
        for entry in what:
            growing.today = self.today
            growing.grow(*entry)
            write(self.stage.log, growing.story.records[-1:])
            self.follow()
            self.compare(growing)

    @rule()
    def prepare(self) -> None:
        """Let the follower take a partition into memory before its next event."""
        self.lead.prepare()

    @rule(days=st.sampled_from([1, 1, 30]))
    def midnight(self, days) -> None:
        self.today += timedelta(days=days)
        self.follow()

    @invariant()
    def nothing_was_wrong(self) -> None:
        """No row that the follower itself compared was wrong, and every partnership is as the log has it."""
        if self.lead is not None:
            assert self.counts.differences == 0
            for growing in self.told:
                self.compare(growing)

    def follow(self) -> None:
        while self.lead.step():
            pass

    def compare(self, growing) -> None:
        """Compare what the follower was given and what it stored with what is projected from nothing."""
        records, partition_id = growing.story.records, growing.story.partition_id
        stored = self.stage.stored_of(partition_id)
        for projection, expected in project_row_sets(
            records, self.today, default_method(), stored_projections().values()
        ):
            if not isinstance(expected, RowSet):
                continue  # what cannot be projected is parked, and stays as it was
            header, rows = stored[projection.name]
            assert header == expected.header, projection.name
            assert digest(projection, rows) == expected.header.digest
            given_rows = WatchedPartition.given_rows.get((partition_id, projection.name), expected.rows)
            assert tuple(given_rows) == expected.rows, projection.name


def test_what_is_followed_event_by_event_is_what_the_log_makes_from_nothing(fresh_database, rounds):  # noqa: F811 - the fixture that is imported
    run_state_machine_as_test(
        lambda: FollowedStories(fresh_database),
        settings=settings(max_examples=rounds(5), stateful_step_count=12, suppress_health_check=list(HealthCheck)),
    )

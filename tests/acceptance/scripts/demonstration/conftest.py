"""Two small counties of four years, from one seed: one with every story planted, one with none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache

import psycopg
import pytest
from psycopg import sql

from domain.handling.handler import Handler
from domain.log.recorder import LogRecorder, begin_seeding
from domain.vault import Vault, WrappingKey
from projections.engine.replay import KnownPartnership, known_partnership, replay_answer
from projections.scoring.health.shown_profile import Profile, shown_profile
from projections.scoring.trust.shown_trust import ShownTrust, shown_trust
from projections.views import projection_called
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.county import BEGINS_ON, CountyPlan, plan_county
from scripts.demonstration.play import play
from scripts.demonstration.stories import STORIES

SEED, PLACES = 2026, 7
BEGINS, ENDS = date(2022, 11, 1), date(2026, 10, 31)
EVERY_STORY = frozenset(story.name for story in STORIES)


@dataclass(frozen=True, eq=False)
class PlayedCounty:
    """A county played into a log, and what the figures say of its neighbourhoods on the last day."""

    plan: CountyPlan
    handler: Handler

    @property
    def recorder(self) -> LogRecorder:
        return self.handler.recorder

    @cache  # noqa: B019 - lives as long as the tests
    def figures(self, index: int) -> tuple[list[ShownTrust], Profile]:
        now = self.known_partnership(index)
        trust = shown_trust(replay_answer(now, projection_called("trust")).rows, now.method)
        return trust, shown_profile(replay_answer(now, projection_called("health")).rows, now.method, now.basis.as_of)

    def known_partnership(self, index: int) -> KnownPartnership:
        return known_partnership(self.recorder, self.plan.neighbourhoods[index].partnership_id, as_of=ENDS)

    def of(self, story: str) -> list[int]:
        """The neighbourhood where a story is told, or would be."""
        return [self.plan.neighbourhoods.index(each) for each in self.plan.stories[story]]

    def elsewhere(self, story: str) -> list[int]:
        neighbourhoods: tuple[CastNeighbourhood, ...] = self.plan.stories[story]
        return [index for index, each in enumerate(self.plan.neighbourhoods) if each not in neighbourhoods]


@contextmanager
def _played(
    server, template: str, name: str, without: frozenset[str], places: int = PLACES, begins: date = BEGINS
) -> Iterator[PlayedCounty]:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(clone)
    dsn = server.dsn(name)
    begin_seeding(dsn)
    plan = plan_county(SEED, places=places, begins=begins, ends=ENDS, without=without)
    with LogRecorder(dsn) as recorder:
        handler = Handler(recorder, Vault(WrappingKey.generate()))
        play(plan, handler)
        yield PlayedCounty(plan, handler)


@pytest.fixture(scope="session")
def storied(server, template) -> Iterator[PlayedCounty]:
    with _played(server, template, "storied", frozenset()) as county:
        yield county


@pytest.fixture(scope="session")
def two_of_ten_years(server, template) -> Iterator[PlayedCounty]:
    """The demonstration's first two neighbourhoods over all its years: trust takes time to grow before it falls."""
    with _played(server, template, "two_of_ten_years", frozenset(), places=2, begins=BEGINS_ON) as county:
        yield county


@pytest.fixture(scope="session")
def plain(server, template) -> Iterator[PlayedCounty]:
    with _played(server, template, "plain", EVERY_STORY) as county:
        yield county

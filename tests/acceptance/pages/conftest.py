"""A real Chromium over the demonstration as it is served; where there is no Chromium tests are skipped, and say so."""

from functools import partial

import pytest

from scripts.demonstration.county import plan_county
from scripts.demonstration.seeding import SEED
from scripts.support.chromium import NoChromium, open_chromium
from tests.support.served_demonstration import seed_demonstration, served_demonstration

PLACES = 6
"""The boards with the longest histories; all 24 would take four times as long to record."""


@pytest.fixture(scope="module")
def chromium():
    # Of a module, not of the session: while it is driven, no other test of this process can run a loop of its own.
    try:
        with open_chromium() as browser:
            yield browser
    except NoChromium as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def plan():
    return plan_county(SEED, places=PLACES)


@pytest.fixture(scope="session")
def demonstration(seeded_template, plan):
    """The name of a database that holds the demonstration, to be copied."""
    return seeded_template(partial(seed_demonstration, plan=plan))


@pytest.fixture(scope="session")
def looked_at(copied, demonstration, plan):
    """The demonstration, served to whoever only looks at it."""
    with copied(demonstration) as dsn, served_demonstration(dsn, plan) as site:
        yield site


@pytest.fixture(scope="module")
def site(copied, demonstration, plan):
    """The demonstration, served to tests of one file that also record."""
    with copied(demonstration) as dsn, served_demonstration(dsn, plan) as site:
        yield site

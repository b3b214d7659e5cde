"""A real Chromium over the demonstration as it is served; where there is no Chromium tests are skipped, and say so."""

from functools import partial

import pytest

from domain.log.decode_events import decode_event
from scripts.demonstration.county import plan_county
from scripts.demonstration.seeding import SEED
from scripts.support.chromium import NoChromium, open_chromium
from tests.support.served_demonstration import seed_demonstration, served_demonstration
from tests.support.walked_page import open_page

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


@pytest.fixture
def page(chromium, site, request):
    """The first board's page, in the browser of a secretary who has signed in: as wide as `in_browsers` asks."""
    width, has_scripts = request.param
    page = open_page(chromium, site.base, width=width, java_script_enabled=has_scripts)
    page.goto(site.link(site.secretary_key()))
    page.goto(site.board_address)
    yield page
    page.context.close()


@pytest.fixture
def recorded_since(site):
    """The events that were put on record since the test began."""
    head = site.services.recorder.head().position
    return lambda: [decode_event(event) for event in site.services.recorder.stream(head)]


@pytest.fixture
def recorded(recorded_since):
    """The types of the events that were put on record since the test began."""
    return lambda: [event.name for event in recorded_since()]

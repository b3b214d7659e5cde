"""A real Chromium over the demonstration as it is served; where there is no Chromium tests are skipped, and say so."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.vault import WrappingKey
from scripts.demonstration.county import CountyPlan, plan_county
from scripts.demonstration.seeding import SEED
from scripts.support.chromium import NoChromium, open_chromium
from tests.support.served_demonstration import ServedDemonstration, seed_demonstration, served

_WRAPPING_KEY = WrappingKey(b"k" * 32)


@pytest.fixture(scope="module")
def chromium():
    # Of a module, not of the session: while it is driven, no other test of this process can run a loop of its own.
    try:
        with open_chromium() as browser:
            yield browser
    except NoChromium as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def plan() -> CountyPlan:
    return plan_county(SEED)

"""A small generated log, made once for all that is asked of it."""

from datetime import date

import pytest

from scripts.benchmarks.databases import database, drop
from scripts.benchmarks.generated_log import copies, write
from scripts.benchmarks.template import county_template
from scripts.demonstration.county import plan_county

EVENTS, PARTNERSHIPS = 6_000, 5


@pytest.fixture(scope="session")
def county(server):
    plan = plan_county(7, places=2, begins=date(2021, 1, 1), ends=date(2023, 6, 30))
    yield county_template(database(server, "bench_county"), plan)
    drop(server, "bench_county")


@pytest.fixture(scope="session")
def generated(server, county):
    dsn = database(server, "bench_log")
    write(dsn, copies(county, events=EVENTS, partnerships=PARTNERSHIPS, seed=3), EVENTS)
    yield dsn
    drop(server, "bench_log")

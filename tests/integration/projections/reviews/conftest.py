"""A log that holds the county under review, and what is frozen of it."""

import pytest

from projections.reviews.extract import ExtractSource
from tests.support.review_county import county, write
from tests.support.seeded_logs import seeded


@pytest.fixture
def story():
    return county()


@pytest.fixture
def source(database_url, story):
    with seeded(database_url) as log:
        write(log, story.records)
        yield ExtractSource(log=log, dsn=database_url)


@pytest.fixture
def head(source):
    return source.log.head().position

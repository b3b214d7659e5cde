"""The shards of a rebuild: as many for each worker, none too large."""

import pytest

from scripts.support.projection_database import shards_for


@pytest.mark.parametrize("head", [0, 1, 39_999, 1_000_000])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_shards_are_as_many_for_each_worker_and_two_at_least(head, workers):
    count = shards_for(head, workers)
    assert count % workers == 0
    assert count >= 2 * workers
    assert head / count <= 20_000

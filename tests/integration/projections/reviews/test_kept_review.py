"""A review frozen by an earlier release is made again to the byte: its method, its rules and its figures stay."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from projections.reviews.extract import ExtractSource, make_extract
from projections.reviews.freeze import new_folder
from projections.reviews.registration import registered_review, review_method
from tests.support.kept_boards import FOLKMOOT_2026_SHA256, digests_of, pinned_digests, write_kept_boards
from tests.support.seeded_logs import seeded


@pytest.fixture
def source_and_request(database_url):
    with seeded(database_url) as log:
        request = write_kept_boards(log)
        yield ExtractSource(log=log, dsn=database_url), request


def test_a_review_frozen_by_folkmoot_2026_is_the_same_to_the_byte(source_and_request, tmp_path):
    source, request = source_and_request
    registration = registered_review(source.log, request.review_id, request.position)
    method = review_method(source.log, registration, request.position)
    assert (method.id, registration.body.method_sha256) == ("folkmoot-2026", FOLKMOOT_2026_SHA256)
    with new_folder(tmp_path / "again") as folder, ThreadPoolExecutor(1) as executor:
        make_extract(source, request, method, folder, executor)
    assert dict(digests_of(tmp_path / "again")) == pinned_digests()

"""A compressed answer goes only to who accepts one."""

import pytest
from starlette.datastructures import Headers

from api.http.compression import is_asked_for


@pytest.mark.parametrize(
    ("header", "is_wanted"),
    [
        ("gzip", True), ("br, gzip;q=0.8", True), ("*", True), ("x-gzip", True), ("GZip ; q=1", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("*, gzip;q=0", False), ("identity, gzip;q=0.5", False),
        ("gzip;q=much", False),
    ],
)  # fmt: skip
def test_an_answer_is_compressed_only_for_who_takes_it_so(header, is_wanted):
    assert is_asked_for(Headers({"Accept-Encoding": header})) is is_wanted

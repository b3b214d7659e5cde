"""A real Chromium for the tests of pages; where there is none they are skipped, and say so."""

import pytest

from scripts.support.chromium import NoChromium, open_chromium


@pytest.fixture(scope="module")
def chromium():
    # Of a module, not of the session: while it is driven, no other test of this process can run a loop of its own.
    try:
        with open_chromium() as browser:
            yield browser
    except NoChromium as missing:
        pytest.skip(str(missing))

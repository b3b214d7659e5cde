"""A real provider beside the tests, and our side of sign-on with it."""

import pytest

from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on import SignOn
from tests.support.provider_in_hand import declared
from tests.support.provider_process import provider_process

HOME = "https://folkmoot.council.example"


@pytest.fixture(scope="module")
def provider():
    with provider_process() as running:
        running.knows("officer-1", groups=["folkmoot-officers"], name="Jo Officer")
        yield running


@pytest.fixture
def file_of():
    """What the operator declares of a provider."""

    def made(issuer, **changes):
        row = ClaimRow(claim="groups", contains="folkmoot-officers", role="officer")
        return declared(**{"issuer": issuer, "algorithms": ("RS256",), "roles": (row,), **changes})

    return made


@pytest.fixture
def sign_on(provider, file_of):
    return SignOn(file_of(provider.issuer), "sesame", HOME)


@pytest.fixture
def provider_of_its_own():
    """A provider that a test may stop."""
    return provider_process

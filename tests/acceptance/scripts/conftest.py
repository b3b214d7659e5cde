"""Commands that work on a database of their own, as an operator gives them."""

import base64

import pytest

from scripts.cli import main


@pytest.fixture
def shell(database_url, monkeypatch):
    """Give commands against the test's database; nothing of the caller's own settings is seen."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"k" * 32).decode())

    def give(*words: object) -> int:
        return main([str(word) for word in words])

    return give

"""Commands that work on a database of their own, as an operator gives them."""

import base64

import pytest

from scripts.cli import main


@pytest.fixture
def shell(database_url, monkeypatch):
    """Commands run against the test's database; nothing of the caller's own settings is seen."""
    return _shell(database_url, monkeypatch)


@pytest.fixture(scope="session")
def seeded_by_commands(seeded_template):
    """Seed a database once by commands; it is the template of those of all tests that begin with this history."""

    def seeded(commands):
        def seed(dsn):
            with pytest.MonkeyPatch.context() as patched:
                commands(_shell(dsn, patched))

        return seeded_template(seed)

    return seeded


def _shell(database_url, patched):
    patched.setenv("DATABASE_URL", database_url)
    patched.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"k" * 32).decode())

    def give(*words: object) -> int:
        return main([str(word) for word in words])

    return give

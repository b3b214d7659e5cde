"""Records put in order outside of memory, in a temporary file that goes with them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final
from weakref import finalize

_AT_ONCE: Final = 1_000
_CACHE_KIB: Final = 32_768
SortKey = tuple[str | int | bytes, ...]


class SortedRecords:
    """Records in the order of their keys, and those of equal keys in the order in which they were added.

    However many there are, they take some 30 MiB of memory. Keys have as many parts each, which are numbers, texts or
    bytes and compare as in Python. Raises OSError where there is no room for the file. For one thread.
    """

    def __init__(self, parts: int) -> None:
        # Without a name it is a file that is removed when closed, by whichever thread lets go of this last.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        finalize(self, self._connection.close)
        self._names = ", ".join(f"part_{number}" for number in range(parts))
        self._waiting: list[tuple[Any, ...]] = []
        self._count = 0
        for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", f"cache_size = -{_CACHE_KIB}"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(f"CREATE TABLE record (number INTEGER PRIMARY KEY, {self._names}, value BLOB)")
        self._insert = f"INSERT INTO record ({self._names}, value) VALUES ({'?, ' * parts}?)"  # noqa: S608 - names made above of numbers

    def __len__(self) -> int:
        return self._count

    def add(self, key: SortKey, value: bytes) -> None:
        """Add one record."""
        self._waiting.append((*key, value))
        self._count += 1
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The parts of the key and the value of every record, in order."""
        self._write()
        with _file_errors():
            yield from self._rows(f"SELECT {self._names}, value FROM record ORDER BY {self._names}, number")  # noqa: S608 - names made above of numbers

    def repeated(self, *parts: int) -> Iterator[tuple[Any, ...]]:
        """The contents of these parts of keys, each once, where more than one record has them."""
        self._write()
        names = ", ".join(f"part_{number}" for number in parts)
        with _file_errors():
            yield from self._rows(f"SELECT {names} FROM record GROUP BY {names} HAVING count(*) > 1")  # noqa: S608 - names made above of numbers

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; who breaks off closes nothing, for the file may be closed already."""
        return iter(self._connection.execute(query).fetchone, None)

    def _write(self) -> None:
        if self._waiting:
            with _file_errors():
                self._connection.execute("BEGIN")
                self._connection.executemany(self._insert, self._waiting)
                self._connection.execute("COMMIT")
            self._waiting = []


def text_key(texts: tuple[str, ...]) -> bytes:
    """Several texts as one part of a key, which compares as they do."""
    encoded = (text.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\xff") for text in texts)
    return b"".join(chain.from_iterable((text, b"\0\0") for text in encoded))


@contextmanager
def _file_errors() -> Iterator[None]:
    """Turn what goes wrong with the file into OSError."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"a temporary file cannot be used: {error}") from error

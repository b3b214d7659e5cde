"""A document of tables (TOML), read by its keys; every fault is noted with its place, not the first alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from domain.errors import FolkmootError
from domain.expectations import did_you_mean

T = TypeVar("T")


class MappingFaulty(FolkmootError, ValueError):
    """The mapping cannot be used; `faults` says everything that is wrong with it and where."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("the mapping cannot be used:\n  " + "\n  ".join(faults))
        self.faults = tuple(faults)


class TomlTable:
    """One table of the document; keys that were read are ticked off, and the rest are faults."""

    def __init__(self, given: Mapping[str, Any], at: str = "", faults: list[str] | None = None) -> None:
        self._given = given
        self._at = at
        self._asked: set[str] = set()
        self.faults: list[str] = [] if faults is None else faults

    def fault(self, key: str, detail: str) -> None:
        """Note that something is wrong at a key."""
        self.faults.append(f"{self.place(key)}: {detail}")

    def place(self, key: str) -> str:
        """The full name of a key."""
        return f"{self._at}.{key}" if self._at and key else self._at or key

    def __contains__(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._given

    def take(self, key: str, kind: type[T], default: T) -> T:
        """The value of a type at a key, or the default where it is left out or of another type, which is a fault."""
        self._asked.add(key)
        value = self._given.get(key, default)
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        self.fault(key, f"must be {_NAMES.get(kind, kind.__name__)}")
        return default

    def text(self, key: str, *, required: bool = False) -> str | None:
        """The text at a key, None where it is left out."""
        if key not in self._given:
            self._asked.add(key)
            if required:
                self.fault(key, "is missing")
            return None
        return self.take(key, str, "")

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts at a key, one or several."""
        value = self.raw(key)
        listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        if value is not None and (not listed or any(not isinstance(each, str) for each in listed)):
            self.fault(key, "must be a text or a list of texts")
            return ()
        return tuple(listed)

    def raw(self, key: str) -> Any:  # noqa: ANN401 - whatever the document holds
        """The value at a key, whatever it is."""
        self._asked.add(key)
        return self._given.get(key)

    def table(self, key: str) -> "TomlTable":
        """The table at a key; an empty one where it is left out."""
        return TomlTable(self.take(key, dict, {}), self.place(key), self.faults)

    def tables(self, key: str) -> Iterator["TomlTable"]:
        """Each table of the list at a key."""
        for index, table in enumerate(self.take(key, list, [])):
            if isinstance(table, dict):
                yield TomlTable(table, f"{self.place(key)}[{index}]", self.faults)
            else:
                self.fault(key, "must be a list of tables")

    def named_tables(self, key: str, read: Callable[["TomlTable"], T]) -> dict[str, T]:
        """Read every named table in the table at a key."""
        tables = self.table(key)
        return {name: read(tables.table(name)) for name in tables.names()}

    def names(self) -> list[str]:
        """The names of its keys."""
        return list(self._given)

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._given:
            if key not in self._asked:
                hint = did_you_mean(key, self._asked)
                self.fault(key, f"is unknown; {hint}known here: {', '.join(sorted(self._asked))}")


_NAMES: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}

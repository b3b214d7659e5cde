"""A list of codes: how each is written, in memory and on the wire."""

from enum import StrEnum


class CodeList(StrEnum):
    """A closed list whose values are the member names in kebab-case."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        del start, count, last_values
        return name.lower().replace("_", "-")

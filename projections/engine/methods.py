"""The method in force for a partition, each document read from the log once."""

from collections.abc import Sequence

from domain.events.recorded import Recorded
from projections.engine.replay import ReadableLog, adopted_method, adoption
from projections.method.document import default_method
from projections.method.method import Method


class Methods:
    """Finds adopted methods; safe to keep for as long as the log is the same, since documents never change."""

    def __init__(self, log: ReadableLog) -> None:
        self._log = log
        self._found: dict[tuple[str, str], Method] = {}

    def in_force(self, records: Sequence[Recorded]) -> Method:
        """Give the method adopted last, as known with the last of the records, else the one shipped.

        Raises MethodMissing.
        """
        adopted = adoption(records)
        if adopted is None:
            return default_method()
        key = (str(adopted.method_id), adopted.method_sha256)
        if key not in self._found:
            self._found[key] = adopted_method(self._log, records, records[-1].position)
        return self._found[key]

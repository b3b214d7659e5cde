"""The traces that the settings ask for: spans of requests and of work, sent to a collector while a command runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from api.runtime.settings import Settings
from scripts.support.exits import CommandFailed, Exit

if TYPE_CHECKING:
    from api.runtime.traces import Traces  # its libraries are an extra

_TRACED: Final = frozenset({"serve", "work"})


@contextmanager
def sent_traces(settings: Settings, command: str) -> Iterator["Traces | None"]:
    """Traces of a command that serves or works, until the block ends; None where no collector is named.

    Nothing is connected yet, so that we start while the collector is down. Raises CommandFailed.
    """
    if not settings.traces_url or command not in _TRACED:
        yield None
        return
    try:
        from api.runtime.traces import Traces  # noqa: PLC0415 - its libraries are an extra
    except ModuleNotFoundError as error:
        message = f"FOLKMOOT_TRACES_URL needs the extra `traces`, of which {error.name} is not installed"
        raise CommandFailed(Exit.CONFIGURATION, message) from None
    with closing(Traces(settings.traces_url)) as traces:
        yield traces

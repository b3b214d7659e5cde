"""Exit codes that operators' tools rely on, and the error that carries one."""

from enum import IntEnum

from domain.errors import FolkmootError


class Exit(IntEnum):
    """Exit codes; the high ones are those of sysexits(3)."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    DRIFT_FOUND = 3
    POISON_EVENT = 4
    DATABASE_UNAVAILABLE = 69
    ANOTHER_RUN_HOLDS_THE_LOCK = 75
    CONFIGURATION = 78


class CommandFailed(FolkmootError):
    """A command cannot go on; the message is for the operator and says what to do."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code

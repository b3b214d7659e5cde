"""One setting: a variable of the environment, what it is for, and what it is by default."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One variable of the environment: what it is for, what it is by default, whether it is a secret."""

    variable: str
    meaning: str
    default: str = ""
    secret: bool = False

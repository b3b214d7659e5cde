"""The linting of schema files by squawk: a file that would stop those who work, or break the release before, is found.

Files that were applied before there was this check are left out by name; all later ones are looked at.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from scripts.support.schema_files import PARTS, SchemaStage, schema_paths, stage_of

RULES_OFF: Final = {
    "require-lock-timeout": "`folkmoot migrate` sets it for every file, and tries again",
    "require-statement-timeout": "`folkmoot migrate` sets it for every file",
    "prefer-bigint-over-int": "what is counted here stays small, and positions of the log are bigint",
    "prefer-bigint-over-smallint": "versions of events stay small",
}
"""Rules that are not asked for, each with the reason."""
RULES_OFF_AFTER: Final = {
    "ban-drop-column": "a file that is applied once no earlier release runs may end what those used",
    "ban-drop-constraint": "the same",
    "ban-drop-not-null": "the same",
    "ban-drop-table": "the same",
    "renaming-column": "the same",
    "renaming-table": "the same",
}
"""Rules that are not asked of files whose name begins with `post`, each with the reason."""
APPLIED_BEFORE: Final = {"log": 6, "vault": 4, "projections": 4, "api": 11, "work": 0}
"""The last file of each part of the releases that still stopped for a new schema; all up to it are left."""
_SQUAWK: Final = ("squawk", "--pg-version", "15", "--assume-in-transaction")


def lint_commands(paths: Iterable[Path] | None = None) -> list[tuple[str, ...]]:
    """The commands that lint schema files, by default all later ones: those that only add, and those that may end."""
    schema_files = list(later_files() if paths is None else paths)
    commands = []
    for stage, rules in ((SchemaStage.PRE, RULES_OFF), (SchemaStage.POST, {**RULES_OFF, **RULES_OFF_AFTER})):
        if files := [str(path) for path in schema_files if stage_of(path) is stage]:
            commands.append((*_SQUAWK, f"--exclude={','.join(rules)}", *files))
    return commands


def later_files() -> list[Path]:
    """The schema files that are linted."""
    return [
        path for part, folder in PARTS.items() for number, path in schema_paths(folder) if number > APPLIED_BEFORE[part]
    ]

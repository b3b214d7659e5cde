"""The page about settings, from the table in the code."""

from typing import Final

from api.runtime.settings import TABLE

_PREFACE: Final = """# Settings

Settings come from the environment. `folkmoot settings` shows those in force, secrets masked. An unknown `FOLKMOOT_*`
ends every command with exit code 78 and a suggestion.

| variable | by default | what it is for |
|---|---|---|
"""


def settings_page() -> str:
    """Write the table."""
    rows = (
        f"| `{setting.variable}` | {f'`{setting.default}`' if setting.default else 'none'} | "
        f"{setting.meaning}{' **Secret.**' if setting.secret else ''} |"
        for setting in TABLE
    )
    return _PREFACE + "\n".join(rows) + "\n"

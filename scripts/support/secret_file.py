"""Secrets that come in files, which nobody but the account that Folkmoot runs as, or its group, may read."""

from pathlib import Path
from typing import Final

from scripts.support.exits import CommandFailed, Exit

_OTHERS: Final = 0o007


def secret_in(file: Path, setting: str) -> str:
    """The secret in the file that a setting names; it stands in no message. Ends the command where that cannot be."""
    try:
        exposed = file.stat().st_mode & _OTHERS
        secret = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        exposed, secret = 0, ""
    if exposed:
        message = f"others may read or change the file in {setting}: set its mode to 0600 or 0640"
        raise CommandFailed(Exit.CONFIGURATION, message)
    if not secret:
        raise CommandFailed(Exit.CONFIGURATION, f"{setting} must be a file that holds the secret")
    return secret

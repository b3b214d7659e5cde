"""Pages of the documentation, and pasting their shell blocks into a real shell."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from domain.checkout import ROOT

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_S = 300
_FAILED = "a command failed:"


def pages():
    """Every page that a reader may paste from."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page, language="sh"):
    """The blocks of a page in one language, in order."""
    return [text for kind, text in BLOCK.findall(page.read_text()) if kind == language]


@dataclass(frozen=True)
class Pasted:
    """The result of a paste: its output, and which commands failed."""

    output: str
    messages: str

    @property
    def failed(self):
        return [line for line in self.messages.splitlines() if line.startswith(_FAILED)]


def paste(some, folder, **environment):
    """Paste blocks whole, one after the other, into a shell that knows nothing but what a page says it needs."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("FOLKMOOT_", "DATABASE_URL", "PG"))
    }
    path = f"{Path(sys.executable).parent}:{clean['PATH']}"
    shell = subprocess.Popen(
        ["bash", "--noprofile", "--norc"],  # noqa: S607 - the reader's own shell
        cwd=folder,
        env=clean | {"HOME": str(folder), "PATH": path} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watched = f"trap 'echo \"{_FAILED} $BASH_COMMAND\" >&2' ERR\n"
    try:
        output, messages = shell.communicate(watched + "".join(some), timeout=PATIENCE_S)
    finally:
        shell.kill()
    return Pasted(output, messages)

"""Sets up a fresh checkout with nothing but Python, then runs a command of Folkmoot in it.

    python3 scripts/bootstrap.py LOCK COMMAND [ARGUMENT ...]

Written for the standard library alone, in syntax that an old Python can read far enough to say it is old.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
_IS_NEW_ENOUGH = f"import sys; raise SystemExit(sys.version_info < {OLDEST})"


def main(lock_name: str, command: list[str]) -> None:
    """Become the command, in an environment that holds exactly what the lock names."""
    if sys.version_info < OLDEST:
        _become_newer_python()
    set_up(ROOT / lock_name)
    program = VENV / "bin" / "folkmoot"
    os.execv(program, [str(program), *command])  # noqa: S606 - becomes the command, no shell between


def set_up(lock: Path) -> None:
    """Create the environment and install the lock and the project, unless that was done already."""
    stamp = VENV / f"installed-{lock.stem}"
    fingerprint = _fingerprint(lock)
    if _works(VENV_PYTHON) and stamp.is_file() and stamp.read_text("ascii") == fingerprint:
        return
    began = time.monotonic()
    print(f"Setting up Folkmoot in {VENV} ...", file=sys.stderr, flush=True)
    if not _works(VENV_PYTHON):
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    install = [*_pip(), "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        install.append("--no-compile")  # Python compiles what it loads, and most of it is never loaded
    _run([*install, "--require-hashes", "--requirement", str(lock)])
    _run([*install, "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(fingerprint, "ascii")
    print(f"Set up in {time.monotonic() - began:.0f} s.", file=sys.stderr, flush=True)


def _become_newer_python() -> None:
    """Start again under the first newer Python of the PATH, or say that one is needed."""
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer and _works(Path(newer)):
            os.execv(newer, [newer, "-I", *sys.argv])  # noqa: S606 - the same, under a newer Python
    here = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Folkmoot needs Python {OLDEST[0]}.{OLDEST[1]} or later, and this is {here}; install a newer one.")


def _fingerprint(lock: Path) -> str:
    """Hash what an environment is made from: the lock, the project's own declaration and its place."""
    parts = (lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _works(python: Path) -> bool:
    """Whether this is a Python that runs and is new enough; a name on the PATH may be neither."""
    try:
        return subprocess.run([str(python), "-c", _IS_NEW_ENOUGH], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pip() -> list[str]:
    """Find a pip for the environment: this Python's own, else the one that comes inside Python."""
    outer = [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    inner = [str(VENV_PYTHON), "-m", "pip"]
    for pip in (outer, inner):
        if subprocess.run([*pip, "--version"], capture_output=True, env=_environment(), check=False).returncode == 0:
            return pip
    ensured = subprocess.run([str(VENV_PYTHON), "-m", "ensurepip"], capture_output=True, check=False)
    if ensured.returncode != 0:
        sys.exit("Folkmoot is set up with pip, which this Python lacks; install pip (python3-pip) and try again.")
    return inner


def _environment() -> dict[str, str]:
    """Keep pip from writing a cache into the root folder when the account has no home."""
    environment = dict(os.environ)
    if not environment.get("HOME"):
        environment["PIP_NO_CACHE_DIR"] = "1"
    return environment


def _run(command: list[str]) -> None:
    """Run a step of the set-up without a word, or show all it said and end."""
    install = subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if install.returncode != 0:
        sys.stderr.buffer.write(install.stdout)
        sys.exit(f"Setting up Folkmoot failed at: {' '.join(command)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

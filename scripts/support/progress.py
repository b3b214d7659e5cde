"""Progress of long work on standard error: a bar on a terminal, and of a rebuild lines of JSON elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from projections.engine.rebuild import RebuildProgress


@contextmanager
def progress_bar(title: str, total: int = 100) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, moved by calls with the number done and the number in all; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done_count, total: progress.update(task, completed=done_count, total=total)


def report_rebuild(progress: RebuildProgress) -> None:
    """Print the progress of a rebuild: one moving line on a terminal, else a line of JSON each time."""
    if not sys.stderr.isatty():
        print(msgspec.json.encode(progress).decode(), file=sys.stderr, flush=True)
        return
    numbers = f"{progress.events:,} events, {progress.rows:,} rows" if progress.events or progress.rows else ""
    end = "\n" if progress.done == progress.of else ""
    print(f"\r\x1b[K{progress.phase} {progress.done}/{progress.of} {numbers}", end=end, file=sys.stderr, flush=True)

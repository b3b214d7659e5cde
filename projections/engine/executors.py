"""Executors that shards run on: processes of this machine, or an existing Dask cluster."""

import gc
import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from domain.errors import FolkmootError

T = TypeVar("T")
U = TypeVar("U")
_OBJECTS: Final = 500_000
_AHEAD: Final = 16
# Workers are forked from a fresh process that has loaded what tasks need; forks of our own would share connections and
# threads' locks.
_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "projections.engine.rebuild",
        "projections.reviews.compare_extracts",
        "projections.backtest.backtest",
        "networkx",
        "scipy.special",
    ]
)


class ClusterMissing(FolkmootError):
    """A cluster was asked for, and what is needed to reach one is not installed or not there."""


class _InlineExecutor(Executor):
    """An executor that runs each task at once in the calling thread: one worker needs no other process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - as declared
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is for whoever asks for the result
            future.set_exception(error)
        return future


@contextmanager
def open_executor(workers: int, cluster: str | None = None) -> Iterator[Executor]:
    """Open an executor of so many fresh processes, of the calling thread for one worker, or of a cluster at an address.

    Raises ClusterMissing.
    """
    if cluster is not None:
        with _on_cluster(cluster) as executor:
            yield executor
    elif workers <= 1:
        yield _InlineExecutor()
    else:
        with ProcessPoolExecutor(workers, mp_context=_FORKS, initializer=_end_with_parent) as processes:
            yield processes


def in_order(executor: Executor, work: Callable[[T], U], tasks: Iterable[T]) -> Iterator[U]:
    """The results in the order of their tasks, a bounded number of them waiting to be taken."""
    futures = []
    for task in tasks:
        futures.append(executor.submit(work, task))
        if len(futures) >= _AHEAD:
            yield futures.pop(0).result()
    for future in futures:
        yield future.result()


def _end_with_parent() -> None:
    """End a worker when the process it works for is killed: nothing else would end it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


@contextmanager
def _on_cluster(address: str) -> Iterator[Executor]:
    try:
        distributed = importlib.import_module("distributed")  # an extra: most installations have none
    except ImportError:
        raise ClusterMissing("a cluster needs the extra: install folkmoot[cluster]") from None
    try:
        client = distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterMissing(f"no cluster answers at the address given ({type(error).__name__})") from None
    with client:
        yield client.get_executor(pure=False)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles of garbage only after half a million new objects, and never among those made before.

    A history and what is projected from it are many small objects that go as soon as nobody needs them. The usual
    search, after every few hundred of them, takes a third of the time and finds nearly nothing.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()

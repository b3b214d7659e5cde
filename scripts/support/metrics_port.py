"""The port at which a process shows its metrics: its own counts, and how what is in the database stands."""

import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final
from wsgiref.simple_server import WSGIServer

import psycopg
from prometheus_client import REGISTRY, Info, disable_created_metrics, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.runtime.settings import Settings
from domain.log.connections import Connections
from domain.log.errors import LogError
from projections.engine.runs import recent_runs, release
from projections.engine.status import is_led, projection_statuses
from scripts.support.background_metrics import background_metrics
from scripts.support.exits import CommandFailed, Exit

_RUNS_SEARCHED: Final = 50
_BY_PROJECTION: Final = ("projection",)


@contextmanager
def metrics_shown(settings: Settings, connections: Connections, *, shows_background: bool = False) -> Iterator[None]:
    """Show metrics for as long as the block runs, where the settings name a port. Raises CommandFailed.

    Those of the work in the background are shown by whoever may see its tables: the projector may not.
    """
    if settings.metrics_port is None:
        yield
        return
    disable_created_metrics()  # type: ignore[no-untyped-call] # a count began when the process did, which is shown
    stored = StoredMetrics(connections, shows_background=shows_background)
    build = Info("folkmoot_build", "What runs here: its version, and a hash of the code that projects.")
    build.info({"version": importlib.metadata.version("folkmoot"), "release": release()})
    REGISTRY.register(stored)
    try:
        server, thread = _listening(settings.metrics_host, settings.metrics_port)
        host = f"[{settings.metrics_host}]" if ":" in settings.metrics_host else settings.metrics_host
        print(f"Metrics are at http://{host}:{server.server_port}/metrics", file=sys.stderr, flush=True)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
    finally:
        REGISTRY.unregister(stored)
        REGISTRY.unregister(build)


class StoredMetrics(Collector):
    """Metrics that are read from the database whenever they are asked for: the same from every process."""

    def __init__(self, connections: Connections, *, shows_background: bool) -> None:
        self._connections, self._shows_background = connections, shows_background

    def describe(self) -> Iterable[Metric]:
        """No metric before it is asked for: registering this reads nothing."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Read them; where the database does not answer, only that is shown."""
        try:
            with self._connections.borrow() as connection:
                statuses, runs = (
                    projection_statuses(connection, is_counted=False),
                    recent_runs(connection, _RUNS_SEARCHED),
                )
                is_followed = is_led(connection)
                background = list(background_metrics(connection)) if self._shows_background else []
        except (LogError, psycopg.Error):
            yield _gauge("folkmoot_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("folkmoot_database_up", "Whether the database answers.", 1)
        yield from background
        yield _gauge("folkmoot_projections_followed", "Whether somebody keeps stored projections level.", is_followed)
        events = _by_projection("folkmoot_projection_lag_events", "Events recorded that it has not taken in yet.")
        seconds = _by_projection("folkmoot_projection_lag_seconds", "How long ago the oldest of these was recorded.")
        parked = _by_projection("folkmoot_projection_parked", "Partnerships that could not be projected.")
        for status in statuses:
            events.add_metric([status.projection], status.lag_events)
            seconds.add_metric([status.projection], status.lag_seconds)
            parked.add_metric([status.projection], len(status.parked))
        yield from (events, seconds, parked)
        last = next((run for run in runs if not run.is_check and run.ended_at is not None), None)
        if last is not None and last.ended_at is not None:
            took_s = (last.ended_at - last.started_at).total_seconds()
            yield _gauge("folkmoot_projection_rebuild_seconds", "How long the last rebuild took.", took_s)
            ended = last.ended_at.timestamp()
            yield _gauge("folkmoot_projection_rebuild_ended_seconds", "When it ended, in seconds since 1970.", ended)
        compared = next((run for run in runs if run.ended_at is not None), None)
        if compared is not None:
            drift = "Row sets that differed from the log in the last rebuild or check."
            yield _gauge("folkmoot_projection_drift_rows", drift, compared.drifted)


def _listening(host: str, port: int) -> tuple[WSGIServer, Thread]:
    try:
        return start_http_server(port, host)
    except OSError as error:
        message = f"cannot show metrics on {host} port {port} ({error.strerror}): set another FOLKMOOT_METRICS_PORT"
        raise CommandFailed(Exit.CONFIGURATION, message) from None


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _by_projection(name: str, meaning: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=_BY_PROJECTION)

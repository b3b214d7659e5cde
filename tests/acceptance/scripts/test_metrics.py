"""The metrics of real processes: what is done moves them, and nothing in them names a person, a key or a record."""

import json
import re
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from domain.checkout import ROOT
from domain.events import declarations
from projections.views import stored_projections
from tests.acceptance.scripts.test_serve import FOLKMOOT, MEETING, a_partnership, environment, folkmoot, officer_key
from tests.support.log_events import eventually

__all__ = ["environment"]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class MeasuredProcess:
    """A process of ours that shows metrics, and a client of it where it serves."""

    def __init__(self, process, metrics):
        self.process, self.metrics = process, metrics
        self.client = None

    def scrape(self):
        """Every sample by its name and labels."""
        answer = httpx2.get(self.metrics)
        assert answer.status_code == 200
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    def value(self, metric, /, **labels):
        return self.scrape()[metric, tuple(sorted(labels.items()))]


@contextmanager
def watched(environment, command, *words, ready):
    process = subprocess.Popen(
        [FOLKMOOT, command, *words],
        env={**environment, "FOLKMOOT_METRICS_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    output: list[str] = []
    reading = threading.Thread(target=lambda: output.extend(process.stdout))
    reading.start()
    try:
        lines = [process.stderr.readline()]
        while lines[-1] and not lines[-1].startswith(ready):
            lines.append(process.stderr.readline())
        metrics = re.search(r"Metrics are at (http://127\.0\.0\.1:\d+/metrics)", "".join(lines))
        assert metrics, "".join(lines)
        one = MeasuredProcess(process, metrics[1])
        if command == "serve":
            one.client = httpx2.Client(base_url=lines[-1].split()[-1], timeout=60)
        one.output = output
        yield one
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        reading.join()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def served(environment):
    with watched(environment, "serve", "--port", "0", ready="Folkmoot answers") as server:
        yield server
        server.client.close()


def headers(key, idempotency_key=None, **others):
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key or str(uuid4()), **others}


def test_what_is_recorded_repeated_and_refused_is_counted(environment, served):
    key = officer_key(environment)
    path = f"{a_partnership(served, key)}/interactions"
    assert served.value("folkmoot_events_total", name="partnership-formed") == 1
    before = served.scrape()
    for _ in range(2):
        assert served.client.post(path, headers=headers(key, "the-same"), json=MEETING).status_code == 201
    assert served.client.post(path, headers=headers(key), json={"notes": "no date"}).status_code == 422
    after = served.scrape()

    def more(metric, /, **labels):
        sample = metric, tuple(sorted(labels.items()))
        return after.get(sample, 0) - before.get(sample, 0)

    assert more("folkmoot_events_total", name="interaction-recorded") == 1
    assert more("folkmoot_append_seconds_count") == 1
    assert more("folkmoot_idempotency_replays_total") == 1
    recording = "folkmoot_http_requests_seconds_count"
    assert more(recording, operation="record-interaction", status="201") == 2
    assert more(recording, operation="record-interaction", status="422") == 1
    assert more("folkmoot_conflicts_total") == 0


def test_labels_are_names_that_are_declared_and_never_an_id_a_name_or_an_address(environment, served):
    key = officer_key(environment)
    path = a_partnership(served, key)
    assert served.client.post(f"{path}/interactions", headers=headers(key), json=MEETING).status_code == 201
    for address in (f"/v1/{uuid4()}", "/Zebulon", "/", "/healthz", path, f"{path}?as_of=never"):
        served.client.get(address, headers=headers(key))
    labels = {}
    for _, pairs in served.scrape():
        for name, value in pairs:
            labels.setdefault(name, set()).add(value)
    assert labels.keys() <= {
        *("name", "operation", "status", "projection", "le", "version", "release", "state", "outcome"),
        *("implementation", "major", "minor", "patchlevel", "generation"),
    }
    assert labels["name"] <= {each.name for each in declarations()}
    assert labels["projection"] == set(stored_projections())
    assert {"none", "healthz", "record-interaction", "read-partnership"} <= labels["operation"]
    shown = " ".join(value for values in labels.values() for value in values)
    for secret in ("Zebulon", "Mill Lane", "The Council", key[-43:], path.rpartition("/")[2], "/v1"):
        assert secret not in shown


def test_the_lag_of_lists_that_nobody_follows_grows_and_a_follower_that_shows_its_own_takes_it_to_nothing(environment):
    key = officer_key(environment)
    with watched(environment, "serve", "--port", "0", ready="Folkmoot answers") as server:
        assert folkmoot(environment, "rebuild", "--all").returncode == 0
        assert server.value("folkmoot_projection_rebuild_seconds") > 0
        assert server.value("folkmoot_projection_drift_rows") == 0
        assert server.value("folkmoot_projections_followed") == 0
        assert server.value("folkmoot_projection_lag_events", projection="worklist") == 0
        a_partnership(server, key)
        assert server.value("folkmoot_projection_lag_events", projection="worklist") >= 1
        assert server.value("folkmoot_projection_lag_seconds", projection="worklist") > 0
        with watched(environment, "follow", ready="Following the log") as follower:
            eventually(lambda: follower.value("folkmoot_projection_lag_events", projection="worklist") == 0)
            eventually(lambda: follower.value("folkmoot_projections_followed") == 1)
            assert server.value("folkmoot_projection_lag_events", projection="worklist") == 0
        server.client.close()


def test_without_the_setting_nothing_is_shown_and_a_port_that_is_taken_ends_with_78(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = folkmoot({**environment, "FOLKMOOT_METRICS_PORT": port}, "serve", "--port", "0")
    assert process.returncode == 78
    assert "set another FOLKMOOT_METRICS_PORT" in process.stderr
    outcome = folkmoot(environment, "follow", "--once")
    assert (outcome.returncode, "Metrics" in outcome.stderr) == (0, False)


def test_every_metric_that_is_shown_stands_in_the_guide_and_none_else(environment):
    table = re.findall(
        r"^\| `(folkmoot_\w+)`", (ROOT / "docs" / "how-to" / "watch-over-it.md").read_text(), re.MULTILINE
    )
    assert folkmoot(environment, "rebuild", "--all").returncode == 0
    with watched(environment, "serve", "--port", "0", ready="Folkmoot answers") as server:
        with watched(environment, "work", ready="Working.") as worker:
            shown = {name for each in (server, worker) for name in named(each)}
        server.client.close()
    assert sorted(shown) == sorted(table)


def named(process):
    """The names of the metrics that a process of ours shows."""
    return re.findall(r"^# TYPE (folkmoot_\w+)", httpx2.get(process.metrics).text, re.MULTILINE)


def test_the_metrics_stand_on_a_port_of_their_own(served):
    assert served.client.get("/metrics").status_code == 404
    assert urlsplit(served.metrics).port != served.client.base_url.port


def test_a_request_is_logged_with_the_trace_that_it_is_part_of_if_that_is_one(environment):
    sent = {
        f"00-{TRACE}-00f067aa0ba902b7-01": TRACE,
        f"cc-{TRACE}-00f067aa0ba902b7-01-what-may-come": TRACE,
        f"00-{TRACE}-00f067aa0ba902b7-01-more": None,
        f"ff-{TRACE}-00f067aa0ba902b7-01": None,
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01": None,
        f"00-{'0' * 32}-00f067aa0ba902b7-01": None,
        f"00-{TRACE}-{'0' * 16}-01": None,
        "00-Zebulon-00f067aa0ba902b7-01": None,
    }
    with watched(environment, "serve", "--port", "0", ready="Folkmoot answers") as server:
        for trace_parent in sent:
            server.client.get("/healthz", headers={"traceparent": trace_parent})
        server.client.close()
    lines = [json.loads(line) for line in server.output]
    assert [line.get("trace_id") for line in lines if line.get("operation") == "healthz"] == list(sent.values())
    assert "Zebulon" not in "".join(server.output)

"""Requests as spans at a collector's door: part of the trace that they came with, and without a word in them."""

import re
import signal
from time import monotonic

import pytest

from tests.acceptance.scripts.test_metrics import TRACE, a_partnership, environment, headers, officer_key, watched
from tests.acceptance.scripts.test_serve import MEETING, folkmoot
from tests.support.log_events import eventually
from tests.support.provider_process import free_port
from tests.support.trace_collector import collecting

__all__ = ["environment"]
PARENT = "00f067aa0ba902b7"


@pytest.fixture
def collector():
    with collecting() as one:
        yield one


def test_a_request_is_a_span_of_the_trace_that_it_came_with_and_its_log_line_says_which(environment, collector):
    key = officer_key(environment)
    traced = {**environment, "FOLKMOOT_TRACES_URL": collector.url}
    with watched(traced, "serve", "--port", "0", ready="Folkmoot answers") as server:
        path = a_partnership(server, key)
        sent = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "zebulon=Zebulon"}
        answer = server.client.post(f"{path}/interactions", headers=headers(key, **sent), json=MEETING)
        assert answer.status_code == 201
        server.client.get("/Zebulon?secret=Zebulon", headers={"traceparent": "Zebulon", "tracestate": "Zebulon=1"})
        server.client.request("ZEBULON", "/healthz")
        server.client.close()
    (span,) = collector.named("record-interaction")
    assert (span["trace"], span["parent"]) == (TRACE, PARENT)
    assert (span["service"], span["http.request.method"], span["http.response.status_code"]) == (
        "folkmoot",
        "POST",
        201,
    )
    assert not span["is_failed"]
    elsewhere, unheard_of = collector.named("none")
    assert (elsewhere["parent"], elsewhere["http.response.status_code"]) == ("", 404)
    assert unheard_of["http.request.method"] == "_OTHER"
    assert elsewhere["trace"] != TRACE
    assert f'"trace_id": "{elsewhere["trace"]}"' in "".join(server.output)
    everything = b"".join(collector.bodies)
    for word in ("Zebulon", "ZEBULON", "Mill Lane", "The Council", key[-43:], path.rpartition("/")[2], "/v1/p"):
        assert word.encode() not in everything


def test_while_the_collector_is_down_requests_are_answered_and_the_server_ends_in_time(environment):
    url = f"http://127.0.0.1:{free_port()}/v1/traces"
    with watched({**environment, "FOLKMOOT_TRACES_URL": url}, "serve", "--port", "0", ready="Folkmoot") as server:
        assert server.client.get("/healthz").status_code == 200
        eventually(lambda: "traces_not_taken" in "".join(server.output), within_s=30)
        assert server.client.get("/healthz").status_code == 200
        server.client.close()
        began = monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        assert monotonic() - began < 20
    lines = "".join(server.output)
    assert len(re.findall("traces_not_taken", lines)) == 1
    assert url not in lines


@pytest.mark.parametrize("url", ["collector", "ftp://collector/v1", "http://name:secret@127.0.0.1:4318/v1/traces"])
def test_an_address_that_is_none_or_holds_a_password_ends_it_with_78_and_is_not_repeated(environment, url):
    outcome = folkmoot({**environment, "FOLKMOOT_TRACES_URL": url}, "serve", "--port", "0")
    assert (outcome.returncode, url in outcome.stderr) == (78, False)
    assert "FOLKMOOT_TRACES_URL must be an address" in outcome.stderr


def test_without_the_extra_it_ends_with_78_and_names_it(environment, tmp_path):
    (tmp_path / "opentelemetry.py").write_text("raise ModuleNotFoundError(name='opentelemetry')")
    lean = {**environment, "PYTHONPATH": str(tmp_path)}
    outcome = folkmoot({**lean, "FOLKMOOT_TRACES_URL": "http://127.0.0.1:4318/v1/traces"}, "serve", "--port", "0")
    assert (outcome.returncode, "needs the extra `traces`" in outcome.stderr) == (78, True), outcome.stderr

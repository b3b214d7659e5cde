"""The receiver that the guide prints takes what we send under its secrets, and nothing else."""

import os
import socket
import subprocess
import sys

import pytest

from domain.checkout import ROOT
from tests.integration.api.webhooks.conftest import met
from tests.support.doc_pages import blocks
from tests.support.log_events import eventually

GUIDE = ROOT / "docs" / "how-to" / "hear-of-what-is-recorded.md"


@pytest.fixture
def printed(tmp_path):
    """Start the receiver under some secrets, at a port."""
    (script,) = blocks(GUIDE, "python")
    (tmp_path / "receiver.py").write_text(script)
    started = []

    def start(port, secrets):
        environment = os.environ | {"WEBHOOK_SECRETS": secrets, "PORT": str(port)}
        command = [sys.executable, "-u", tmp_path / "receiver.py"]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        eventually(lambda: is_up(port))
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def is_up(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_what_is_signed_under_its_secret_is_taken(hook, printed, port, neighbourhood):
    webhook = hook(url=f"http://127.0.0.1:{port}/")
    process = printed(port, f"whsec_AAAA {webhook.secret}")
    positions = met(neighbourhood)
    assert webhook.sends() is None
    lines = [process.stdout.readline().split() for _ in positions]
    assert {name.partition(".")[0] for _, name in lines} == {"folkmoot"}
    assert len({message for message, _ in lines}) == len(positions)


def test_what_is_signed_under_another_is_refused(hook, printed, port, neighbourhood):
    webhook = hook(url=f"http://127.0.0.1:{port}/")
    printed(port, "whsec_AAAA")
    met(neighbourhood)
    webhook.sends()
    assert webhook.kept.fault == "status-401"

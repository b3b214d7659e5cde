"""A real OpenID Connect provider as a process of its own, which knows whoever a test tells it of."""

import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx2

from scripts.support.http_server import LOOPBACK, listen

_STARTS_S = 30


@dataclass(frozen=True)
class ProviderProcess:
    """Where it answers, and how to be somebody there."""

    issuer: str
    process: subprocess.Popen

    def knows(self, subject, **claims):
        """Tell it of somebody, with what it says of them."""
        httpx2.put(f"{self.issuer}/users/{subject}", json={"email": f"{subject}@council.example", **claims})

    def signs_in(self, address, subject):
        """Sign somebody in at an address that they were sent to, and give the address that it sends them back to."""
        answer = httpx2.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextmanager
def provider_process(port=None):
    """A provider, for as long as the block runs; on another name of this machine than ours, and so another site."""
    port = port or free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    issuer = f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline_s = time.monotonic() + _STARTS_S
        while time.monotonic() < deadline_s:
            with suppress(httpx2.HTTPError):
                httpx2.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
                break
            time.sleep(0.05)
        try:
            yield ProviderProcess(issuer, process)
        finally:
            process.terminate()


def free_port():
    """A port on which nothing listens at this moment."""
    with listen(LOOPBACK, 0) as listener:
        return listener.getsockname()[1]


def query_of(address):
    """The parameters in an address."""
    return dict(httpx2.URL(address).params)

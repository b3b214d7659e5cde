"""A server in a process of its own that answers as GOV.UK Notify does (its API as documented in 2025).

Run as `python -m tests.support.notify_server PORT`. It checks the token of each request. What an address begins with
says what becomes of mail to it: `nobody@` is a bad request, `full@` too many, `ill@` an error of its own, and on
`broken@` the connection breaks once the mail was taken.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from tests.support.provider_process import free_port

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"folkmoot-{SERVICE}-{SECRET}"  # of this server, which is nobody's
TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
_CLOCKS_DIFFER_S = 30
_TAKEN: list[dict[str, object]] = []


class NotifyServer:
    """Where it answers, and what it took."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def taken(self):
        """The mails that it took, in order."""
        return httpx2.get(f"{self.url}/taken").json()


@contextmanager
def notify_server():
    """A server for as long as the block runs."""
    port = free_port()
    command = [sys.executable, "-m", "tests.support.notify_server", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield NotifyServer(port)
        finally:
            process.terminate()


class _NotifyAnswers(BaseHTTPRequestHandler):
    def log_message(self, *_):
        return

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == "/taken":
            self._answer(200, _TAKEN)
        elif not self._is_signed():
            self._answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
        else:
            (reference,) = parse_qs(address.query)["reference"]
            self._answer(200, {"notifications": [each for each in _TAKEN if each["reference"] == reference]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_signed():
            self._answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
            return
        statuses = {"nobody": 400, "full": 429, "ill": 500}
        status = statuses.get(body["email_address"].partition("@")[0], 201)
        if status == 201:
            _TAKEN.append(body)
        if body["email_address"].startswith("broken@"):
            self.connection.close()
            return
        self._answer(status, {"reference": body["reference"]} if status == 201 else {"errors": []})

    def _is_signed(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        try:
            signed = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"])
        except (JoseError, ValueError):
            return False
        claims, is_typed = signed.claims, signed.header.get("typ") == "JWT"
        is_now = abs(claims["iat"] - time.time()) < _CLOCKS_DIFFER_S
        return scheme == "Bearer" and is_typed and claims["iss"] == SERVICE and is_now

    def _answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(port):
    server = ThreadingHTTPServer(("127.0.0.1", port), _NotifyAnswers)
    os.write(sys.stdout.fileno(), b"ready\n")
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))

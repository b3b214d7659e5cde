"""A receiver of webhooks as a process of its own: it does as it is told, and writes down what it took."""

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from domain.checkout import ROOT


class Receiving(BaseHTTPRequestHandler):
    """Answers as the file `script` beside the diary says: for a subject, else for all."""

    protocol_version = "HTTP/1.1"
    folder = Path()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        subject = json.loads(body)["subject"] or "none"
        script = json.loads((self.folder / "script").read_text())
        act = script.get(subject, script["all"])
        with (self.folder / "diary").open("a") as diary:
            line = {"path": self.path, "headers": dict(self.headers), "body": body, "act": act}
            diary.write(json.dumps(line) + "\n")
        match act:
            case "slow":
                time.sleep(30)
            case "drips":
                with suppress(OSError):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(300):
                        self.wfile.write(b"X-Drip: x\r\n")
                        self.wfile.flush()
                        time.sleep(0.1)
            case "endless":
                self.send_response(200)
                self.send_header("Content-Length", str(10**12))
                self.end_headers()
                with suppress(OSError):
                    while True:
                        self.wfile.write(b"x" * 65536)
            case "redirects":
                self.answer(302, Location="/elsewhere")
            case "closes":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            case "later":
                self.answer(503, **{"Retry-After": "7200"})
            case _:
                self.answer(int(act))

    def answer(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *_):
        """Write no line."""


class Receiver:
    """The process, and its diary."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url

    def does(self, act="200", **by_subject):
        """Answer so from now on; to events of one partnership otherwise."""
        (self.folder / "script").write_text(json.dumps({"all": act, **by_subject}))

    @property
    def taken(self):
        """Every request that came, in order."""
        diary = self.folder / "diary"
        return [json.loads(line) for line in diary.read_text().splitlines()] if diary.exists() else []

    def positions(self, subject=None):
        """The positions of the events that came, of one partnership or all."""
        events = [json.loads(each["body"]) for each in self.taken]
        return [each["data"]["position"] for each in events if subject in {None, each["subject"]}]


@contextmanager
def receiver(folder, host="127.0.0.1"):
    """A receiver on a free port, for as long as the block runs."""
    folder.mkdir(exist_ok=True)
    (folder / "script").write_text('{"all": "200"}')
    command = [sys.executable, "-m", "tests.support.webhook_receiver", str(folder), host]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline())
        yield Receiver(folder, f"http://{host}:{port}/hook")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main(folder, host):
    """Receive until killed."""
    Receiving.folder = Path(folder)
    server = ThreadingHTTPServer((host, 0), Receiving)
    server.daemon_threads = True
    print(server.server_port, flush=True)  # noqa: T201 - to whoever started it
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

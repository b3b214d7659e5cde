"""A package index on loopback that speaks the JSON of package indexes, and distributions that are only metadata."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def package_index(files=(), vulnerabilities=(), authorization=None):
    """Serve an index that says the same of every distribution; yields its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            if authorization and self.headers.get("Authorization") != authorization:
                self.send_error(401)
                return
            is_simple = self.path.startswith("/simple/")
            content = {"files": list(files)} if is_simple else {"vulnerabilities": list(vulnerabilities)}
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def install_metadata(folder, name, *lines, version="1.0"):
    """Make the metadata of a distribution, as if it were installed in a folder."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines, ""])
    )

"""A collector of traces for tests: it takes OTLP over HTTP and keeps the spans that come."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """An address that takes OTLP over HTTP, and the spans that came to it."""

    def __init__(self, url):
        self.url, self.bodies = url, []

    def spans(self):
        """Every span that came: its name, its ids in hexadecimal, its attributes, and whether it failed."""
        return [
            {
                "name": span.name,
                "trace": span.trace_id.hex(),
                "parent": span.parent_span_id.hex(),
                "is_failed": span.status.code == 2,
                "service": {each.key: each.value.string_value for each in resource.resource.attributes}["service.name"],
                **{each.key: each.value.string_value or each.value.int_value for each in span.attributes},
            }
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def named(self, name):
        """The spans of one name."""
        return [span for span in self.spans() if span["name"] == name]


@contextmanager
def collecting():
    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Log no request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()

"""The event loop serves everybody, so nothing in it waits for the database."""

import ast
import inspect
from pathlib import Path

import api
from api.resources import OPERATIONS

AT_THE_DOOR = {
    "admission.py",
    "app.py",
    "dear_turns.py",
    "dispatch.py",
    "event_streams.py",
    "guarded_connections.py",
    "open_streams.py",
    "page_dispatch.py",
    "page_routes.py",
    "request_log.py",
    "sent_bodies.py",
    "traced_requests.py",
    "webhook_sender.py",
    "worker.py",
}


def test_what_may_wait_for_the_database_never_runs_in_the_event_loop():
    assert not [each.name for each in OPERATIONS if inspect.iscoroutinefunction(each.handle)]
    folder = Path(api.__file__).parent
    waiting = {
        path.name
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert waiting == AT_THE_DOOR

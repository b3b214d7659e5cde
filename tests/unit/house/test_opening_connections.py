"""Connections to PostgreSQL are opened in one place, where their role and limits are set."""

import ast

from domain.checkout import ROOT


def test_only_the_one_place_opens_connections():
    places = {
        path.relative_to(ROOT).as_posix()
        for room in ("domain", "projections", "api", "scripts")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"psycopg.connect", "ConnectionPool"}
    }
    assert places == {"domain/log/sessions.py", "domain/log/connections.py"}

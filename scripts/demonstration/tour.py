"""A short tour over HTTP, as any program would take it: record one meeting, then read how the partnership stands."""

import http.client
import json
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from domain.values import day_of
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.stories.habits import CastPart
from scripts.support.exits import CommandFailed, Exit

_TIMEOUT_S: Final = 60
_OK: Final = 200
_CREATED: Final = 201
_HEADLINES: Final = ("value", "low", "high", "n", "acts", "value_sum", "status", "missing")


class Visitor:
    """A client with a key at the API of this machine."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key

    def record(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Record something once, however often it is sent; gives the receipt."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        return self._ask("POST", path, _CREATED, json.dumps(body), headers)

    def read(self, path: str, **query: object) -> dict[str, Any]:
        """Read something."""
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, _OK, None, {})

    def _ask(self, method: str, path: str, expected: int, body: str | None, headers: dict[str, str]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self._key}", **headers})
            answer = connection.getresponse()
            content: dict[str, Any] = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != expected:
            raise CommandFailed(Exit.UNEXPECTED, f"{method} {path} was answered {answer.status}: {json.dumps(content)}")
        return content


def tour(visitor: Visitor, where: CastNeighbourhood) -> dict[str, Any]:
    """Record one meeting, read trust and health, and give what was found as one object."""
    path = f"/v1/partnerships/{where.partnership_id}"
    receipt = visitor.record(f"{path}/interactions", _meeting(where))
    promise = receipt["created"]["commitment"][0]
    rows = visitor.read(f"{path}/commitments")["rows"]
    council = where.bodies[CastPart.DISTRICT]
    trust = visitor.read(f"{path}/trust", facet="reliability", truster_side="residents", trustee=council.id)
    figure = trust["figures"][0]["figure"]
    health = visitor.read(f"{path}/health")
    return {
        "position": receipt["position"],
        "partnership": {"id": str(where.partnership_id), "name": f"{where.name} Neighbourhood Board"},
        "meeting": {"events": [{"event_id": each["event_id"], "type": each["type"]} for each in receipt["events"]]},
        "commitment": next(row for row in rows if row["commitment_id"] == promise),
        "trust": {
            "facet": "reliability",
            "truster_side": "residents",
            "trustee": {"id": str(council.id), "name": council.name},
            **{name: figure[name] for name in ("r", "s", "a")},
            "T": figure["trust"],
            **{name: figure[name] for name in ("low", "high", "n", "status")},
            "counts": trust["figures"][0]["counts"],
            "causes": trust["figures"][0]["causes"],
        },
        "health": [_dimension(each) for each in health["profile"]["dimensions"]],
        "basis": {
            name: health[name] for name in ("log_id", "position", "as_of", "method", "method_sha256", "tree_root")
        },
    }


def _dimension(dimension: dict[str, Any]) -> dict[str, Any]:
    headline = dimension["headline"]
    headline_shown = None if headline is None else {name: headline[name] for name in _HEADLINES}
    return {"id": dimension["id"], "dimension": dimension["dimension"], "headline": headline_shown}


def _meeting(where: CastNeighbourhood) -> dict[str, Any]:
    """A meeting held today: who came, what was asked, what the council promised."""
    council, forum = str(where.bodies[CastPart.DISTRICT].id), str(where.bodies[CastPart.FORUM].id)
    return {
        "kind": "meeting",
        "happened": day_of(datetime.now(UTC)).isoformat(),
        "participants": [{"party": party} for party in (forum, council, str(where.bodies[CastPart.TRUST].id))],
        "convened_by": str(where.bodies[CastPart.TRUST].id),
        "notes": "The board met briefly to see how this works.",
        "asks": [{"kind": "request", "raised_by": forum, "addressee": council, "text": "A date for the new lamps"}],
        "commitments": [
            {
                "promisers": [council],
                "promisees": [str(where.residents)],
                "text": "We will bring the date to the next meeting",
            }
        ],
    }

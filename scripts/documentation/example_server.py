"""A server over a database of its own that answers the example requests of the API, so that their answers are kept."""

import json
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from api.access.keys import Scope, create_key
from api.all_tasks import ALL_TASKS
from api.examples.recorded_examples import EXAMPLES_FILE, as_recorded, recorded_examples
from api.examples.story import GivenAnswer, SentRequest, play
from api.limits.allowances import Allowances
from api.queue.worker import do_waiting
from api.resources import described
from api.runtime.services import connected
from domain.embedded_server import EmbeddedPostgres
from domain.log.connections import Connections
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.vault import WrappingKey
from projections.engine.builds import PROJECTOR
from projections.engine.executors import open_executor
from projections.engine.rebuild import Rebuild, RebuildPlan
from projections.engine.shard_tasks import DatabaseAddresses
from projections.views import stored_projections
from scripts.support.database_schema import migrate
from scripts.support.http_server import serving
from scripts.support.schema_files import needed_schema

_FILES: Final = frozenset({"application/octet-stream", "application/zip"})
"""Media that are no text, and are not shown."""


def record_examples() -> None:
    """Play the story of the examples to a server and keep its answers in the file that the description shows."""
    with _database() as dsn, ExitStack() as stack:
        services = stack.enter_context(
            connected(
                dsn,
                [WrappingKey.generate()],
                schema=needed_schema(),
                allowances=Allowances(stream_s=0),  # a stream ends with what there is
                application_name="examples",
            )
        )
        speakers = _Speakers(dsn, stack.enter_context(serving(services)))
        document = described()
        before = {
            "list-stored-projections": lambda: _rebuild(dsn),
            "read-job": lambda: do_waiting(services, ALL_TASKS),
        }
        played = play(speakers.send, document, speakers.things, before)
        EXAMPLES_FILE.write_bytes(as_recorded(played, document))
    for cached in (recorded_examples, described):
        cached.cache_clear()


@contextmanager
def _database() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-examples-"))
    try:
        with EmbeddedPostgres(folder, fsync=False) as postgres:
            migrate(postgres.dsn())
            yield postgres.dsn()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rebuild(dsn: str) -> None:
    plan = RebuildPlan(projections=tuple(stored_projections().values()), shards=1, source=DatabaseAddresses(dsn))
    connections = Connections(
        dsn,
        role=PROJECTOR,
        application_name="folkmoot-examples",
        pool_size=2,
        lock_timeout_s=5.0,
        statement_timeout_s=0,
    )
    with closing(connections), LogRecorder(dsn) as log, open_executor(1) as executor:
        Rebuild(log, connections, executor, plan).run()


class _Speakers:
    """People with keys at a server: who looks after the record, an officer, a resident, and whom they let in."""

    def __init__(self, dsn: str, address: str) -> None:
        self._dsn, self._address = dsn, address
        self._keys = {"steward": self._key(Scope.STEWARD, None)}
        self.things = {"steward_key": str(UUID(self._keys["steward"].split("_")[1]))}

    def send(self, request: SentRequest) -> GivenAnswer:
        """Send a request with the key of whoever speaks; a body's key is made once the body is registered."""
        if f"key_of_{request.speaker}" in self.things:
            self._keys[request.speaker] = self.things[f"key_of_{request.speaker}"]
        if request.speaker not in self._keys:
            body = self.things["council" if request.speaker == "officer" else "group"]
            self._keys[request.speaker] = self._key(Scope.RECORD, UUID(body))
        content = None if request.body is None else json.dumps(request.body).encode()
        headers = {"Authorization": f"Bearer {self._keys[request.speaker]}", **request.headers}
        if content is not None:
            headers["Content-Type"] = "application/json"
        address = f"{self._address}{request.path}?{urlencode(request.query)}".rstrip("?")
        http_request = urllib.request.Request(address, content, headers, method=request.method)  # noqa: S310 - our own server
        with urllib.request.urlopen(http_request) as answer:  # noqa: S310 - our own server
            media = answer.headers.get_content_type()
            text = "The bytes of the file" if media in _FILES else answer.read().decode()
            is_json = media.endswith("json")
            answer_headers = {name.lower(): value for name, value in answer.headers.items()}
            return GivenAnswer(answer.status, answer_headers, json.loads(text) if is_json else text)

    def _key(self, scope: Scope, party_id: UUID | None) -> str:
        with connect(self._dsn, application_name="folkmoot-examples") as connection:
            return create_key(connection, name="an example", scope=scope, party_id=party_id)

"""The API holds to its own description: generated requests meet no server error and no answer that it does not name."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.resources import described
from tests.support.followed_lists import followed

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = [result.ok() for result in schemathesis.openapi.from_dict(described()).get_all_operations()]


@pytest.fixture
def address(services) -> Iterator[str]:
    """Serve on a free port of this machine, in a thread."""
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_generated_requests_meet_only_described_answers(address, database_url, neighbourhood, steward):
    """Every operation is asked what fits its description and what does not, about a real partnership and none."""
    statuses = {}
    with followed(database_url):
        for operation in OPERATIONS:
            for mode in GenerationMode:
                _ask(operation, mode, address, neighbourhood, steward, statuses)
    assert not [each for each in statuses if each >= 500]
    assert {200, 201, 400, 404, 422} <= set(statuses), statuses


def _ask(operation, mode, address, neighbourhood, steward, statuses):
    @SETTINGS
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode is GenerationMode.POSITIVE and "partnership_id" in (case.path_parameters or {}):
            case.path_parameters["partnership_id"] = neighbourhood.partnership
        headers = {"Authorization": f"Bearer {steward.key}"}
        if mode is GenerationMode.POSITIVE and operation.method == "post":
            headers["Idempotency-Key"] = str(uuid4())
        response = case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1

    with suppress(Unsatisfiable):  # nothing can be sent to it that does not fit
        ask()

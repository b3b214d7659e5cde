"""A bare endpoint of Starlette that reads a body and answers: what no web service of this kind can do without."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from scripts.support.http_server import LOOPBACK, listen


@contextmanager
def bare_endpoint() -> Iterator[str]:
    """The address of the endpoint, in a process of its own for as long as the block runs."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield f"http://{LOOPBACK}:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(parent: Connection) -> None:
    with listen(LOOPBACK, 0) as listener:
        parent.send(listener.getsockname()[1])
        application = Starlette(routes=[Route("/", _answer, methods=["POST"])])
        uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False)).run(sockets=[listener])


async def _answer(request: Request) -> JSONResponse:
    return JSONResponse({"fields": len(await request.json())}, status_code=201)

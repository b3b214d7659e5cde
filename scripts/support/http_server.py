"""The HTTP server of the API, and the socket it listens on."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.app import create_app
from api.http.raw_answers import raw_answer
from api.limits.guarded_connections import GuardedConnection, Guarding, OpenConnections
from api.limits.open_streams import OpenStreams
from api.limits.request_sizes import HEAD_BYTES
from api.runtime.services import Services
from scripts.support.exits import CommandFailed, Exit

LOOPBACK: Final = "127.0.0.1"
_GRACE_S: Final = 20
"""With the time that the follower and the database take to stop, within the 30 s that schedulers wait."""
_READ_BYTES: Final = 2**18
"""What is read from a connection at once."""
_SENDING_BYTES: Final = 2**18
"""What the system takes of an answer before its reader does: what they are slow to take is to be seen soon."""


def api_server(services: Services) -> uvicorn.Server:
    """A server of the API, to be run on sockets that listen."""
    connections = OpenConnections(services.limits.allowances, raw_answer)
    config = uvicorn.Config(
        Guarding(create_app(services)),
        http=cast("type[asyncio.Protocol]", partial(GuardedConnection, connections, H11Protocol)),
        h11_max_incomplete_event_size=HEAD_BYTES + _READ_BYTES,  # the guard refuses what is larger, with a problem
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return _StreamingServer(config, services.limits.streams)


class _StreamingServer(uvicorn.Server):
    """A server that ends its streams as soon as it stops: their readers come again to the next one."""

    def __init__(self, config: uvicorn.Config, streams: OpenStreams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, the streams first."""
        self._streams.end_all()
        await super().shutdown(sockets)


@contextmanager
def serving(services: Services, port: int = 0) -> Iterator[str]:
    """The address at which the API answers on this machine, in a thread of its own, for as long as the block runs."""
    with listen(LOOPBACK, port) as listener:
        server = api_server(services)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="server")
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; port 0 takes a free one. Raises CommandFailed.

    What is sent leaves at once, here and on every connection accepted, which take this over: headers and body are sent
    apart, and on a connection that is kept the body would wait until the headers are acknowledged, for 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING_BYTES)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"cannot listen on {host} port {port} ({reason}): choose another with --host and --port"
        raise CommandFailed(Exit.CONFIGURATION, message) from None
    return listener

"""Run the application until it is told to stop."""

import errno
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.types import ASGIApp
from uvicorn.importer import ImportFromStringError, import_from_string

from sumun.config import Config, ServerConfig
from sumun.server.lifespan import StartupError
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer, Supervisor
from sumun.server.tls import tls_options

APPLICATION = "sumun.server.app:create_app"
BACKLOG = 2048
MAX_PORT = 65535


@dataclass(frozen=True)
class Application:
    """Makes the application from its configuration, here or in a worker process.

    ``create`` names a callable ``(Config) -> ASGI application`` as ``package.module:name``.
    """

    create: str
    config: Config

    def __call__(self) -> ASGIApp:
        """Return the application."""
        try:
            create = import_from_string(self.create)
        except ImportFromStringError as error:
            raise StartupError(str(error)) from None
        application: ASGIApp = create(self.config)
        return application


def serve(
    config: Config,
    application: str = APPLICATION,
    *,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then return.

    Parameters
    ----------
    config:
        Handed to the application; its ``server`` section says where and how to listen.
    application:
        What to serve: a callable ``(Config) -> ASGI application`` as ``package.module:name``.
    ready:
        Called once with the URL listened on, when requests are answered.

    Raises
    ------
    StartupError
        If the address cannot be had or the application cannot start.

    """
    sockets = bind(config.server)
    tls = tls_options(config)
    url = _url(sockets[0], "https" if tls else "http")
    listener = Listener(Application(application, config), config.server, **tls)
    run = _run_workers if config.server.workers > 1 else _run_here
    try:
        run(listener, sockets, None if ready is None else partial(ready, url))
    finally:
        for listening in sockets:
            listening.close()


def bind(limits: ServerConfig) -> list[socket.socket]:
    """Return the listening sockets of every address ``limits.host`` stands for.

    Raises
    ------
    StartupError
        If there is no such address, or the port is not to be had.

    """
    if not 0 <= limits.port <= MAX_PORT:
        raise StartupError(f"port {limits.port} is not a port; choose one up to {MAX_PORT}")
    try:
        found = socket.getaddrinfo(
            limits.host or None, limits.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        raise StartupError(_reason(limits, errno.EADDRNOTAVAIL)) from None
    sockets: list[socket.socket] = []
    problem: OSError | None = None
    for family, _, _, _, address in dict.fromkeys(found):
        try:
            sockets.append(_listen(family, address))
        except OSError as error:
            problem = error
            if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                break
    else:
        if sockets:
            return sockets
    for listener in sockets:
        listener.close()
    raise StartupError(_reason(limits, problem.errno if problem else None))


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def _reason(limits: ServerConfig, number: int | None) -> str:
    match number:
        case errno.EADDRINUSE:
            return f"port {limits.port} is in use; choose another with --port"
        case errno.EACCES:
            return f"port {limits.port} needs privileges; choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return f"{limits.host!r} is not an address of this machine; choose one with --host"
        case _:
            detail = os.strerror(number) if number else "no address"
            return f"cannot listen on {limits.host} port {limits.port}: {detail}"


def _url(listener: socket.socket, scheme: str) -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _run_here(
    listener: Listener, sockets: list[socket.socket], on_ready: Callable[[], None] | None
) -> None:
    DrainingServer(listener, on_ready).run(sockets)


def _run_workers(
    listener: Listener, sockets: list[socket.socket], on_ready: Callable[[], None] | None
) -> None:
    # The workers' counters meet in files here, so that any of them can answer /metrics.
    with tempfile.TemporaryDirectory(prefix="sumun-metrics-") as counters:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counters
        try:
            supervisor = Supervisor(listener, sockets, on_ready)
            supervisor.run()
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
    if supervisor.failed:
        raise StartupError("a worker could not start; its line above says why")

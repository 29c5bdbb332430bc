"""How uvicorn is set up to listen: nothing lenient, nothing chatty, everything bounded."""

import logging
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from sumun.config import ServerConfig
from sumun.server.lifespan import Lifespan, StartupError, in_one_line
from sumun.server.logs import log_config

log = logging.getLogger("uvicorn.error")

KEEP_ALIVE = 75
"""Seconds an idle connection is kept: more than the 60 at which common load balancers let go."""


class Listener(uvicorn.Config):
    """The uvicorn configuration of one listener, which can be pickled for worker processes.

    Parameters
    ----------
    create:
        Makes the ASGI application; called once in every process that serves.
    limits:
        Address, bounds and timeouts.
    options:
        Anything else :class:`uvicorn.Config` takes, such as ``ssl_certfile``.

    """

    def __init__(self, create: Callable[[], ASGIApp], limits: ServerConfig, **options: Any) -> None:
        self.limits = limits
        settings: dict[str, Any] = {
            "factory": True,
            "host": limits.host,
            "port": limits.port,
            "workers": limits.workers,
            "http": "sumun.server.protocol:HardenedProtocol",
            "ws": "none",
            "lifespan": "on",
            "interface": "asgi3",
            "server_header": False,
            # The issuer is configured and the peer is who connected: no header may change either.
            "proxy_headers": False,
            "timeout_keep_alive": KEEP_ALIVE,
            "timeout_graceful_shutdown": limits.drain_timeout,
            "access_log": limits.access_log,
            "log_config": log_config(debug=limits.debug),
        }
        super().__init__(create, **settings | options)

    def load(self) -> None:
        """Make the application, and choose how it is started and stopped.

        Raises
        ------
        StartupError
            If the application cannot be made.

        """
        try:
            super().load()
        except Exception as error:
            log.debug("making the application", exc_info=error)
            raise StartupError(in_one_line(error)) from error
        self.lifespan_class = Lifespan

"""``python -m sumun.sample``: the sample server over streamable HTTP or stdio.

Over HTTP, one JSON line with the URL is printed when it is ready to answer.
"""

import argparse
import json
import os
import signal
import socket
import sys
import threading

import uvicorn

from sumun.sample.server import build

PATH = "/mcp"


def main() -> None:
    """Serve until SIGTERM or SIGINT (or, if asked, until standard input closes)."""
    options = _options()
    if options.stdio:
        build().run("stdio")
        return
    # uvicorn raises the signal again once it has stopped; a stop that was asked for is a success.
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)
    try:
        listener = socket.create_server((options.host, options.port))
    except OSError as error:
        reason = error.strerror or error
        sys.exit(f"sumun.sample: cannot listen on {options.host}:{options.port}: {reason}")
    app = build().streamable_http_app(
        streamable_http_path=PATH,
        json_response=not options.sse,
        stateless_http=options.stateless,
        host=options.host,
    )
    server = _AnnouncingServer(
        uvicorn.Config(
            app, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=1
        )
    )
    if options.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


class _AnnouncingServer(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            print(json.dumps({"url": f"http://{host}:{port}{PATH}"}), flush=True)  # noqa: T201 - the one line it is asked for


def _exit(*_: object) -> None:
    sys.exit(0)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    # os.read, because a daemon thread inside sys.stdin's lock would abort the interpreter's exit.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sumun.sample", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--stdio", action="store_true", help="speak over standard input and output")
    parser.add_argument("--sse", action="store_true", help="answer as event streams, not JSON")
    parser.add_argument("--stateless", action="store_true", help="no sessions for legacy clients")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input closes"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

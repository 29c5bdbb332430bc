"""``client_credentials`` at our token endpoint: verified, limited, recorded durably, signed.

The floor signs the same token with the same signer and does nothing else; the other peer is a
token endpoint as tutorials write it, which signs HS256 and records nothing.
"""

from contextlib import ExitStack
from functools import partial

from benchmarks.load import Server, alternate, free_port, measure, peer, serving
from benchmarks.ours import TOKEN_PATH, sumun, token_request
from benchmarks.result import Result

CONNECTIONS = (1, 32)
FLOOR_GOAL = 0.5


def run(rounds: int = 5, seconds: float = 2.0) -> list[Result]:
    """Measure and return the ratios."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {"sumun": stack.enter_context(sumun())}
        for name in ("signing_floor", "fastapi_pyjwt"):
            port = free_port()
            servers[name] = stack.enter_context(
                serving(peer(name, str(port)), port, ready=TOKEN_PATH)
            )
        requests = {name: token_request(s.url + TOKEN_PATH) for name, s in servers.items()}
        for request in requests.values():
            request.send()
        results = []
        for connections in CONNECTIONS:
            loads = alternate(
                {
                    name: partial(measure, server, requests[name], connections, seconds)
                    for name, server in servers.items()
                },
                rounds,
            )
            ours = loads.pop("sumun")
            for name, theirs in loads.items():
                floor = name == "signing_floor"
                results.append(
                    Result(
                        what=f"token endpoint, {connections} connections",
                        ours=ours.rate,
                        peer=theirs.rate,
                        peer_name="bare signing" if floor else "FastAPI + PyJWT HS256",
                        unit="tokens/s",
                        goal=FLOOR_GOAL if floor and connections > 1 else None,
                        note=f"{ours.cpu:.0f} / {theirs.cpu:.0f} us cpu, p99 {ours.p99:.1f} ms",
                    )
                )
        return results

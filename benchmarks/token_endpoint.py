"""``client_credentials`` at our token endpoint: verified, limited, recorded durably, signed.

The floor signs the same token with the same signer and does nothing else. node-oidc-provider
verifies the client and signs the same kind of token; what it keeps, it keeps in memory. The last
peer is a token endpoint as tutorials write it, which signs HS256 and records nothing.
"""

from contextlib import ExitStack
from functools import partial

from benchmarks.load import Server, alternate, free_port, measure, peer, serving
from benchmarks.ours import TOKEN_PATH, sumun, token_request
from benchmarks.peers import oidc_provider
from benchmarks.result import Result

CONNECTIONS = (1, 32)
PEERS = {
    "signing_floor": ("bare signing", 0.75),
    "oidc_provider": ("node-oidc-provider", 1.5),
    "fastapi_pyjwt": ("FastAPI + PyJWT HS256", 2.0),
}
"""What each peer is called, and how many times its rate we want at most connections."""


def run(rounds: int = 5, seconds: float = 2.0) -> list[Result]:
    """Measure and return the ratios."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {"sumun": stack.enter_context(sumun())}
        for name in ("signing_floor", "fastapi_pyjwt"):
            port = free_port()
            servers[name] = stack.enter_context(
                serving(peer(name, str(port)), port, ready=TOKEN_PATH)
            )
        port = free_port()
        servers["oidc_provider"] = stack.enter_context(
            serving(oidc_provider.command(port), port, environ={"NODE_ENV": "production"})
        )
        paths = dict.fromkeys(servers, TOKEN_PATH) | {"oidc_provider": "/token"}
        requests = {name: token_request(s.url + paths[name]) for name, s in servers.items()}
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
                title, goal = PEERS[name]
                results.append(
                    Result(
                        what=f"token endpoint, {connections} connections",
                        ours=ours.rate,
                        peer=theirs.rate,
                        peer_name=title,
                        unit="tokens/s",
                        goal=goal if connections > 1 else None,
                        note=ours.beside(theirs),
                    )
                )
        return results

"""``POST /oauth2/introspect`` (RFC 7662): the client verified, the token judged, the answer told.

The goal is 8,000 a second on a machine whose signing floor gives 13,000.
"""

import json
import urllib.parse
from functools import partial

from benchmarks.floor import REFERENCE, signing_floor
from benchmarks.load import CannotMeasure, Request, alternate, measure
from benchmarks.ours import CREDENTIALS, FORM, access_token, sumun
from benchmarks.result import Result

CONNECTIONS = 32
GOAL = 8_000 / REFERENCE


def run(rounds: int = 5, seconds: float = 2.0) -> list[Result]:
    """Measure and return the ratio."""
    with sumun() as server, signing_floor() as (floor, floor_request):
        form = {
            "token": access_token(server),
            "client_id": CREDENTIALS["client_id"],
            "client_secret": CREDENTIALS["client_secret"],
        }
        request = Request(
            f"{server.url}/oauth2/introspect", headers=FORM, body=urllib.parse.urlencode(form)
        )
        if json.loads(request.send())["active"] is not True:
            raise CannotMeasure("a fresh token is not active")
        loads = alternate(
            {
                "ours": partial(measure, server, request, CONNECTIONS, seconds),
                "floor": partial(measure, floor, floor_request, CONNECTIONS, seconds),
            },
            rounds,
        )
    ours, bare = loads["ours"], loads["floor"]
    return [
        Result(
            what=f"introspection, {CONNECTIONS} connections",
            ours=ours.rate,
            peer=bare.rate,
            peer_name="bare signing",
            unit="tokens/s",
            goal=GOAL,
            note=ours.beside(bare),
        )
    ]

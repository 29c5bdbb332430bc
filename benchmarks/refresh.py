"""The grant ``refresh_token``: each used once, its successor stored, the event durable.

Every connection follows chains of its own: a token that comes back is the next one sent. The goal
is 3,000 a second on a machine whose signing floor gives 13,000.
"""

import base64
import hashlib
import json
import secrets
import urllib.parse
import urllib.request
from functools import partial
from typing import Any

from benchmarks.floor import REFERENCE, signing_floor
from benchmarks.load import CannotMeasure, Request, Server, alternate, measure
from benchmarks.ours import FORM, TOKEN_PATH, Run, sumun
from benchmarks.result import Result

CONNECTIONS = 32
CHAINS = 2 * CONNECTIONS
"""More than connections, so that a token is always at hand."""
GOAL = 3_000 / REFERENCE
CLIENT = "bench"
PERSON = "somebody"
REDIRECT = "http://127.0.0.1:1/callback"

_CHAINS = """
local ready = {{ {tokens} }}
local first, last = 1, #ready
function request()
  local token = ready[first]
  ready[first] = nil
  first = first + 1
  return wrk.format(nil, nil, nil, wrk.body .. token)
end
function response(status, headers, body)
  last = last + 1
  ready[last] = string.match(body, '"refresh_token":"([^"]+)"')
end
"""


def run(rounds: int = 5, seconds: float = 2.0) -> list[Result]:
    """Measure and return the ratio."""
    settings = {"SUMUN_OAUTH__AUTO_APPROVE": PERSON}
    with sumun(_prepare, settings) as server, signing_floor() as (floor, floor_request):
        loads = alternate(
            {
                "ours": partial(_measure, server, seconds),
                "floor": partial(measure, floor, floor_request, CONNECTIONS, seconds),
            },
            rounds,
        )
    ours, bare = loads["ours"], loads["floor"]
    return [
        Result(
            what=f"refresh rotation, {CONNECTIONS} connections",
            ours=ours.rate,
            peer=bare.rate,
            peer_name="bare signing",
            unit="tokens/s",
            goal=GOAL,
            note=ours.beside(bare),
        )
    ]


def _prepare(run: Run) -> None:
    run("user", "add", PERSON, stdin="a password that nobody is asked for\n")
    run("client", "add", CLIENT, "--public", "--redirect-uri", REDIRECT, "--scope", "mcp.access")


def _measure(server: Server, seconds: float) -> Any:
    tokens = ", ".join(json.dumps(_granted(server)) for _ in range(CHAINS))
    form = urllib.parse.urlencode({"grant_type": "refresh_token", "client_id": CLIENT})
    request = Request(
        server.url + TOKEN_PATH,
        headers=FORM,
        body=f"{form}&refresh_token=",
        script=_CHAINS.format(tokens=tokens),
    )
    return measure(server, request, CONNECTIONS, seconds)


def _granted(server: Server) -> str:
    """Go through the code flow once and return the refresh token."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "mcp.access offline_access",
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    location = _redirected(f"{server.url}/oauth2/authorize?{urllib.parse.urlencode(asked)}")
    answered = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
    if "code" not in answered:
        raise CannotMeasure(f"the authorization endpoint answered {answered}")
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": answered["code"][0],
        "redirect_uri": REDIRECT,
        "code_verifier": verifier,
    }
    request = Request(server.url + TOKEN_PATH, headers=FORM, body=urllib.parse.urlencode(form))
    return str(json.loads(request.send())["refresh_token"])


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _redirected(url: str) -> str:
    try:
        with urllib.request.build_opener(_Stay).open(url, timeout=30) as response:
            raise CannotMeasure(f"the authorization endpoint answered {response.status}")
    except urllib.error.HTTPError as error:
        with error:
            return error.headers["Location"] or ""

"""The two protected resources of the seed system: ``GET /`` and ``GET /hello``."""

import re
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sumun import __version__
from sumun.guard import Principal
from sumun.resource import BearerVerifier, Challenged
from sumun.server.challenge import challenge_response

_HELLO = {
    "ko": "MCP OAuth2 데모에서 안녕하세요!",
    "en": "Hello from the MCP OAuth2 demo!",
}
_RANGES = 16
"""Language ranges that are read of one header."""
_WEIGHT = re.compile(r"q=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_NO_STORE = {"Cache-Control": "no-store"}


def language(accepted: str, default: str = "ko") -> str:
    """Return the one of our languages that an ``Accept-Language`` header likes best.

    Quality values are honoured, and ``*`` stands for what is not named (RFC 9110 §12.5.4);
    ``default`` comes first of equals, and where nothing is acceptable.
    """
    liked: dict[str, float] = {}
    for part in accepted.split(",")[:_RANGES]:
        tag, _, weight = part.partition(";")
        primary = tag.strip().partition("-")[0].lower()
        quality = _quality(weight.strip().lower())
        liked[primary] = max(quality, liked.get(primary, 0.0))
    others = liked.get("*", 0.0)
    candidates = sorted(_HELLO, key=lambda known: known != default)
    return max(candidates, key=lambda known: liked.get(known, others))


def _quality(weight: str) -> float:
    """Return a weight; one that is malformed counts as refused."""
    if not weight:
        return 1.0
    return float(weight[2:]) if _WEIGHT.fullmatch(weight) else 0.0


def routes(verifier: BearerVerifier, issuer: str, audience: str, scope: str) -> list[Route]:
    """Return the routes, protected for ``audience`` and ``scope``."""

    def protected(
        answer: Callable[[Request, Principal], object],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                principal = await verifier.verify(request.scope, audience, scopes=(scope,))
            except Challenged as challenged:
                return challenge_response(challenged)
            body = msgspec.json.encode(answer(request, principal))
            return Response(body, media_type="application/json", headers=_NO_STORE)

        return endpoint

    def information(_request: Request, principal: Principal) -> object:
        return {
            "name": "Sumun",
            "version": __version__,
            "issuer": issuer,
            "client_id": principal.client_id,
            "scope": " ".join(sorted(principal.scopes)),
            "endpoints": {
                "hello": f"{issuer}/hello",
                "mcp": f"{issuer}/mcp",
                "openid_configuration": f"{issuer}/.well-known/openid-configuration",
            },
        }

    def hello(request: Request, _principal: Principal) -> object:
        return {"message": _HELLO[language(request.headers.get("accept-language", ""))]}

    return [
        Route("/", protected(information), methods=["GET"]),
        Route("/hello", protected(hello), methods=["GET"]),
    ]

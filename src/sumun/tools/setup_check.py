"""The whole OAuth flow, run against the live server as a client would run it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import msgspec

from sumun.config import Config

_TIMEOUT = 5.0


class Step(msgspec.Struct):
    """One step of the flow: what was tried, whether it went as it should, and what to do if not."""

    step: str
    ok: bool
    detail: str


class _Unexpected(Exception):
    """The server answered something else than it should; the message says what to do."""


async def run_flow(config: Config, mint: Callable[[], Awaitable[str]]) -> list[Step]:
    """Discover, fetch the keys, obtain a token, use it, and be refused without one.

    Parameters
    ----------
    config:
        Says where the server is.
    mint:
        Obtains an access token for the default audience.

    """
    async with httpx2.AsyncClient(
        base_url=config.issuer, timeout=_TIMEOUT, trust_env=False
    ) as client:
        flow = _Flow(config, client, mint)
        return [
            await _step("discovery", flow.discovery),
            await _step("jwks", flow.jwks),
            await _step("token", flow.token),
            await _step("refused_without_token", flow.refused_without_token),
            await _step("refused_with_altered_token", flow.refused_with_altered_token),
            await _step("protected_resource", flow.protected_resource),
        ]


async def _step(name: str, run: Callable[[], Awaitable[str]]) -> Step:
    try:
        return Step(name, ok=True, detail=await run())
    except _Unexpected as unexpected:
        return Step(name, ok=False, detail=str(unexpected))
    except httpx2.HTTPError:
        return Step(name, ok=False, detail="The server does not answer: start it with sumun serve")
    except ValueError:
        return Step(name, ok=False, detail="The server did not answer with JSON")


class _Flow:
    def __init__(
        self, config: Config, client: httpx2.AsyncClient, mint: Callable[[], Awaitable[str]]
    ) -> None:
        self._config = config
        self._client = client
        self._mint = mint
        self._access_token = ""

    async def discovery(self) -> str:
        document = await self._json("/.well-known/openid-configuration")
        if document.get("issuer") != self._config.issuer:
            raise _Unexpected(
                f"issuer is {document.get('issuer')!r}; set issuer to what clients use, exactly"
            )
        return f"issuer {self._config.issuer}, token endpoint {document.get('token_endpoint')}"

    async def jwks(self) -> str:
        keys = (await self._json("/.well-known/jwks.json")).get("keys", [])
        if not keys:
            raise _Unexpected("no key is published: sumun key rotate makes one")
        private = {"d", "p", "q", "dp", "dq", "qi", "k"}
        if any(private & key.keys() for key in keys):
            raise _Unexpected("a private key is published: rotate the keys now")
        return f"{len(keys)} public key(s): {', '.join(key['alg'] for key in keys)}"

    async def token(self) -> str:
        self._access_token = await self._mint()
        return f"an access token of {len(self._access_token)} characters"

    async def refused_without_token(self) -> str:
        response = await self._client.get("/hello")
        if response.status_code != httpx2.codes.UNAUTHORIZED:
            raise _Unexpected(f"GET /hello without a token answers {response.status_code}, not 401")
        return f"401, WWW-Authenticate: {response.headers.get('www-authenticate', '')}"

    async def refused_with_altered_token(self) -> str:
        head, _, signature = self._access_token.rpartition(".")
        altered = f"{head}.{'A' if signature[:1] != 'A' else 'B'}{signature[1:]}"
        response = await self._get_hello(altered)
        if response.status_code != httpx2.codes.UNAUTHORIZED:
            raise _Unexpected(f"an altered token is answered with {response.status_code}, not 401")
        return "401 invalid_token"

    async def protected_resource(self) -> str:
        response = await self._get_hello(self._access_token)
        if response.status_code != httpx2.codes.OK:
            raise _Unexpected(f"GET /hello with the token answers {response.status_code}, not 200")
        return "200 from /hello"

    async def _get_hello(self, token: str) -> httpx2.Response:
        return await self._client.get("/hello", headers={"Authorization": f"Bearer {token}"})

    async def _json(self, path: str) -> dict[str, Any]:
        response = await self._client.get(path)
        if response.status_code != httpx2.codes.OK:
            raise _Unexpected(f"{path} answers {response.status_code}, not 200")
        document = response.json()
        if not isinstance(document, dict):
            raise _Unexpected(f"{path} is not a JSON object")
        return document

"""The whole OAuth flow, run against the live server as a client would run it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import msgspec

from sumun.config import Config
from sumun.oauth.metadata import TOKEN_PATH, endpoint_url

SCOPE = "mcp.access"
_TIMEOUT = 3.0
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members of a JWK that only its owner may know (RFC 7518 §6)."""


class Step(msgspec.Struct):
    """One step of the flow: what was tried, whether it went as it should, and what to do if not."""

    step: str
    ok: bool
    detail: str


class _Unexpected(Exception):
    """The server answered something else than it should; the message says what to do."""


async def run_flow(config: Config, client_id: str, client_secret: str) -> list[Step]:
    """Discover, fetch the keys, obtain a token, use it, and be refused without one.

    Parameters
    ----------
    config:
        Says where the server is.
    client_id, client_secret:
        A client that may ask for :data:`SCOPE` at the default audience.

    """
    async with httpx2.AsyncClient(
        base_url=config.issuer, timeout=_TIMEOUT, trust_env=False
    ) as http:
        flow = _Flow(config, http, client_id, client_secret)
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
        return Step(
            name,
            ok=False,
            detail="nothing answers at the issuer: start it with sumun serve, "
            "or set issuer to where clients reach it",
        )


class _Flow:
    def __init__(
        self, config: Config, http: httpx2.AsyncClient, client_id: str, client_secret: str
    ) -> None:
        self._config = config
        self._http = http
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._access_token = ""

    async def discovery(self) -> str:
        document = await self._get_json("/.well-known/openid-configuration")
        if document.get("issuer") != self._config.issuer:
            raise _Unexpected(
                f"issuer is {document.get('issuer')!r}; set issuer to what clients use, exactly"
            )
        endpoint = endpoint_url(self._config.issuer, TOKEN_PATH)
        if document.get("token_endpoint") != endpoint:
            raise _Unexpected(
                f"token_endpoint is {document.get('token_endpoint')!r}, not {endpoint}; "
                "another server answers here: set issuer to where this one is"
            )
        return f"issuer {self._config.issuer}, token endpoint {endpoint}"

    async def jwks(self) -> str:
        keys = (await self._get_json("/.well-known/jwks.json")).get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise _Unexpected("what is published is no JWK Set; another server answers here")
        if not keys:
            raise _Unexpected("no key is published: sumun key rotate makes one")
        if any(_PRIVATE & key.keys() for key in keys):
            raise _Unexpected("a private key is published: rotate now with sumun key rotate")
        return f"{len(keys)} public key(s): {', '.join(str(key.get('alg')) for key in keys)}"

    async def token(self) -> str:
        form = {"grant_type": "client_credentials", "scope": SCOPE, **self._client}
        response = await self._http.post(TOKEN_PATH, data=form)
        answer = _json(response)
        access_token = answer.get("access_token")
        if response.status_code != httpx2.codes.OK or not isinstance(access_token, str):
            raise _Unexpected(
                f"the token endpoint answers {response.status_code} {answer.get('error', '')}: "
                f"{answer.get('error_description', 'no access token')}; "
                "is it the server of this data directory that answers?"
            )
        if "no-store" not in response.headers.get("cache-control", ""):
            raise _Unexpected(
                "the token came without Cache-Control: no-store; "
                "let the proxy in front pass headers on unchanged"
            )
        self._access_token = access_token
        return f"an access token of {len(access_token)} characters"

    async def refused_without_token(self) -> str:
        response = await self._http.get("/hello")
        _expect(response, httpx2.codes.UNAUTHORIZED, "without a token")
        challenge = response.headers.get("www-authenticate", "")
        if not challenge.lower().startswith("bearer"):
            raise _Unexpected(
                "the 401 has no WWW-Authenticate: Bearer, so clients cannot find the server; "
                "let the proxy in front pass headers on unchanged"
            )
        return f"401, WWW-Authenticate: {challenge}"

    async def refused_with_altered_token(self) -> str:
        head, _, signature = self._token().rpartition(".")
        altered = f"{head}.{'A' if signature[:1] != 'A' else 'B'}{signature[1:]}"
        _expect(await self._hello(altered), httpx2.codes.UNAUTHORIZED, "with an altered token")
        return "401 invalid_token"

    async def protected_resource(self) -> str:
        _expect(await self._hello(self._token()), httpx2.codes.OK, "with the token")
        return "200 from /hello"

    def _token(self) -> str:
        if not self._access_token:
            raise _Unexpected("there is no token to try: see the step before")
        return self._access_token

    async def _hello(self, token: str) -> httpx2.Response:
        return await self._http.get("/hello", headers={"Authorization": f"Bearer {token}"})

    async def _get_json(self, path: str) -> dict[str, Any]:
        response = await self._http.get(path)
        if response.status_code != httpx2.codes.OK:
            raise _Unexpected(
                f"{path} answers {response.status_code}, not 200; let the proxy in front pass it on"
            )
        return _json(response)


def _json(response: httpx2.Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(response.content, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        raise _Unexpected(
            f"{response.url.path} is answered with something else than a JSON object; "
            "another server answers here: set issuer to where this one is"
        ) from None


def _expect(response: httpx2.Response, status: int, how: str) -> None:
    if response.status_code != status:
        raise _Unexpected(
            f"GET /hello {how} answers {response.status_code}, not {int(status)}; "
            "is it this server that answers, and no proxy for it?"
        )

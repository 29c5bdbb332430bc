"""Asking somebody else's token endpoint (RFC 6749 §4, §5)."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from sumun.oauth.fetch import Fetched, Fetcher, FetchRefused
from sumun.oauth.upstream.access_token import AccessToken, read_answer
from sumun.oauth.upstream.authentication import ClientAuthentication
from sumun.oauth.upstream.discovery import Discovery
from sumun.oauth.upstream.refused import TokenRefused
from sumun.proof.prover import Prover

_SIZE_LIMIT: Final = 64 * 1024
_OK: Final = 200
_STATUSES: Final = frozenset({_OK, 400, 401})
_CODE: Final = re.compile("[a-z_]{1,64}")


class TokenEndpoint:
    """Gets access tokens for one server upstream.

    Parameters
    ----------
    discovery:
        Where it is.
    authentication:
        Who we are there.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        discovery: Discovery,
        authentication: ClientAuthentication,
        fetcher: Fetcher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.discovery = discovery
        self._authentication = authentication
        self._fetcher = fetcher
        self._clock = clock

    async def ask(
        self, form: Mapping[str, str], prover: Prover | None = None, *, scope: str = ""
    ) -> AccessToken:
        """Return the token that a form gets; parameters that are empty are not sent.

        With a ``prover`` it must be bound to its key (RFC 9449 §5). ``scope`` is what it is for
        where neither the form nor the answer says.

        Raises
        ------
        TokenRefused
            If there is none.

        """
        url = (await self.discovery.server()).token_endpoint
        said = {name: value for name, value in form.items() if value}
        fetched = await self._submit(url, said, prover)
        if prover and prover.learn(url, fetched.headers) and _wants_nonce(fetched):
            fetched = await self._submit(url, said, prover)
        document = _decoded(url, fetched)
        if fetched.status != _OK:
            raise _refusal(url, document)
        scope = form.get("scope", scope)
        return read_answer(document, scope=scope, now=self._clock(), bound=prover is not None)

    async def _submit(self, url: str, form: dict[str, str], prover: Prover | None) -> Fetched:
        sent: dict[str, str] = dict(form)
        headers: dict[str, str] = {}
        await self._authentication.prove(sent, headers, await self.discovery.server())
        if prover:
            headers["DPoP"] = prover.prove("POST", url)
        try:
            return await self._fetcher.submit(
                url, sent, headers=headers, statuses=_STATUSES, limit=_SIZE_LIMIT
            )
        except FetchRefused as refused:
            raise TokenRefused(
                "refused" if refused.status else "unreachable", f"{url}: {refused}"
            ) from None


def _wants_nonce(fetched: Fetched) -> bool:
    return fetched.status != _OK and _error(_decoded("", fetched)) == "use_dpop_nonce"


def _decoded(url: str, fetched: Fetched) -> Any:
    try:
        return msgspec.json.decode(fetched.body)
    except (msgspec.DecodeError, RecursionError):
        raise TokenRefused("answer", f"{url}: its answer is not JSON") from None


def _error(document: Any) -> str:
    """Return the error code; what is none may be anything, even what we sent."""
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, str) and _CODE.fullmatch(error) else "no"


def _refusal(url: str, document: Any) -> TokenRefused:
    error = _error(document)
    reason = "invalid_grant" if error == "invalid_grant" else "refused"
    return TokenRefused(reason, f"{url}: it says {error}")  # type: ignore[arg-type]  # one of two

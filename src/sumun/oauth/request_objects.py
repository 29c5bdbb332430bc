"""Request objects: an authorization request that the client has signed (RFC 9101)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sumun.keys.jws import Malformed
from sumun.oauth.assertions import Assertion, Assertions
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.client_keys import ClientKeys
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError

_LONGEST: Final = 3600
_TYPES: Final = frozenset({"", "jwt", "oauth-authz-req+jwt"})
# RFC 9101 §4: "request and request_uri parameters MUST NOT be included in Request Objects."
_NESTED: Final = ("request", "request_uri")
_OF_THE_JWT: Final = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})


class RequestObjects:
    """Verifies request objects and takes the parameters out of them.

    Parameters
    ----------
    issuer:
        Whom they must be for.

    """

    def __init__(self, assertions: Assertions, keys: ClientKeys, *, issuer: str) -> None:
        self._assertions = assertions
        self._keys = keys
        self._issuer = issuer

    async def open(self, client: Client, token: str) -> Parameters:
        """Return the parameters, and nothing that did not stand in the object (RFC 9101 §6.3).

        Raises
        ------
        OAuthError
            ``invalid_request_object``.

        """
        try:
            statement = self._assertions.read(
                token, audiences={self._issuer}, longest=_LONGEST, required=()
            )
            _check(client, statement)
            parameters = _parameters(statement.more)
        except Malformed as malformed:
            raise OAuthError(
                "invalid_request_object", f"the request object cannot be used: {malformed}"
            ) from None
        if await self._keys.find(client, statement.jws) is None:
            raise OAuthError(
                "invalid_request_object", "its signature does not hold under a key of the client"
            )
        return parameters


def _check(client: Client, statement: Assertion) -> None:
    # RFC 8725 §3.11: a client assertion, or any other JWT of the client's, is no request.
    if statement.typ not in _TYPES:
        raise Malformed("its typ is not oauth-authz-req+jwt")
    claims = statement.more
    if claims.get("client_id") != client.client_id or claims.get("iss") not in {
        None,
        client.client_id,
    }:
        raise Malformed("its client_id or iss is not this client's")
    if not claims.keys().isdisjoint(_NESTED):
        raise Malformed("it holds another request")


def _parameters(claims: Mapping[str, Any]) -> Parameters:
    values: dict[str, str] = {}
    resources: list[str] = []
    for name, value in claims.items():
        if name in _OF_THE_JWT or value in (None, ""):
            continue
        if name == "resource":
            several = value if isinstance(value, list) else [value]
            if not all(isinstance(each, str) for each in several):
                raise Malformed("its resource is not a text")
            resources.extend(several)
        elif isinstance(value, str):
            values[name] = value
        else:
            # RFC 9101 §4: numbers and objects stand in the object as JSON, in a form as text.
            values[name] = msgspec.json.encode(value).decode()
    return Parameters(values, resources)

"""How a protected resource says no (RFC 6750 §3, RFC 9728 §5.1)."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from sumun.proof import DPOP_ALGS
from sumun.resource.identifiers import metadata_url
from sumun.resource.possession import Unproven

_NOT_QUOTABLE: Final = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


class Challenged(Exception):
    """A request that may not pass, with the answer it gets.

    Attributes
    ----------
    status:
        HTTP status.
    headers:
        Raw header pairs; ``WWW-Authenticate`` among them where credentials would help.
    body:
        A JSON object with the same words.
    reason:
        The error, for the audit log.

    """

    def __init__(
        self,
        status: int,
        reason: str,
        description: str,
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        error: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = [(b"cache-control", b"no-store"), *headers]
        members = {"error": error} if error else {}
        self.body = msgspec.json.encode({**members, "error_description": description})


def challenge(
    resource: str,
    *,
    scopes: Sequence[str] = (),
    error: str | None = None,
    description: str | None = None,
    scheme: str = "Bearer",
) -> str:
    """Return a ``WWW-Authenticate`` value.

    Parameters
    ----------
    resource:
        The URL whose metadata the client should read.
    scopes:
        All the scopes the operation needs, so that one more consent suffices.
    error:
        ``None`` for a request without credentials: RFC 6750 §3 wants no error then.
    description:
        For the developer of the client.
    scheme:
        ``DPoP`` where a proof is the matter (RFC 9449 §7.1); it says which algorithms are taken.

    """
    parameters = {
        "algs": " ".join(DPOP_ALGS) if scheme == "DPoP" else None,
        "error": error,
        "error_description": description,
        "scope": " ".join(scopes) or None,
        "resource_metadata": metadata_url(resource),
    }
    return f"{scheme} " + ", ".join(
        f'{name}="{_NOT_QUOTABLE.sub("?", value)}"'
        for name, value in parameters.items()
        if value is not None
    )


class MissingToken(Challenged):
    """No bearer token came."""

    def __init__(self, resource: str, scopes: Sequence[str]) -> None:
        super().__init__(
            401,
            "missing_token",
            "send Authorization: Bearer with an access token for this resource; "
            f"{metadata_url(resource)} names the server that issues them",
            headers=[_www_authenticate(challenge(resource, scopes=scopes))],
        )


class InvalidRequest(Challenged):
    """The credentials are malformed (RFC 6750 §3.1: 400)."""

    def __init__(self, resource: str, description: str) -> None:
        error = "invalid_request"
        value = challenge(resource, error=error, description=description)
        super().__init__(400, error, description, headers=[_www_authenticate(value)], error=error)


class InvalidToken(Challenged):
    """The token is expired, revoked, malformed, or for another resource (RFC 6750 §3.1: 401)."""

    def __init__(self, resource: str, scopes: Sequence[str], description: str) -> None:
        error = "invalid_token"
        value = challenge(resource, scopes=scopes, error=error, description=description)
        super().__init__(401, error, description, headers=[_www_authenticate(value)], error=error)


class UnprovenToken(Challenged):
    """The key that the token is bound to was not shown (RFC 9449 §7.1: 401)."""

    def __init__(self, resource: str, scopes: Sequence[str], unproven: Unproven) -> None:
        error, description = unproven.error, str(unproven)
        value = challenge(
            resource, scopes=scopes, error=error, description=description, scheme="DPoP"
        )
        headers = [_www_authenticate(value)]
        if unproven.nonce:
            headers.append((b"dpop-nonce", unproven.nonce.encode("ascii")))
        super().__init__(401, error, description, headers=headers, error=error)


class InsufficientScope(Challenged):
    """The token is good, and for less than this (RFC 6750 §3.1: 403)."""

    def __init__(self, resource: str, scopes: Sequence[str]) -> None:
        error = "insufficient_scope"
        description = f"this needs the scopes: {' '.join(scopes)}"
        value = challenge(resource, scopes=scopes, error=error, description=description)
        super().__init__(403, error, description, headers=[_www_authenticate(value)], error=error)


class Undecided(Challenged):
    """Whether the token is revoked cannot be read, so it does not pass."""

    def __init__(self) -> None:
        error = "temporarily_unavailable"
        super().__init__(
            503,
            error,
            "revocation cannot be checked at the moment; try again",
            headers=[(b"retry-after", b"1")],
            error=error,
        )


def _www_authenticate(value: str) -> tuple[bytes, bytes]:
    return (b"www-authenticate", value.encode("ascii"))

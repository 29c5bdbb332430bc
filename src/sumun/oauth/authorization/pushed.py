"""Authorization requests a client has pushed, each to be used once (RFC 9126)."""

from typing import Final

import msgspec

from sumun.oauth.authorization.opaque import LIMIT, digest, mint
from sumun.oauth.authorization.parameters import Parameters
from sumun.storage import Transaction

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Parameters)


def mint_request_uri() -> str:
    """Return a reference that cannot be guessed (RFC 9126 §2.2)."""
    return mint(PREFIX)


def push_request(
    tx: Transaction,
    request_uri: str,
    client_id: str,
    parameters: Parameters,
    *,
    now: int,
    expires_at: int,
) -> None:
    """Keep the parameters of a request."""
    tx.execute(
        "push_request",
        request_hash=digest(request_uri),
        client_id=client_id,
        parameters=_encode(parameters).decode(),
        created_at=now,
        expires_at=expires_at,
    )


def take_pushed_request(
    tx: Transaction, request_uri: str, client_id: str, *, now: int
) -> Parameters | None:
    """Use a pushed request; ``None`` if it is unknown, used, expired or another client's.

    One statement decides: of any number of uses at once, one changes the row.
    """
    if len(request_uri) > LIMIT:
        return None
    request_hash = digest(request_uri)
    used = tx.execute("use_pushed_request", request_hash=request_hash, client_id=client_id, now=now)
    row = tx.fetch_one("find_pushed_request", request_hash=request_hash) if used else None
    return None if row is None else _decoder.decode(str(row[0]))

"""Registered clients: the record, the intents that change it, and a short-lived cache of it."""

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from sumun.storage import Database, Row, Transaction

CLIENT_ID_LIMIT: Final = 255
_RESERVED: Final = "user-"
_CACHE_SECONDS: Final = 1.0
_CACHE_SIZE: Final = 4096


class ClientMetadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client was registered with, under the names of RFC 7591 §2 where it has one.

    Attributes
    ----------
    client_name, client_uri, logo_uri, contacts, tos_uri, policy_uri:
        For people.
    application_type:
        ``web`` or ``native`` (OpenID Connect Registration §2).
    grant_types, response_types:
        The grants and response types it may use.
    redirect_uris, post_logout_redirect_uris:
        Where people may be sent back to.
    scope:
        The scopes it may ask for, space-separated; a trailing ``:*`` stands for all below.
    token_endpoint_auth_methods:
        How it may prove who it is (RFC 7591 knows one; a shared secret may be sent in two ways).
    token_endpoint_auth_signing_alg, jwks, jwks_uri:
        Its keys, for ``private_key_jwt`` (RFC 7523).
    tls_client_auth_subject_dn:
        Its certificate's subject, for ``tls_client_auth`` (RFC 8705 §2.1.2).
    resources:
        The resource identifiers it may have tokens for; empty means every known one.
    dpop_bound_access_tokens:
        It gets no bearer tokens (RFC 9449 §5.2).
    require_pushed_authorization_requests:
        It must use PAR (RFC 9126 §6).

    """

    client_name: str = ""
    client_uri: str = ""
    logo_uri: str = ""
    contacts: tuple[str, ...] = ()
    tos_uri: str = ""
    policy_uri: str = ""
    application_type: str = "web"
    grant_types: tuple[str, ...] = ("client_credentials",)
    response_types: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    scope: str = ""
    token_endpoint_auth_methods: tuple[str, ...] = ("client_secret_basic", "client_secret_post")
    token_endpoint_auth_signing_alg: str = ""
    jwks: dict[str, Any] | None = None
    jwks_uri: str = ""
    tls_client_auth_subject_dn: str = ""
    resources: tuple[str, ...] = ()
    dpop_bound_access_tokens: bool = False
    require_pushed_authorization_requests: bool = False


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A registered client; times are Unix seconds."""

    client_id: str
    metadata: ClientMetadata = ClientMetadata()
    secret_hash: str | None = None
    created_at: int = 0
    disabled_at: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether it has nothing to prove who it is with (RFC 6749 §2.1)."""
        return self.metadata.token_endpoint_auth_methods == ("none",)


def is_client_id(text: str) -> bool:
    """Say whether the text may be a client identifier (RFC 6749 appendix A.1), within bounds."""
    return 0 < len(text) <= CLIENT_ID_LIMIT and text.isascii() and text.isprintable()


def add_client(tx: Transaction, client: Client) -> None:
    """Register a client.

    Raises
    ------
    ValueError
        If its identifier is not one, or could be taken for a user's.
    Conflict
        If the identifier is taken.

    """
    tx.execute("add_client", **_to_row(client))


def ensure_client(tx: Transaction, client: Client) -> bool:
    """Register a client unless its identifier is taken; return whether it was registered.

    Raises
    ------
    ValueError
        As :func:`add_client`.

    """
    return tx.execute("add_client_if_absent", **_to_row(client)) > 0


def find_client(tx: Transaction, client_id: str) -> Client | None:
    """Return the client of that identifier."""
    row = tx.fetch_one("find_client", client_id=client_id)
    return None if row is None else _from_row(row)


def list_clients(tx: Transaction) -> list[Client]:
    """Return every client, by identifier."""
    return [_from_row(row) for row in tx.fetch_all("list_clients")]


def disable_client(tx: Transaction, client_id: str, *, now: int) -> bool:
    """Refuse the client from now on; return whether it was enabled."""
    return tx.execute("disable_client", client_id=client_id, now=now) > 0


def enable_client(tx: Transaction, client_id: str) -> bool:
    """Let a disabled client in again; return whether it was disabled."""
    return tx.execute("enable_client", client_id=client_id) > 0


def replace_client_secret(tx: Transaction, client_id: str, secret_hash: str) -> bool:
    """Give the client another secret; the old one stops working. Return whether it exists."""
    changed = tx.execute("replace_client_secret", client_id=client_id, secret_hash=secret_hash)
    return changed > 0


def remove_client(tx: Transaction, client_id: str) -> bool:
    """Forget the client; return whether there was one."""
    return tx.execute("remove_client", client_id=client_id) > 0


class ClientDirectory:
    """Client records for the token endpoint, read at most once a second each.

    A client disabled elsewhere is refused within that second; :meth:`forget` makes it at once.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._cache: dict[str, tuple[float, Client | None]] = {}

    async def find(self, client_id: str) -> Client | None:
        """Return the client, enabled or not.

        Raises
        ------
        StorageUnavailable
            If the database cannot be read.

        """
        now = self._clock()
        cached = self._cache.get(client_id)
        if cached is not None and now < cached[0]:
            return cached[1]
        client = await self._database.read(find_client, client_id)
        if len(self._cache) >= _CACHE_SIZE:
            self._cache.clear()
        self._cache[client_id] = (now + _CACHE_SECONDS, client)
        return client

    def forget(self, client_id: str) -> None:
        """Read the client anew the next time it is asked for."""
        self._cache.pop(client_id, None)


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ClientMetadata)


def _to_row(client: Client) -> dict[str, str | int | None]:
    if not is_client_id(client.client_id):
        raise ValueError(
            f"client id: must be 1 to {CLIENT_ID_LIMIT} printable ASCII characters (RFC 6749 A.1)"
        )
    if client.client_id.startswith(_RESERVED):
        # sub is the client's own id under client_credentials: it must never name a person
        # (RFC 9068 §5).
        raise ValueError(f"client id: {_RESERVED!r} begins the identifiers of users")
    return {
        "client_id": client.client_id,
        "metadata": _encode(client.metadata).decode(),
        "secret_hash": client.secret_hash,
        "created_at": client.created_at,
        "disabled_at": client.disabled_at,
    }


def _from_row(row: Row) -> Client:
    client_id, metadata, secret_hash, created_at, disabled_at = row
    return msgspec.convert(
        {
            "client_id": client_id,
            "metadata": _decoder.decode(str(metadata)),
            "secret_hash": secret_hash,
            "created_at": created_at,
            "disabled_at": disabled_at,
        },
        Client,
    )

"""Registered clients: the record, and the intents that change it."""

from typing import Any, Final, Literal

import msgspec

from sumun.storage import Row, Scalar, Transaction

CLIENT_ID_LIMIT: Final = 255
DOCUMENT_PREFIX: Final = "https://"
_DOCUMENT_LIMIT: Final = 2048
WORKLOAD_PREFIX: Final = "workload-"
_RESERVED: Final = {"user-": "users", WORKLOAD_PREFIX: "workloads"}

Origin = Literal["operator", "initial_access_token", "self", "document"]
"""How a client became known: registered by the operator; by itself with the operator's leave; by
itself; or described by the document its identifier is the URL of."""


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
    software_id, software_version:
        Which software it is, as it says itself.
    tls_client_auth_subject_dn, tls_client_auth_san_dns, tls_client_auth_san_uri:
        The name in its certificate, one of the three, for ``tls_client_auth`` (RFC 8705 §2.1.2).
        The subject as RFC 4514 writes it.
    resources:
        The resource identifiers it may have tokens for; empty means every known one.
    serves:
        The resource identifiers it is the server of: it may ask about tokens made for them
        (RFC 7662), and exchange them (RFC 8693). For the operator alone to say.
    may_act:
        The ``sub`` of the one who may act with its tokens (RFC 8693 §4.4). For the operator alone
        to say.
    dpop_bound_access_tokens:
        It gets no bearer tokens (RFC 9449 §5.2).
    tls_client_certificate_bound_access_tokens:
        Its tokens are bound to the certificate it connects with (RFC 8705 §3.4).
    require_pushed_authorization_requests:
        It must use PAR (RFC 9126 §6).
    require_signed_request_object:
        It must sign its authorization requests (RFC 9101 §10.5).
    id_token_signed_response_alg:
        What its ID tokens are signed with (OpenID Connect Registration §2); empty for the usual.
    backchannel_logout_uri:
        Where it wants to be told that a session has ended (Back-Channel Logout §2.2).
    authorization_details_types:
        The types of ``authorization_details`` it uses (RFC 9396 §10); ``None`` for any.

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
    software_id: str = ""
    software_version: str = ""
    tls_client_auth_subject_dn: str = ""
    tls_client_auth_san_dns: str = ""
    tls_client_auth_san_uri: str = ""
    resources: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    may_act: str = ""
    dpop_bound_access_tokens: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    require_pushed_authorization_requests: bool = False
    require_signed_request_object: bool = False
    id_token_signed_response_alg: str = ""
    backchannel_logout_uri: str = ""
    authorization_details_types: tuple[str, ...] | None = None

    @property
    def has_secret(self) -> bool:
        """Whether it proves who it is by a secret both sides know."""
        return any(name.startswith("client_secret_") for name in self.token_endpoint_auth_methods)


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A known client; times are Unix seconds.

    Attributes
    ----------
    used_at:
        When it first had a token; kept for clients that registered themselves, which are forgotten
        if they never do.

    """

    client_id: str
    metadata: ClientMetadata = ClientMetadata()
    secret_hash: str | None = None
    created_at: int = 0
    disabled_at: int | None = None
    origin: Origin = "operator"
    used_at: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether it need not prove who it is (RFC 6749 §2.1)."""
        return "none" in self.metadata.token_endpoint_auth_methods


NOBODY: Final = Client(client_id="")
"""Stands for the client of a request that names none, where a grant allows that."""


def is_client_id(text: str) -> bool:
    """Say whether the text may be a client identifier (RFC 6749 appendix A.1), within bounds."""
    limit = _DOCUMENT_LIMIT if text.startswith(DOCUMENT_PREFIX) else CLIENT_ID_LIMIT
    return 0 < len(text) <= limit and text.isascii() and text.isprintable()


def add_client(
    tx: Transaction,
    client: Client,
    *,
    digest: bytes | None = None,
    registration_hash: bytes | None = None,
) -> None:
    """Register a client.

    Parameters
    ----------
    digest:
        What an identical registration would have, too; ``None`` where none may be identical.
    registration_hash:
        The hash of the token it may be managed with (RFC 7592).

    Raises
    ------
    ValueError
        If its identifier is not one, or could be taken for a user's or a document's.
    Conflict
        If the identifier or the digest is taken.

    """
    tx.execute("add_client", **_to_row(client), digest=digest, registration_hash=registration_hash)


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
    return None if row is None else from_row(row)


def list_clients(tx: Transaction) -> list[Client]:
    """Return every client, by identifier."""
    return [from_row(row) for row in tx.fetch_all("list_clients")]


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


def note_client_use(tx: Transaction, client_id: str, *, now: int) -> bool:
    """Remember that the client is alive; return whether that was news."""
    return tx.execute("note_client_use", client_id=client_id, now=now) > 0


def remove_client(tx: Transaction, client_id: str) -> bool:
    """Forget the client; return whether there was one."""
    return tx.execute("remove_client", client_id=client_id) > 0


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ClientMetadata)


def _to_row(client: Client) -> dict[str, str | int | None]:
    if not is_client_id(client.client_id):
        raise ValueError(
            f"client id: must be 1 to {CLIENT_ID_LIMIT} printable ASCII characters (RFC 6749 A.1)"
        )
    for prefix, whose in _RESERVED.items():
        if not client.client_id.startswith(prefix):
            continue
        # sub is the client's own id under client_credentials: it must never name a person
        # (RFC 9068 §5).
        raise ValueError(f"client id: {prefix!r} begins the identifiers of {whose}")
    if client.client_id.startswith(DOCUMENT_PREFIX):
        raise ValueError(
            f"client id: {DOCUMENT_PREFIX!r} begins the identifiers of clients that are described "
            "by a document of their own; they need no registration"
        )
    return {
        "client_id": client.client_id,
        "metadata": encode_metadata(client.metadata),
        "secret_hash": client.secret_hash,
        "created_at": client.created_at,
        "disabled_at": client.disabled_at,
        "origin": client.origin,
        "used_at": client.used_at,
    }


def from_row(row: Row) -> Client:
    """Return the client of a row of ``clients``."""
    client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at = row
    return msgspec.convert(
        {
            "client_id": client_id,
            "metadata": decode_metadata(metadata),
            "secret_hash": secret_hash,
            "created_at": created_at,
            "disabled_at": disabled_at,
            "origin": origin,
            "used_at": used_at,
        },
        Client,
    )


def encode_metadata(metadata: ClientMetadata) -> str:
    """Return what is stored."""
    return _encode(metadata).decode()


def decode_metadata(stored: Scalar) -> ClientMetadata:
    """Return what was stored."""
    return _decoder.decode(str(stored))

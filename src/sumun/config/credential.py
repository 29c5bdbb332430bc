"""What the gateway shows a server behind it: the settings, and what they may not be."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

import msgspec

NetworkName = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")]

_NEEDS_ISSUER = frozenset({"token_exchange", "identity_assertion"})
_OF_CLIENTS = frozenset({"client_credentials", "token_exchange", "identity_assertion"})


class CredentialConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway gets access tokens for a server, of its own and never the caller's.

    ``kind`` is how: for the gateway itself (``client_credentials``, RFC 6749 §4.4), for each
    person by our word (``token_exchange``, RFC 8693; ``identity_assertion``, ID-JAG), or for each
    person who signs in there (``sign_in``).

    ``issuer`` is the authorization server; left empty, the server's own metadata names it
    (RFC 9728), which is not enough where a ``client_secret`` would be sent to it.
    ``token_endpoint`` is for those without metadata. ``client_authentication`` is how we prove
    there who we are, by default as their metadata says; with ``private_key_jwt`` the key is that
    of ``private_key_file``, or ours. ``resource`` is the server's identifier (RFC 8707), by
    default as its metadata says, or its URL. ``dpop`` binds tokens to a key (RFC 9449).
    ``networks`` are private networks the authorization server may be in.
    """

    kind: Literal["", "client_credentials", "token_exchange", "identity_assertion", "sign_in"] = ""
    issuer: str = ""
    token_endpoint: str = ""
    client_id: str = ""
    client_secret: str = ""
    client_secret_file: str = ""
    client_authentication: Literal[
        "", "client_secret_basic", "client_secret_post", "private_key_jwt"
    ] = ""
    private_key_file: str = ""
    scope: str = ""
    resource: str = ""
    dpop: bool = False
    networks: tuple[NetworkName, ...] = ()

    @property
    def has_secret(self) -> bool:
        """Whether there is a client secret."""
        return bool(self.client_secret or self.client_secret_file)

    @property
    def has_key(self) -> bool:
        """Whether the client proves who it is with a key."""
        return self.client_authentication == "private_key_jwt" or bool(self.private_key_file)


def credential_problems(credential: CredentialConfig) -> Iterator[str]:
    """Yield what is wrong with the settings of a credential, each beginning with its name."""
    if credential.kind:
        yield from _client_problems(credential)
        yield from _issuer_problems(credential)
    elif credential != CredentialConfig():
        kinds = get_args(CredentialConfig.__annotations__["kind"])[1:]
        yield f"kind: is missing; {', '.join(kinds)}"


def _client_problems(credential: CredentialConfig) -> Iterator[str]:
    if credential.has_secret and credential.has_key:
        yield "client_secret: there is a key as well; name the one that is registered there"
    if credential.client_authentication.startswith("client_secret") and not credential.has_secret:
        yield "client_secret: is missing; or name client_secret_file"
    if credential.kind not in _OF_CLIENTS:
        if not credential.client_id and (credential.has_secret or credential.private_key_file):
            yield "client_id: is missing; a secret and a key of your own are known by it"
        return
    if not credential.client_id:
        yield "client_id: is missing; it is what the authorization server calls this gateway"
    if not (credential.has_secret or credential.has_key):
        yield 'client_secret: is missing; or set client_authentication = "private_key_jwt"'


def _issuer_problems(credential: CredentialConfig) -> Iterator[str]:
    if credential.has_secret and not (credential.issuer or credential.token_endpoint):
        yield (
            "issuer: is missing; a secret is for one authorization server, not for whichever the "
            "server behind the gateway names"
        )
    if credential.kind in _NEEDS_ISSUER and not credential.issuer:
        yield "issuer: is missing; our word is for one authorization server"
    if credential.kind == "sign_in" and credential.token_endpoint:
        yield "token_endpoint: signing in needs more than that; name the issuer instead"

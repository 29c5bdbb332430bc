"""An authorization request that was found to be in order (RFC 6749 §4.1.1)."""

import msgspec


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client asks of a person, validated; nothing in it is checked again.

    Attributes
    ----------
    redirect_uri:
        Where the answer goes: one the client is registered with.
    scope:
        All that is asked for: scopes of the resource, then protocol scopes (``openid`` …).
    resource:
        The identifier tokens will carry as ``aud``.
    code_challenge:
        Of method S256 (RFC 7636).
    prompt, max_age, acr_values, login_hint, ui_locales, nonce:
        As OpenID Connect Core §3.1.2.1 says; ``max_age`` in seconds.
    acr_needed:
        Of these classes the sign-in must be of one, or there is no answer but an error (OpenID
        Connect Core §5.5.1.1).
    dpop_jkt:
        RFC 9449 §10.
    authorization_details:
        JSON (RFC 9396), or empty.
    trace:
        The reference under which a person finds what became of it.

    """

    client_id: str
    redirect_uri: str
    scope: str
    resource: str
    code_challenge: str
    state: str = ""
    nonce: str = ""
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_needed: tuple[str, ...] = ()
    login_hint: str = ""
    ui_locales: tuple[str, ...] = ()
    dpop_jkt: str = ""
    authorization_details: str = ""
    trace: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes, one by one."""
        return tuple(self.scope.split())

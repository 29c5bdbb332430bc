"""What is known of the providers many people use."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_ANEW: Final[Mapping[str, str]] = MappingProxyType({"prompt": "login", "max_age": "0"})
"""What asks for proof anew at most (OIDC Core §3.1.2.1)."""


class Preset(NamedTuple):
    """A provider, but for what is one's own there.

    Attributes
    ----------
    issuer:
        Its issuer identifier; with ``{tenant}`` for those who have one for each tenant; empty
        where everybody runs their own.
    scope:
        What to ask for; ``openid`` at least.
    auth_method:
        How to authenticate at its token endpoint; empty to go by its metadata.
    anew:
        What asks it to have the person prove anew who they are.
    own_domains:
        Domains whose addresses it gives out itself. If there are any, another domain vouches for
        its people only where the token names it in ``hd``.
    token_state:
        Whether its token endpoint wants to see the ``state``, too.

    """

    label: str
    issuer: str = ""
    scope: str = "openid profile email"
    auth_method: str = ""
    anew: Mapping[str, str] = _ANEW
    own_domains: frozenset[str] = frozenset()
    token_state: bool = False


PRESETS: Final[Mapping[str, Preset]] = {
    # Google refuses prompt=login, and calls an address of any domain verified that somebody once
    # read the mail of: whose domain it is, hd says.
    "google": Preset(
        "Google",
        "https://accounts.google.com",
        anew={"prompt": "select_account"},
        own_domains=frozenset({"gmail.com"}),
    ),
    # The issuers of "common" and "organizations" are whatever tenant somebody has made, so that
    # anybody could be anybody: one tenant, by its identifier.
    "entra": Preset("Microsoft", "https://login.microsoftonline.com/{tenant}/v2.0"),
    "okta": Preset("Okta"),
    "keycloak": Preset("Keycloak"),
    "kakao": Preset("Kakao", "https://kauth.kakao.com", "openid", "client_secret_post"),
    # Its OpenID Connect is at /oauth2/, beside the /oauth2.0/ of its older API, and knows no
    # prompt; its guide has the state sent with the code.
    "naver": Preset(
        "Naver",
        "https://nid.naver.com",
        "openid",
        "client_secret_post",
        anew={"auth_type": "reauthenticate"},
        token_state=True,
    ),
}

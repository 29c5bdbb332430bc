"""What is known of the providers many people use."""

from collections.abc import Mapping
from typing import Final, NamedTuple


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

    """

    label: str
    issuer: str = ""
    scope: str = "openid profile email"
    auth_method: str = ""


PRESETS: Final[Mapping[str, Preset]] = {
    "google": Preset("Google", "https://accounts.google.com"),
    # The issuers of "common" and "organizations" are whatever tenant somebody has made, so that
    # anybody could be anybody: one tenant, by its identifier.
    "entra": Preset("Microsoft", "https://login.microsoftonline.com/{tenant}/v2.0"),
    "okta": Preset("Okta"),
    "keycloak": Preset("Keycloak"),
    "kakao": Preset("Kakao", "https://kauth.kakao.com", "openid", "client_secret_post"),
    "naver": Preset("Naver", "https://nid.naver.com", "openid", "client_secret_post"),
}

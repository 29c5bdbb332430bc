"""The links that take a person to where they let a client use a server as themselves."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

import msgspec

from sumun.keys import KeyMaterialError, RootSecret
from sumun.keys.envelope import Envelope
from sumun.oauth.metadata import endpoint_url

CONNECT_PATH: Final = "/account/connect"
_PARAMETER: Final = re.compile("[A-Za-z0-9_-]{1,8192}")
"""The identifier of a client may be a long URL."""
_LIFETIME: Final = 3600
_NAME: Final = "upstream-link"


class Link(msgspec.Struct, frozen=True):
    """Who is to go there, for which client, to which server."""

    server: str
    user_id: str
    client_id: str
    expires_at: int


def is_link(parameter: str) -> bool:
    """Whether it looks like what a link carries."""
    return _PARAMETER.fullmatch(parameter) is not None


class Links:
    """Makes them, so that nobody else can, and nobody sees whose they are.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(self, issuer: str, root_secret: RootSecret, clock: Callable[[], float]) -> None:
        self._page = endpoint_url(issuer, CONNECT_PATH)
        self._envelope = Envelope(root_secret)
        self._clock = clock

    def make(self, server: str, user_id: str, client_id: str) -> str:
        """Return a URL that is good for an hour."""
        link = Link(server, user_id, client_id, int(self._clock()) + _LIFETIME)
        sealed = self._envelope.close(_NAME, msgspec.json.encode(link))
        parameter = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return f"{self._page}?{urlencode({'link': parameter})}"

    def read(self, parameter: str) -> Link | None:
        """Return what a link says; ``None`` if it is none of ours, or over."""
        if not is_link(parameter):
            return None
        try:
            sealed = base64.urlsafe_b64decode(parameter + "=" * (-len(parameter) % 4))
            link = msgspec.json.decode(self._envelope.open(_NAME, sealed, "the link"), type=Link)
        except (binascii.Error, ValueError, KeyMaterialError):
            return None
        return link if self._clock() < link.expires_at else None

"""Which URLs are fetched at all, decided on the text alone.

The rules are those of client identifiers (draft-ietf-oauth-client-id-metadata-document §3), which
suit every URL that a stranger names: one way to read it, and a host that only DNS can resolve.
"""

import re
from typing import Final

from sumun.oauth.fetch.refused import FetchRefused

URL_LIMIT: Final = 2048
_HOST_LIMIT: Final = 253
_HIGHEST_PORT: Final = 65535

_URL: Final = re.compile(
    r"https?://(?P<authority>[^/?#]*)"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_AUTHORITY: Final = re.compile(r"(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN: Final = "http://localhost"
_DOTS: Final = frozenset({".", ".."})


def check_url(url: str, *, plain_localhost: bool = False) -> str:
    """Return the host of a URL that may be fetched, in small letters.

    With ``plain_localhost`` it may be ``http`` on this machine, as providers are while developing.

    Raises
    ------
    FetchRefused
        If it may not, before anything was resolved.

    """
    if len(url) > URL_LIMIT:
        raise _wrong(f"is longer than {URL_LIMIT} characters")
    plain = plain_localhost and url.startswith((f"{_PLAIN}:", f"{_PLAIN}/"))
    if not plain and not url.startswith("https://"):
        raise _wrong("must begin with https://")
    if "#" in url:
        raise _wrong("must have no fragment")
    match = _URL.fullmatch(url)
    if match is None or _BAD_PERCENT.search(url):
        raise _wrong("must be ASCII, with a path, and with everything unusual percent-encoded")
    if any(
        segment.replace("%2e", ".").replace("%2E", ".") in _DOTS
        for segment in match["path"].split("/")
    ):
        raise _wrong("must have no . or .. in its path")
    return _check_authority(match["authority"])


def _check_authority(authority: str) -> str:
    if "@" in authority:
        raise _wrong("must name no user")
    match = _AUTHORITY.fullmatch(authority)
    if match is None or len(match["host"]) > _HOST_LIMIT:
        raise _wrong("must have a host name")
    if match["port"] and not 0 < int(match["port"]) <= _HIGHEST_PORT:
        raise _wrong("must have a port that exists")
    host = match["host"].lower()
    labels = host.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise _wrong("must have a host name")
    # What ends in a number is an IPv4 address to some readers: 127.1, 0x7f.1, 2130706433
    # (WHATWG URL, "ends in a number").
    if _NUMBER.fullmatch(labels[-1]):
        raise _wrong("must name a host, not an address")
    if len(labels) == 1 and host != "localhost":
        raise _wrong("must name a host in full")
    return host


def _wrong(why: str) -> FetchRefused:
    return FetchRefused("url", f"the URL {why}")

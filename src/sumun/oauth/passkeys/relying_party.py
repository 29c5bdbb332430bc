"""Who asks for a passkey: our own origin, and nobody else's (WebAuthn §5.1.2)."""

from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}


class RelyingParty(NamedTuple):
    """What browsers hold a page against.

    Attributes
    ----------
    rp_id:
        The host of the issuer; empty where browsers offer no passkeys: at an address without a
        name, and at one that is not secure.
    origin:
        The issuer's origin, as browsers write it (RFC 6454 §6.2).

    """

    rp_id: str
    origin: str

    @classmethod
    def of(cls, issuer: str) -> "RelyingParty":
        """Return the relying party of an issuer."""
        parts = urlsplit(issuer)
        host = parts.hostname or ""
        port = parts.port
        shown = "" if port is None or port == _PORTS.get(parts.scheme) else f":{port}"
        origin = f"{parts.scheme}://{host}{shown}"
        local = host == "localhost" or host.endswith(".localhost")
        secure = parts.scheme == "https" or local
        return cls(host if secure and not _is_address(host) else "", origin)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

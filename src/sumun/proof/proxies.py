"""The proxies in front that are believed, and whom a connection really is from."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.types import Scope

PEER: Final = "sumun.peer"
"""Where a scope keeps who connected, once its ``client`` is whom the proxy spoke for."""


class TrustedProxies:
    """The addresses of proxies whose header fields are believed.

    Parameters
    ----------
    networks:
        Addresses or networks; none: nobody is believed.

    """

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ip_network(each, strict=False) for each in networks]

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)

    def sent(self, scope: Scope) -> bool:
        """Say whether one of them made this connection."""
        peer = scope.get(PEER) or scope.get("client")
        return peer is not None and peer[0] in self


@lru_cache(maxsize=1024)
def plain_address(text: str) -> str:
    """Return an address as it is written elsewhere; empty if ``text`` is none.

    A port, brackets and a zone are left out, and IPv4 in IPv6 is IPv4 again.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if address.version == 6 else None  # noqa: PLR2004 - the version of IP
    return str(mapped or address)

"""Who is at this machine."""

from ipaddress import ip_address

from starlette.types import Scope

from sumun.gateway.hosts import LOOPBACK_NAMES, host_name

_FORWARDED = {b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"}


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine, and from no farther as far as can be seen.

    The peer and the Host must be loopback, and nothing may say that a proxy passed the request on.
    The Host is looked at because a web page can make a browser here connect to loopback under a
    name of the page's choice (DNS rebinding).
    """
    client = scope.get("client")
    if client is None or not _is_loopback(client[0]):
        return False
    host = ""
    for name, value in scope["headers"]:
        if name in _FORWARDED:
            return False
        if name == b"host":
            host = value.decode("latin-1")
    return host_name(host) in LOOPBACK_NAMES


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False

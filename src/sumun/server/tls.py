"""TLS that ends here, and the certificates clients show in it (RFC 8705)."""

import ssl
from collections.abc import Callable
from typing import Any

import uvicorn

from sumun.config import Config, ConfigurationError

_ALPN = ["http/1.1"]


def tls_options(config: Config) -> dict[str, Any]:
    """Return what a :class:`~sumun.server.listener.Listener` needs for TLS; nothing without it.

    A client may show a certificate where ``oauth.client_ca_file`` says who vouches for clients.
    One that nobody there vouches for ends the handshake: a certificate that a client signed itself
    takes a proxy, which hands it over unverified.
    """
    server = config.server
    if not server.tls_certificate:
        return {}
    options: dict[str, Any] = {
        "ssl_certfile": server.tls_certificate,
        "ssl_keyfile": server.tls_key,
        "ssl_context_factory": _context,
    }
    if config.oauth.client_ca_file:
        options |= {
            "ssl_cert_reqs": ssl.CERT_OPTIONAL,
            "ssl_ca_certs": config.oauth.client_ca_file,
        }
    return options


def _context(_: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    try:
        context = make()
    except OSError as error:
        problem = "no certificate in PEM, or not its key"
        if not isinstance(error, ssl.SSLError):
            problem = f"cannot be read: {error.strerror}"
        files = "server.tls_certificate, server.tls_key or oauth.client_ca_file"
        raise ConfigurationError(f"{files}: {problem}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(_ALPN)
    return context

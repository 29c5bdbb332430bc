"""The certificate a client showed when it connected (RFC 8705), here or at a trusted proxy."""

import base64
import binascii
import hashlib
import ssl
from typing import Final
from urllib.parse import unquote

from starlette.types import Scope

from sumun.config import Config, ServerConfig
from sumun.keys.algorithms import base64url
from sumun.proof.proxies import TrustedProxies

_LENGTH_LIMIT: Final = 16 * 1024
_PEM: Final = "-----BEGIN CERTIFICATE-----"


def certificate_thumbprint(der: bytes) -> str:
    """Return ``x5t#S256`` of a certificate (RFC 8705 §3.1)."""
    return base64url(hashlib.sha256(der).digest())


def takes_certificates(config: Config) -> bool:
    """Say whether the certificate of a client can reach this server at all."""
    here = config.server.tls_certificate and config.oauth.client_ca_file
    return bool(here or config.server.client_certificate_header)


class ClientCertificates:
    """Finds the certificate of a request.

    It is that of the TLS connection, which the server protocol hands over in the scope. Where a
    proxy ends TLS it is in a header field, which is believed from the configured addresses only:
    from everybody else it is a text anybody can write.

    Parameters
    ----------
    server:
        Names the proxies and the field.

    """

    def __init__(self, server: ServerConfig) -> None:
        self._field = server.client_certificate_header.lower().encode("latin-1")
        self._proxies = TrustedProxies(server.trusted_proxies)

    def of(self, scope: Scope) -> bytes | None:
        """Return the certificate as DER; ``None`` if there is none, or none that can be read."""
        tls = scope.get("extensions", {}).get("tls")
        if tls is not None and tls.get("client_cert_der"):
            der: bytes = tls["client_cert_der"]
            return der
        if not self._field or not self._proxies.sent(scope):
            return None
        values = [value for name, value in scope["headers"] if name == self._field]
        return _read(values[0]) if len(values) == 1 else None


def _read(value: bytes) -> bytes | None:
    """Read the forms proxies send: RFC 9440 §2.1, or PEM with percent-encoding (nginx)."""
    if len(value) > _LENGTH_LIMIT:
        return None
    text = value.decode("latin-1").strip()
    try:
        if text.startswith(":") and text.endswith(":"):
            return base64.b64decode(text[1:-1], validate=True)
        pem = unquote(text)
        return ssl.PEM_cert_to_DER_cert(pem) if pem.startswith(_PEM) else None
    except (binascii.Error, ValueError):
        return None

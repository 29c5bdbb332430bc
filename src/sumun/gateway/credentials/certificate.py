"""The gateway's certificate, and whose word for the server's it takes (RFC 8446 §4.4)."""

import ssl

from sumun.config import ConfigurationError, UpstreamConfig


def tls_of(name: str, definition: UpstreamConfig) -> ssl.SSLContext | None:
    """Return how TLS to a server is made; ``None`` for the usual.

    Raises
    ------
    ConfigurationError
        If a file cannot be used; it names the setting.

    """
    if not (definition.tls_certificate or definition.tls_authorities):
        return None
    at = f"servers.{name}"
    try:
        context = ssl.create_default_context(cafile=definition.tls_authorities or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"{at}.tls_authorities: {_said(error)}") from None
    if definition.tls_certificate:
        try:
            context.load_cert_chain(definition.tls_certificate, definition.tls_key)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"{at}.tls_certificate, tls_key: {_said(error)}") from None
    return context


def _said(error: OSError) -> str:
    return (
        "the files hold no PEM that fits together"
        if isinstance(error, ssl.SSLError)
        else (error.strerror or "cannot be read")
    )

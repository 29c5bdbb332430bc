"""``tls_client_auth`` and ``self_signed_tls_client_auth``: the certificate of the connection."""

import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509 import verification

from sumun.oauth.client_authentication.method import Credentials, bare_client_id
from sumun.oauth.client_keys import ClientKeys
from sumun.oauth.clients import Client, ClientMetadata
from sumun.oauth.form import FormRequest

_PERMIT: Final = verification.ExtensionPolicy.permit_all()
_CA: Final = verification.ExtensionPolicy.webpki_defaults_ca()


def _read(request: FormRequest) -> Credentials | None:
    client_id = bare_client_id(request)
    if not client_id or request.certificate is None:
        return None
    return Credentials(client_id, certificate=request.certificate)


class TlsClientAuth:
    """A certificate an authority vouches for, with the name the client registered (RFC 8705 §2.1).

    The chain is verified here, whatever the proxy that ended TLS may have done.

    Parameters
    ----------
    authorities:
        Whose certificates are believed.
    clock:
        Unix seconds.

    """

    name = "tls_client_auth"
    implicit = True

    def __init__(self, authorities: Sequence[x509.Certificate], clock: Callable[[], float]) -> None:
        self._store = verification.Store(list(authorities))
        self._clock = clock

    def read(self, request: FormRequest) -> Credentials | None:
        """Read ``client_id`` and the certificate."""
        return _read(request)

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Check the chain, then the name."""
        certificate = _load(credentials.certificate)
        if certificate is None or not self._is_vouched_for(certificate):
            return False
        return client is not None and _is_named(certificate, client.metadata)

    def _is_vouched_for(self, certificate: x509.Certificate) -> bool:
        verifier = (
            verification.PolicyBuilder()
            .store(self._store)
            .time(datetime.fromtimestamp(self._clock(), UTC))
            .extension_policies(ca_policy=_CA, ee_policy=_PERMIT)
            .build_client_verifier()
        )
        try:
            verifier.verify(certificate, [])
        except verification.VerificationError:
            return False
        return True


class SelfSignedTlsClientAuth:
    """A certificate the client registered itself, in ``x5c`` of its keys (RFC 8705 §2.2).

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    name = "self_signed_tls_client_auth"
    implicit = True

    def __init__(self, keys: ClientKeys, clock: Callable[[], float]) -> None:
        self._keys = keys
        self._clock = clock

    def read(self, request: FormRequest) -> Credentials | None:
        """Read ``client_id`` and the certificate."""
        return _read(request)

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Look for the certificate among those registered."""
        certificate = _load(credentials.certificate)
        if client is None or certificate is None:
            return False
        now = datetime.fromtimestamp(self._clock(), UTC)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return False
        return await self._keys.has_certificate(client, credentials.certificate)


def _load(der: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(der)
        # Parts are parsed when they are asked for: what cannot be is no certificate.
        _ = certificate.subject, certificate.extensions, certificate.public_key()
    except Exception:  # noqa: BLE001 - whatever it is that cannot be read, it proves nothing
        return None
    return certificate


def _is_named(certificate: x509.Certificate, metadata: ClientMetadata) -> bool:
    """Say whether the certificate has the one name that is registered, to the letter.

    RFC 8705 §2.1.2: a client is registered with exactly one of these.
    """
    registered = [
        (names, expected)
        for names, expected in (
            (_subject, metadata.tls_client_auth_subject_dn),
            (_dns, metadata.tls_client_auth_san_dns),
            (_uri, metadata.tls_client_auth_san_uri),
        )
        if expected
    ]
    if len(registered) != 1:
        return False
    names, expected = registered[0]
    return any(hmac.compare_digest(name.encode(), expected.encode()) for name in names(certificate))


def _subject(certificate: x509.Certificate) -> list[str]:
    return [certificate.subject.rfc4514_string()]


def _dns(certificate: x509.Certificate) -> list[str]:
    return _alternative(certificate, x509.DNSName)


def _uri(certificate: x509.Certificate) -> list[str]:
    return _alternative(certificate, x509.UniformResourceIdentifier)


def _alternative(
    certificate: x509.Certificate,
    kind: type[x509.DNSName] | type[x509.UniformResourceIdentifier],
) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return list(found.value.get_values_for_type(kind))

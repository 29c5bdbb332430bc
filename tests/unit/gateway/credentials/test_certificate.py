"""The gateway's certificate, shown to a server that wants to see one."""

import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from tests.unit.gateway.credentials.conftest import send
from tests.unit.gateway.credentials.partner import running

from sumun.config import ConfigurationError
from sumun.gateway.upstreams.upstream import UpstreamFailed


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """An authority, and certificates of it for the server and for the gateway."""
    directory = tmp_path_factory.mktemp("certificates")
    key, authority = made("authority", None, None)
    write(directory / "authority.pem", authority)
    for name in ("localhost", "gateway"):
        own, certificate = made(name, key, authority)
        write(directory / f"{name}.pem", certificate)
        (directory / f"{name}.key").write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return directory


def made(name, signer, authority):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(key_id, critical=False)
        .sign(signer or key, SHA256())
    )
    return key, certificate


def write(path, certificate):
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def server(files):
    with running(
        ssl_certfile=str(files / "localhost.pem"),
        ssl_keyfile=str(files / "localhost.key"),
        ssl_ca_certs=str(files / "authority.pem"),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
    ) as partner:
        yield partner


@pytest.fixture
def upstream(way, server, files):
    def make(**settings):
        return way.upstream(
            server.url, tls_authorities=str(files / "authority.pem"), authorization="k", **settings
        )

    return make


async def test_the_certificate_opens_the_door(upstream, server, files):
    shown = upstream(tls_certificate=str(files / "gateway.pem"), tls_key=str(files / "gateway.key"))
    assert await send(shown) == 200
    assert server.calls[-1]["authorization"] == "k"


async def test_without_it_the_door_is_shut(upstream, server):
    server.reset()
    with pytest.raises(UpstreamFailed):
        await send(upstream())
    assert server.calls == []


async def test_a_server_nobody_vouches_for_is_shown_nothing(way, server, files):
    server.reset()
    with pytest.raises(UpstreamFailed):
        await send(way.upstream(server.url, authorization="k"))
    assert server.calls == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"tls_authorities": "/nothing"}, "servers.crm.tls_authorities"),
        ({"tls_certificate": "/nothing", "tls_key": "/nothing"}, "servers.crm.tls_certificate"),
    ],
    ids=["authorities", "certificate"],
)
def test_what_cannot_be_read_is_named(way, settings, named):
    with pytest.raises(ConfigurationError, match=named):
        way.upstream("https://localhost/mcp", **settings)

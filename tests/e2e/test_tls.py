"""TLS that ends at Sumun itself: certificates of clients, and tokens bound to them (RFC 8705)."""

import datetime as dt
import ipaddress
import socket
import ssl
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

CLIENT = "agent"


class Issued(NamedTuple):
    """A certificate and its key, in files."""

    certificate: str
    key: str


def issue(directory, name, authority=None, *, ca=False):
    """Write a certificate by ``authority`` (itself, if there is none)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer_key, signer = authority or (key, subject)
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()),
            critical=False,
        )
    )
    if ca:
        no = dict.fromkeys(
            [
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ],
            False,
        )
        usage = x509.KeyUsage(**no, key_cert_sign=True, crl_sign=True)
        builder = builder.add_extension(usage, critical=True)
    else:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    issued = Issued(str(directory / f"{name}.pem"), str(directory / f"{name}.key"))
    certificate = builder.sign(signer_key, SHA256())
    Path(issued.certificate).write_bytes(certificate.public_bytes(Encoding.PEM))
    Path(issued.key).write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return issued, (key, subject)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """The certificates of this world: the server's, a client's, another's, and two strangers'."""
    directory = tmp_path_factory.mktemp("papers")
    authority, signer = issue(directory, "authority", ca=True)
    _, stranger = issue(directory, "stranger", ca=True)
    return {
        "authority": authority,
        "server": issue(directory, "server", signer)[0],
        "agent": issue(directory, CLIENT, signer)[0],
        "other": issue(directory, "other", signer)[0],
        "stranger": issue(directory, "from-a-stranger", stranger)[0],
        "self": issue(directory, "self-signed")[0],
    }


@pytest.fixture(scope="module")
def home(at_home, papers):
    home = at_home(
        "tls",
        SUMUN_SERVER__TLS_CERTIFICATE=papers["server"].certificate,
        SUMUN_SERVER__TLS_KEY=papers["server"].key,
        SUMUN_OAUTH__CLIENT_CA_FILE=papers["authority"].certificate,
    )
    home.url = home.environ["SUMUN_ISSUER"] = home.url.replace("http:", "https:")
    home.verify = ssl.create_default_context(cafile=papers["authority"].certificate)
    with home.running():
        command = [
            "client",
            "add",
            CLIENT,
            "--tls-subject",
            f"CN={CLIENT}",
            "--require",
            "certificate",
        ]
        home.client_id = home.command(*command, "--scope", "mcp.access")["client_id"]
        yield home


@pytest.fixture
def connect(home, papers):
    def as_(name=""):
        context = ssl.create_default_context(cafile=papers["authority"].certificate)
        if name:
            context.load_cert_chain(*papers[name])
        return httpx2.Client(base_url=home.url, verify=context, trust_env=False)

    return as_


@pytest.fixture
def token(home, connect):
    def ask(name):
        with connect(name) as http:
            form = {"grant_type": "client_credentials", "client_id": home.client_id}
            return http.post("/oauth2/token", data=form)

    return ask


def test_who_shows_no_certificate_is_served_too(home, connect):
    with connect() as http:
        metadata = http.get("/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == home.url
    assert "tls_client_auth" in metadata["token_endpoint_auth_methods_supported"]


def test_a_token_is_for_the_certificate_it_was_asked_with(token, connect):
    answer = token("agent")
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    found = {}
    for name in ("agent", "other", ""):
        with connect(name) as http:
            found[name] = [http.get("/hello", headers=bearer).status_code for _ in range(2)]
    assert found == {"agent": [200, 200], "other": [401, 401], "": [401, 401]}


@pytest.mark.parametrize("name", ["other", ""])
def test_another_certificate_or_none_is_another_client(token, name):
    answer = token(name)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("name", ["stranger", "self"])
def test_a_certificate_nobody_vouches_for_ends_the_handshake(token, name):
    with pytest.raises(httpx2.TransportError):
        token(name)


def test_a_header_is_no_certificate(home, connect, papers):
    pem = Path(papers["agent"].certificate).read_text().replace("\n", "%0A").replace(" ", "%20")
    form = {"grant_type": "client_credentials", "client_id": home.client_id}
    with connect() as http:
        for field in ("Client-Cert", "X-SSL-Client-Cert", "ssl-client-cert"):
            answer = http.post("/oauth2/token", data=form, headers={field: pem})
            assert answer.status_code == 401


def test_plain_http_is_not_answered(home):
    with pytest.raises(httpx2.TransportError):
        httpx2.get(home.url.replace("https:", "http:"), trust_env=False)


def test_a_handshake_that_does_not_end_holds_nobody_up(home, connect):
    host, port = "127.0.0.1", int(home.url.rpartition(":")[2])
    with socket.create_connection((host, port)) as slow:
        slow.sendall(b"\x16\x03\x01")
        with connect() as http:
            assert http.get("/readyz").status_code == 200

"""A server on each backend for the clients of others: the sample server behind its gateway, one
person who agrees to everything, and a policy that wants more of those who export.
"""

import json
import shutil
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from jwcrypto import jwk
from tests.e2e.conftest import NPM_CI

WANTED = Path(__file__).parent / "node"
PERSON = "minjun"
PASSWORD = "correct horse battery staple"
SETTINGS = """
[oauth.trusted_issuers.enterprise]
issuer = "{issuer}"
keys = "{keys}"
"""
POLICY = """
version = 1

[[access]]
name = "exports need contact data to be granted"
tool = "export_customers"
scope = "pii:contact"
allow = true

[[access]]
name = "nobody else exports"
tool = "export_customers"
allow = false

[[approval]]
name = "notes are written with somebody's word"
tool = "add_note"
approver = "caller"
"""


class Documents(NamedTuple):
    """An https server for what clients publish; ``pages`` maps paths to JSON documents."""

    url: str
    authority: Path
    pages: dict[str, Any]

    def publish(self, path: str, **members: Any) -> str:
        """Publish a client's metadata; return where, which is its identifier."""
        self.pages[path] = {"client_id": self.url + path, **members}
        return self.url + path


class IdentityProvider(NamedTuple):
    """Where the people of an enterprise sign in: it agrees to everything, too."""

    key: ec.EllipticCurvePrivateKey
    keys: str
    issuer: str = "https://idp.example.com"

    def agree(self, client_id: str, audience: str, resource: str, scope: str) -> str:
        """Return an ID-JAG for the server ``audience``."""
        claims = {
            "iss": self.issuer,
            "sub": PERSON,
            "aud": audience,
            "client_id": client_id,
            "resource": resource,
            "scope": scope,
            "jti": uuid.uuid4().hex,
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
        }
        return jwt.encode(claims, self.key, "ES256", headers={"typ": "oauth-id-jag+jwt"})


class Running(NamedTuple):
    """The server as its clients see it, and the command line to it."""

    url: str
    mcp: str
    command: Callable[..., dict[str, Any]]
    documents: Documents
    identity_provider: IdentityProvider


class Node(NamedTuple):
    """Node.js, and the directory in which its packages are installed."""

    program: str
    packages: Path

    def run(self, script: str, given: dict[str, Any]) -> Any:
        """Run a script of ours among the packages; return what it prints."""
        done = subprocess.run(
            [self.program, "--input-type=module", "-", json.dumps(given)],
            cwd=self.packages,
            input=(WANTED / script).read_text(encoding="utf-8"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def node(install_once) -> Node:
    """Return Node with the clients that run on it, installed once for all runs; never skips."""
    files = [WANTED / name for name in ("package.json", "package-lock.json", ".npmrc")]
    packages = install_once("node-clients", files, NPM_CI)
    # The suite wants a newer Node than distributions have, so there is one among the packages.
    program = next(packages.glob("node_modules/node-*/bin/node"), None) or shutil.which("node")
    return Node(str(program), packages)


@pytest.fixture(scope="session")
def sample() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sumun.sample"], stdout=subprocess.PIPE, text=True
    )
    yield json.loads(process.stdout.readline())["url"]
    process.kill()
    process.stdout.close()
    process.wait()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('store') / 'sumun.db'}"
        return
    with request.getfixturevalue("postgres_schema")() as url:
        yield url


@pytest.fixture(scope="session")
def identity_provider(documents) -> IdentityProvider:
    key = ec.generate_private_key(ec.SECP256R1())
    public = jwk.JWK.from_pyca(key.public_key()).export_public(as_dict=True)
    documents.pages["/idp/jwks.json"] = {"keys": [public]}
    return IdentityProvider(key, f"{documents.url}/idp/jwks.json")


@pytest.fixture(scope="session")
def server(store, sample, documents, identity_provider, at_home) -> Iterator[Running]:
    home = at_home(
        "clients",
        SUMUN_STORAGE__URL=store,
        SUMUN_OAUTH__AUTO_APPROVE=PERSON,
        # What is trusted beside the authorities of the system.
        SSL_CERT_FILE=str(documents.authority),
    )
    settings = SETTINGS.format(issuer=identity_provider.issuer, keys=identity_provider.keys)
    (home.directory / "sumun.toml").write_text(settings, encoding="utf-8")
    data = home.directory / "data"
    data.mkdir()
    (data / "policy.toml").write_text(POLICY, encoding="utf-8")
    home.command("user", "add", PERSON, stdin=PASSWORD + "\n")
    home.command("server", "add", "customers", sample)
    with home.running():
        yield Running(
            url=home.url,
            mcp=f"{home.url}/mcp/customers",
            command=home.command,
            documents=documents,
            identity_provider=identity_provider,
        )


@pytest.fixture(scope="session")
def documents(tmp_path_factory) -> Iterator[Documents]:
    directory = tmp_path_factory.mktemp("documents")
    authority, chain = _certificates(directory)
    pages: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            body = json.dumps(page).encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    yield Documents(f"https://localhost:{listener.server_port}", authority, pages)
    listener.shutdown()
    thread.join()
    listener.server_close()


def _certificates(directory: Path) -> tuple[Path, Path]:
    """Make an authority nobody else knows, and a certificate of it for this machine."""
    now = datetime.now(UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])

    def certificate(name: str, public: ec.EllipticCurvePublicKey, *, ca: bool):
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
                ),
                critical=False,
            )
            .sign(authority_key, hashes.SHA256())
        )

    pem = serialization.Encoding.PEM
    authority, chain = directory / "authority.pem", directory / "localhost.pem"
    authority.write_bytes(
        certificate("Test authority", authority_key.public_key(), ca=True).public_bytes(pem)
    )
    chain.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate("localhost", key.public_key(), ca=False).public_bytes(pem)
    )
    return authority, chain

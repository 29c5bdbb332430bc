"""A client's own web server on loopback, and a DNS that says what a test wants.

127.0.0.1 stands for the public Internet here; every other special address stays what it is.
"""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from sumun.oauth.fetch import Fetcher

HOST = "client.example"
REDIRECT = "http://127.0.0.1/callback"


class Author:
    """Whoever publishes a client's document: says what is served, and sees what was fetched."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[str] = []
        self.resolved: list[str] = []
        self.addresses: list[list[str]] = [["127.0.0.1"]]
        self.status = "200 OK"
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.document: dict[str, Any] = {
            "client_id": ...,
            "client_name": "An agent",
            "redirect_uris": [REDIRECT],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        }
        self.delay = 0.0

    @property
    def client_id(self) -> str:
        return f"https://{HOST}:{self.port}/client.json"

    async def resolve(self, host: str, _port: int) -> list[str]:
        self.resolved.append(host)
        return self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]

    async def __call__(self, reader: Any, writer: Any) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            await asyncio.sleep(self.delay)
            body = self.body if self.body is not None else self._encode(head.split(" ")[1])
            named = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            lines = "".join(f"{k}: {v}\r\n" for k, v in (named | self.headers).items() if v)
            writer.write(f"HTTP/1.1 {self.status}\r\n{lines}\r\n".encode() + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _encode(self, path: str) -> bytes:
        own = {"client_id": f"https://{HOST}:{self.port}{path}"}
        members = {name: value for name, value in self.document.items() if value is not ...}
        return msgspec.json.encode(own | members)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(autouse=True)
def author(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Author]:
    """The author; the server under test reaches nobody else."""
    author = Author()

    def reach(**_options: Any) -> Fetcher:
        trust = ssl.create_default_context(cafile=str(certificate))
        here = (IPv4Network("127.0.0.1/32"),)
        return Fetcher(resolve=author.resolve, allowed=here, tls=trust, patience=0.5)

    monkeypatch.setattr("sumun.oauth.known_clients.Fetcher", reach)
    return author


@pytest.fixture(autouse=True)
async def publish(author: Author, certificate: Path) -> AsyncIterator[None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = await asyncio.start_server(author, "127.0.0.1", 0, ssl=context)
    author.port = listening.sockets[0].getsockname()[1]
    yield
    listening.close()


@pytest.fixture
def ask(author: Author) -> Any:
    """Send a browser to the authorization endpoint, as the client at this identifier would."""

    async def send(system: Any, client_id: str | None = None, **parameters: str) -> Any:
        asked = {
            "response_type": "code",
            "client_id": author.client_id if client_id is None else client_id,
            "redirect_uri": "http://127.0.0.1:51004/callback",
            "scope": "mcp.access",
            "state": "s",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        }
        return await system.http.get("/oauth2/authorize", params=asked | parameters)

    return send

"""Servers on loopback with a certificate of their own, and a DNS that says what a test wants."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from sumun.oauth.fetch import Fetcher

HOST = "client.example"
HERE = (IPv4Network("127.0.0.1/32"),)
"""What stands for the public Internet in these tests."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body=b"{}", status="200 OK", **headers):
    """The bytes of an HTTP answer."""
    named = {"content-type": "application/json", "content-length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}connection: close\r\n\r\n".encode() + body


class Server:
    """Answers every connection alike, and remembers what it was asked."""

    def __init__(self, reply: bytes | Handler) -> None:
        self.reply = reply
        self.requests: list[bytes] = []
        self.port = 0

    async def __call__(self, reader, writer) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            if callable(self.reply):
                await self.reply(reader, writer)
            else:
                writer.write(self.reply)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def url(self, path: str = "/client.json", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"


class Dns:
    """Answers each question with the next of the prepared answers; the last one repeats."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers) or [["127.0.0.1"]]
        self.asked: list[str] = []

    async def __call__(self, host, _port):
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A self-signed certificate for the hosts of these tests, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(HOST), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def trust(certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
async def serve(certificate) -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    """Start a TLS server with this reply, at a port of its own."""
    async with AsyncExitStack() as stack:

        async def start(reply: bytes | Handler = b"") -> Server:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server = Server(reply or answer())
            listening = await asyncio.start_server(server, "127.0.0.1", 0, ssl=context)
            stack.callback(listening.close)
            server.port = listening.sockets[0].getsockname()[1]
            return server

        yield start


@pytest.fixture
def fetcher(trust) -> Callable[..., Fetcher]:
    def make(*, resolve=None, allowed=HERE, **options):
        return Fetcher(resolve=resolve or Dns(), allowed=allowed, tls=trust, **options)

    return make

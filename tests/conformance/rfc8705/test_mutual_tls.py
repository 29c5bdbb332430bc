"""RFC 8705: certificates as credentials, and tokens bound to them."""

import base64
import datetime as dt
from urllib.parse import quote

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sumun.config import ServerConfig
from sumun.keys.algorithms import ALGORITHMS
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.proof import certificate_thumbprint

PROXY = "10.0.0.1"
NOW = dt.datetime.fromtimestamp(1_800_000_000, dt.UTC)
DAY = dt.timedelta(days=1)


class Identity:
    """A key with a certificate, by itself or by an authority."""

    def __init__(self, name, issuer=None, *, ca=False, start=NOW - DAY, end=NOW + DAY, uri=""):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        signer = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False
            )
        )
        if ca:
            usage = dict.fromkeys(
                (
                    "digital_signature",
                    "content_commitment",
                    "key_encipherment",
                    "data_encipherment",
                    "key_agreement",
                    "encipher_only",
                    "decipher_only",
                ),
                False,
            )
            usage |= {"key_cert_sign": True, "crl_sign": True}
            builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        else:
            names = [x509.DNSName(f"{name}.example")]
            names += [x509.UniformResourceIdentifier(uri)] if uri else []
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        self.certificate = builder.sign(signer.key, SHA256())
        self.der = self.certificate.public_bytes(Encoding.DER)
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def jwk(self):
        public = ALGORITHMS["ES256"].public_jwk(self.key.public_key())
        return {**public, "x5c": [base64.b64encode(self.der).decode()]}

    @property
    def header(self):
        return {"Client-Cert": f":{base64.b64encode(self.der).decode()}:"}


AUTHORITY = Identity("authority", ca=True)
AGENT = Identity("agent", AUTHORITY, uri="spiffe://example/agent")
DN = "CN=agent,O=Example"


@pytest.fixture
async def system(start, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text(AUTHORITY.pem)
    server = ServerConfig(
        trusted_proxies=["10.0.0.0/24", "fd00::1"], client_certificate_header="Client-Cert"
    )
    async with start(server=server, client_ca_file=str(file)) as started:
        yield started


async def register(system, client_id="agent", **metadata):
    metadata.setdefault("scope", "mcp.access")
    metadata.setdefault("token_endpoint_auth_methods", ("tls_client_auth",))
    await system.database.write(
        add_client, Client(client_id=client_id, metadata=ClientMetadata(**metadata))
    )


async def send(system, method, path, *, source=PROXY, **request):
    transport = httpx2.ASGITransport(app=system.app, client=(source, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="https://sumun.example") as http:
        return await http.request(method, path, **request)


async def ask(system, headers=None, source=PROXY, **form):
    form = {"grant_type": "client_credentials", "client_id": "agent", **form}
    return await send(
        system, "POST", "/oauth2/token", source=source, data=form, headers=headers or {}
    )


def assert_invalid_client(response):
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "name",
    [
        {"tls_client_auth_subject_dn": DN},
        {"tls_client_auth_san_dns": "agent.example"},
        {"tls_client_auth_san_uri": "spiffe://example/agent"},
    ],
)
async def test_a_certificate_with_the_registered_name(system, name):
    await register(system, **name)
    assert (await ask(system, AGENT.header)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        pytest.param({"tls_client_auth_subject_dn": "CN=Agent,O=Example"}, id="N33 case"),
        pytest.param({"tls_client_auth_subject_dn": "CN=agent, O=Example"}, id="N33 space"),
        pytest.param({"tls_client_auth_subject_dn": "O=Example,CN=agent"}, id="N33 order"),
        pytest.param({"tls_client_auth_subject_dn": "CN=agent"}, id="N33 part"),
        pytest.param({"tls_client_auth_san_dns": "AGENT.example"}, id="N33 DNS case"),
        pytest.param({"tls_client_auth_san_dns": "example"}, id="N33 DNS parent"),
        pytest.param({"tls_client_auth_san_uri": "spiffe://example/"}, id="N33 URI"),
        pytest.param({}, id="N33 nothing registered"),
        pytest.param(
            {"tls_client_auth_subject_dn": DN, "tls_client_auth_san_dns": "agent.example"},
            id="two names registered",
        ),
    ],
)
async def test_a_certificate_with_another_name(system, name):
    await register(system, **name)
    assert_invalid_client(await ask(system, AGENT.header))


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param(lambda: Identity("agent"), id="N33 self-signed"),
        pytest.param(lambda: Identity("agent", Identity("authority", ca=True)), id="N33 other CA"),
        pytest.param(lambda: Identity("agent", AUTHORITY, end=NOW - DAY / 2), id="expired"),
        pytest.param(lambda: Identity("agent", AUTHORITY, start=NOW + DAY / 2), id="not yet"),
        pytest.param(lambda: Identity("agent", AGENT), id="signed by no authority"),
    ],
)
async def test_a_certificate_nobody_vouches_for(system, identity):
    await register(system, tls_client_auth_subject_dn=DN)
    assert_invalid_client(await ask(system, identity().header))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        ":",
        "::",
        ":AAAA:",
        ":%%:",
        "-----BEGIN%20CERTIFICATE-----",
        ":" + "A" * 20_000 + ":",
    ],
)
async def test_n33_what_is_no_certificate(system, value):
    await register(system, tls_client_auth_subject_dn=DN)
    assert_invalid_client(await ask(system, {"Client-Cert": value}))


async def test_n33_no_certificate(system):
    await register(system, tls_client_auth_subject_dn=DN)
    assert_invalid_client(await ask(system))


@pytest.mark.parametrize("source", ["10.0.1.1", "127.0.0.1", "fd00::2", "unix", ""])
async def test_n33_the_header_of_a_stranger_is_not_read(system, source):
    await register(system, tls_client_auth_subject_dn=DN)
    assert_invalid_client(await ask(system, AGENT.header, source=source))
    assert_invalid_client(await ask(system, {"X-Client-Cert": AGENT.header["Client-Cert"]}))


async def test_without_configuration_the_header_is_nobody_s(start):
    async with start() as system:
        await register(
            system,
            token_endpoint_auth_methods=("self_signed_tls_client_auth",),
            jwks={"keys": [AGENT.jwk]},
        )
        assert_invalid_client(await ask(system, AGENT.header))
        document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
        assert "tls_client_auth" not in document["token_endpoint_auth_methods_supported"]


async def test_the_header_sent_twice_is_no_certificate(system):
    await register(system, tls_client_auth_subject_dn=DN)
    twice = [*AGENT.header.items(), *AGENT.header.items()]
    assert_invalid_client(await ask(system, twice))


async def test_pem_as_nginx_escapes_it(system):
    await register(system, tls_client_auth_subject_dn=DN)
    assert (await ask(system, {"Client-Cert": quote(AGENT.pem)})).status_code == 200


async def test_a_certificate_is_not_needed_by_others(system):
    assert (
        await ask(system, AGENT.header, client_id="mcp-client", client_secret="secret")
    ).is_success


async def test_another_method_than_the_registered_one(system):
    await register(system, token_endpoint_auth_methods=("client_secret_post",))
    assert_invalid_client(await ask(system, AGENT.header))


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        pytest.param(AGENT, 200, id="registered"),
        pytest.param(Identity("agent", AUTHORITY), 401, id="N33 other certificate"),
        pytest.param(Identity("agent"), 401, id="N33 other self-signed"),
    ],
)
async def test_self_signed(system, identity, status):
    """RFC 8705 §2.2."""
    await register(
        system,
        token_endpoint_auth_methods=("self_signed_tls_client_auth",),
        jwks={"keys": [{**AGENT.jwk, "x5c": "x"}, {**AGENT.jwk, "x5c": ["%"]}, AGENT.jwk]},
    )
    assert (await ask(system, identity.header)).status_code == status


async def test_an_expired_self_signed_certificate(system):
    old = Identity("agent", end=NOW - DAY / 2)
    await register(
        system,
        token_endpoint_auth_methods=("self_signed_tls_client_auth",),
        jwks={"keys": [old.jwk]},
    )
    assert_invalid_client(await ask(system, old.header))


async def bound(system):
    await register(
        system,
        tls_client_auth_subject_dn=DN,
        tls_client_certificate_bound_access_tokens=True,
    )
    response = await ask(system, AGENT.header)
    assert response.status_code == 200, response.text
    assert response.json()["token_type"] == "Bearer"
    return response.json()["access_token"]


async def test_a_bound_token_works_with_its_certificate_alone(system):
    """RFC 8705 §3."""
    token = await bound(system)

    async def call(headers, source=PROXY):
        headers = {"Authorization": f"Bearer {token}", **headers}
        return (await send(system, "GET", "/hello", headers=headers, source=source)).status_code

    assert await call(AGENT.header) == 200
    assert await call({}) == 401
    assert await call(Identity("agent", AUTHORITY).header) == 401
    assert await call(AGENT.header, source="192.0.2.1") == 401


async def test_the_binding_is_the_certificate_s_hash(system):
    token = await bound(system)
    form = {"token": token, "client_id": "agent"}
    answer = await send(system, "POST", "/oauth2/introspect", data=form, headers=AGENT.header)
    assert answer.json()["cnf"] == {"x5t#S256": certificate_thumbprint(AGENT.der)}


async def test_a_public_client_may_bind_its_tokens_too(system):
    """RFC 8705 §4."""
    metadata = ClientMetadata(
        token_endpoint_auth_methods=("none",), tls_client_certificate_bound_access_tokens=True
    )
    client = Client(client_id="native", metadata=metadata)
    await system.database.write(add_client, client)
    response = await ask(system, AGENT.header, client_id="native")
    assert response.json()["error"] == "unauthorized_client"  # known, and no client_credentials


async def test_a_client_registered_for_bound_tokens_gets_no_other(system):
    secret = system.server.client_secrets.hash("bound", "secret")
    metadata = ClientMetadata(scope="mcp.access", tls_client_certificate_bound_access_tokens=True)
    await system.database.write(
        add_client, Client(client_id="bound", metadata=metadata, secret_hash=secret)
    )
    form = {"client_id": "bound", "client_secret": "secret"}
    assert (await ask(system, **form)).json()["error"] == "invalid_request"
    assert (await ask(system, AGENT.header, **form)).status_code == 200


async def test_metadata(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    methods = document["token_endpoint_auth_methods_supported"]
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(methods)
    assert document["tls_client_certificate_bound_access_tokens"] is True
    of_resource = (await system.http.get("/.well-known/oauth-protected-resource")).json()
    assert of_resource["tls_client_certificate_bound_access_tokens"] is True


@pytest.mark.parametrize("here", [False, True])
async def test_what_no_certificate_can_reach_is_not_offered(start, tmp_path, here):
    """TLS that ends elsewhere without a word of it, or here, where an authority must vouch."""
    file = tmp_path / "ca.pem"
    file.write_text(AUTHORITY.pem)
    server = ServerConfig(tls_certificate="x.pem", tls_key="x.key") if here else ServerConfig()
    async with start(server=server, client_ca_file=str(file)) as system:
        document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
        methods = document["token_endpoint_auth_methods_supported"]
        assert "self_signed_tls_client_auth" not in methods
        assert ("tls_client_auth" in methods) is here
        assert document["tls_client_certificate_bound_access_tokens"] is here
        of_resource = (await system.http.get("/.well-known/oauth-protected-resource")).json()
        assert of_resource["tls_client_certificate_bound_access_tokens"] is here

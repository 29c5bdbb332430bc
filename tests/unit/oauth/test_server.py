import pytest

from sumun.audit import AuditLog
from sumun.config import Config, ConfigurationError, OAuthConfig, UpstreamConfig
from sumun.keys import SealedFiles, SigningKeyring
from sumun.oauth import AuthorizationServer, Client, ClientMetadata, OAuthError
from sumun.oauth.clients import add_client, disable_client


@pytest.fixture
async def audit(database, root):
    log = AuditLog(database, root.derive("audit"), node="main", sink=None)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
def make(database, root, audit, tmp_path):
    keyring = SigningKeyring.open(SealedFiles(tmp_path / "keys", root))

    def made(**settings):
        settings.setdefault("servers", {"crm": UpstreamConfig(url="http://127.0.0.1:1/mcp")})
        return AuthorizationServer(Config(**settings), database, keyring, audit, root)

    return made


async def test_the_operator_mints_what_the_client_could_have(make, database, audit):
    server = make()
    await database.write(
        add_client, Client(client_id="agent", metadata=ClientMetadata(scope="mcp:crm"))
    )
    answer = await server.mint(client_id="agent", purpose="test")
    assert answer["token_type"] == "Bearer"
    assert answer["scope"] == "mcp:crm"
    (event,) = await audit.tail(1)
    assert event["event_type"] == "token_issued"
    assert event["source"] == "test"
    with pytest.raises(OAuthError) as raised:
        await server.mint(client_id="agent", scope="admin", purpose="test")
    assert raised.value.error == "invalid_scope"
    with pytest.raises(OAuthError):
        await server.mint(client_id="agent", resource="https://evil.example", purpose="test")


async def test_nothing_is_minted_for_unknown_or_disabled_clients(make, database):
    server = make()
    await database.write(add_client, Client(client_id="agent"))
    await database.write(disable_client, "agent", now=1)
    for client_id in ("agent", "unknown"):
        with pytest.raises(OAuthError) as raised:
            await server.mint(client_id=client_id, purpose="test")
        assert raised.value.error == "invalid_client"


def test_known_secrets_work_in_development_only(make):
    development, production = make(mode="development"), make(mode="production")
    stored = development.client_secrets.hash("mcp-client", "secret")
    assert development.client_secrets.verify("mcp-client", stored, "secret")
    assert not production.client_secrets.verify("mcp-client", stored, "secret")


def test_paths_answer_below_the_issuer_s_own_path_too(make):
    server = make(issuer="https://a.example/auth")
    assert {"/oauth2/token", "/auth/oauth2/token"} <= server.client_endpoints().keys()
    paths = {route.path for route in server.routes()}
    assert {"/auth/oauth2/token", "/auth/.well-known/jwks.json"} <= paths


def test_authorities_that_cannot_be_read_stop_the_start(make, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for file, problem in ((tmp_path / "none.pem", "cannot be read"), (empty, "no certificate")):
        with pytest.raises(ConfigurationError, match=problem):
            make(oauth=OAuthConfig(client_ca_file=str(file)))

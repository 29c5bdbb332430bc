"""A whole system behind its HTTP surface; the tests see nothing else of it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.conformance.browser import Browser, settle

from sumun.audit import AuditLog
from sumun.config import Config, OAuthConfig, PeopleConfig, ServerConfig, UpstreamConfig
from sumun.console import Console, LogoutPages, ProblemPage
from sumun.keys import RootSecret, SealedFiles, SigningKeyring
from sumun.oauth import AuthorizationServer, Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.oauth.metadata import issuer_path
from sumun.oauth.revocation import revoke_token
from sumun.proof import takes_certificates
from sumun.resource import BearerVerifier, Challenged, ProtectedResources
from sumun.storage import connect

ISSUER = "https://sumun.example"
CLIENT = {"client_id": "mcp-client", "client_secret": "secret"}
CLIENTS = {
    "mcp-client": ("secret", ClientMetadata(scope="mcp.access mcp:* audit:read")),
    "basic-only": (
        "secret",
        ClientMetadata(scope="mcp.access", token_endpoint_auth_methods=("client_secret_basic",)),
    ),
    "a:b %c+d": ("p%ss w+rd:ä", ClientMetadata(scope="mcp.access")),
    "no-grant": ("secret", ClientMetadata(scope="mcp.access", grant_types=())),
    "crm-only": (
        "secret",
        ClientMetadata(scope="mcp:crm", resources=(f"{ISSUER}/mcp/crm",)),
    ),
    "public": (None, ClientMetadata(scope="mcp.access", token_endpoint_auth_methods=("none",))),
    "disabled": ("secret", ClientMetadata(scope="mcp.access")),
}


class Clock:
    """Unix seconds that move when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class System:
    """What a test may do: send requests, move the clock, operate."""

    def __init__(self, config: Config, directory: Path) -> None:
        root = RootSecret(b"a root secret for tests")
        self.config = config
        self.root = root
        self.clock = Clock()
        self.files = SealedFiles(directory / "keys", root)
        self.keyring = SigningKeyring.open(self.files, config.oauth.signing_alg, self.clock)
        self.database = connect(f"sqlite:///{directory / 'sumun.db'}")
        self.audit = AuditLog(
            self.database, root.derive("audit"), node="main", sink=None, clock=self.clock
        )
        self.server = AuthorizationServer(
            config,
            self.database,
            self.keyring,
            self.audit,
            root,
            clock=self.clock,
            problem_page=ProblemPage(issuer_path(config.issuer)),
            logout_pages=LogoutPages(issuer_path(config.issuer)),
        )
        self.console = Console(config, self.server.people, root)
        self.verifier = BearerVerifier(
            config,
            keyring=self.keyring,
            database=self.database,
            audit=self.audit,
            covers=self.server.hierarchy.covers,
            clock=self.clock,
        )
        self.http: httpx2.AsyncClient

    async def open(self) -> None:
        await self.database.open()
        await self.audit.open()
        for client_id, (secret, metadata) in CLIENTS.items():
            hashed = secret and self.server.client_secrets.hash(client_id, secret)
            client = Client(
                client_id=client_id,
                metadata=metadata,
                secret_hash=hashed,
                disabled_at=1 if client_id == "disabled" else None,
            )
            await self.database.write(add_client, client)

    async def close(self) -> None:
        self.server.people.close()
        await self.server.traces.close()
        await self.audit.close()
        await self.database.close()

    def application(self) -> Starlette:
        resources = ProtectedResources(
            self.config.issuer,
            self.config.servers.__contains__,
            takes_certificates=takes_certificates(self.config),
        )
        application = Starlette(
            routes=[
                *self.server.routes(),
                *self.console.routes(),
                *resources.routes(),
                Route("/hello", self._protected("", ("mcp.access",)), methods=["GET", "POST"]),
                Route("/mcp/crm", self._protected("/mcp/crm", ()), methods=["GET"]),
            ]
        )
        application.router.redirect_slashes = False
        return application

    def _protected(self, path: str, scopes: tuple[str, ...]) -> Any:
        audience = self.config.issuer + path if path else self.config.default_audience

        async def endpoint(request: Request) -> Response:
            try:
                principal = await self.verifier.verify(request.scope, audience, scopes)
            except Challenged as challenged:
                answer = Response(challenged.body, challenged.status)
                answer.raw_headers.extend(challenged.headers)
                return answer
            return JSONResponse({"client_id": principal.client_id})

        return endpoint

    async def ask(self, **parameters: str) -> httpx2.Response:
        """Ask for a token as ``mcp-client``."""
        form = {"grant_type": "client_credentials", **CLIENT, **parameters}
        return await self.http.post("/oauth2/token", data=form)

    async def token(self, **parameters: str) -> str:
        response = await self.ask(**parameters)
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    async def call(self, token: str, path: str = "/hello") -> httpx2.Response:
        return await self.http.get(path, headers={"Authorization": f"Bearer {token}"})

    async def revoke(self, token_id: str) -> None:
        await self.database.write(
            revoke_token, token_id, expires_at=2_000_000_000, now=int(self.clock())
        )

    async def events(self, event_type: str) -> list[dict[str, Any]]:
        return [e for e in await self.audit.tail(1000) if e["event_type"] == event_type]


Start = Callable[..., contextlib.AbstractAsyncContextManager[System]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a system with another configuration than the usual one."""

    @contextlib.asynccontextmanager
    async def started(
        issuer: str = ISSUER,
        server: ServerConfig | None = None,
        people: PeopleConfig | None = None,
        **oauth: Any,
    ) -> AsyncIterator[System]:
        config = Config(
            mode="development",
            issuer=issuer,
            data_dir=str(tmp_path),
            server=server or ServerConfig(),
            oauth=OAuthConfig(**oauth),
            people=people or PeopleConfig(),
            servers={"crm": UpstreamConfig(url="http://127.0.0.1:1/mcp")},
        )
        system = System(config, tmp_path)
        await system.open()
        system.app = system.application()
        transport = httpx2.ASGITransport(app=system.app)
        try:
            async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
                system.http = http
                yield system
        finally:
            await system.close()

    return started


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as started:
        yield started


@pytest.fixture
async def people(system: System) -> System:
    """A system that a person and applications are registered with."""
    await settle(system)
    return system


@pytest.fixture
async def browser(people: System) -> AsyncIterator[Browser]:
    """Where nobody is signed in yet."""
    opened = Browser(people)
    async with opened.http:
        yield opened

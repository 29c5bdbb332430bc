"""The authorization server: its parts put together."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.routing import Route

from sumun.audit import AuditLog
from sumun.config import KNOWN_SECRETS, Config
from sumun.cross_origin import cross_origin
from sumun.keys import RootSecret, SigningKeyring
from sumun.oauth.access_tokens import AccessTokens
from sumun.oauth.assertions import Assertions
from sumun.oauth.authorization.endpoint import ProblemPage
from sumun.oauth.authorization.problem import plain_problem_page
from sumun.oauth.authorization.reader import PROTOCOL_SCOPES
from sumun.oauth.authorization.unpacker import Unpacker
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_endpoints import ClientEndpoints
from sumun.oauth.client_keys import ClientKeys
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.errors import OAuthError
from sumun.oauth.errors_page import errors_page
from sumun.oauth.fetch import Fetcher
from sumun.oauth.grants.client_credentials import ClientCredentials
from sumun.oauth.grants.exchanges import exchanging_grants
from sumun.oauth.known_clients import KnownClients
from sumun.oauth.metadata import (
    AUTHORIZATION_PATH,
    ERRORS_PATH,
    PUSHED_REQUEST_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
    issuer_path,
    metadata_routes,
    server_metadata,
)
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.openid.logout import LogoutPages
from sumun.oauth.openid.plain_pages import PlainLogoutPages
from sumun.oauth.openid.provider import USERINFO_PATH, OpenIdProvider
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.people import People
from sumun.oauth.registration.endpoint import REGISTRATION_PATH
from sumun.oauth.request_objects import RequestObjects
from sumun.oauth.resources import KnownResources, ResourceRegistry
from sumun.oauth.scopes import ScopeHierarchy
from sumun.oauth.targets import Targets
from sumun.oauth.tools import ToolLists
from sumun.oauth.traces import Traces
from sumun.storage import Database

_FOR_PAGES: Final = {
    TOKEN_PATH: "POST",
    REVOCATION_PATH: "POST",
    PUSHED_REQUEST_PATH: "POST",
    REGISTRATION_PATH: "POST",
    f"{REGISTRATION_PATH}/{{client_id}}": "GET, PUT, DELETE",
    USERINFO_PATH: "GET, POST",
}
"""What applications that are a page in a browser call, and how.

Not what people come to with a browser, and not what only a confidential client may call.
"""


class AuthorizationServer:
    """Everything between a request for a token and the token (RFC 6749, RFC 8414).

    Another grant is one more entry in ``grants``, another endpoint one more route.

    Parameters
    ----------
    clock:
        Unix seconds.
    resources:
        What tokens may be asked for; by default the servers named in the configuration.
    tool_lists:
        Which tools there are to have scopes for; by default nobody knows.
    data_scopes:
        The scopes for data that the policy asks for.
    fetcher:
        How addresses that others chose are reached; by default over the network.
    problem_page:
        What a person sees of an authorization request that may be answered nowhere else.

    """

    def __init__(
        self,
        config: Config,
        database: Database,
        keyring: SigningKeyring,
        audit: AuditLog,
        root_secret: RootSecret,
        *,
        clock: Callable[[], float] = time.time,
        resources: ResourceRegistry | None = None,
        tool_lists: ToolLists | None = None,
        data_scopes: Sequence[str] = (),
        fetcher: Fetcher | None = None,
        problem_page: ProblemPage = plain_problem_page,
        logout_pages: LogoutPages | None = None,
    ) -> None:
        self._config = config
        self._keyring = keyring
        self._data_scopes = data_scopes
        self.hierarchy = ScopeHierarchy(config.scope_hierarchy)
        self.traces = Traces(database, clock)
        audit.subscribe(self.traces.watch)
        self.client_secrets = ClientSecrets(
            root_secret, refused=KNOWN_SECRETS if config.mode == "production" else frozenset()
        )
        self.known_clients = KnownClients(
            config,
            database=database,
            audit=audit,
            hierarchy=self.hierarchy,
            client_secrets=self.client_secrets,
            traces=self.traces,
            clock=clock,
            fetcher=fetcher,
        )
        self.clients = self.known_clients.directory
        self.tokens = AccessTokens(
            issuer=config.issuer,
            lifetime=config.oauth.access_token_ttl,
            data_lifetime=config.reveal.ttl,
            keyring=keyring,
            audit=audit,
            clock=clock,
            signing_algs=config.oauth.resource_signing_algs,
        )
        resources = resources or KnownResources(
            config.issuer, config.default_audience, config.servers.__contains__
        )
        targets = Targets(resources, self.hierarchy, tool_lists)
        self._client_credentials = ClientCredentials(targets, self.tokens)
        id_tokens = IdTokens(
            issuer=config.issuer,
            lifetime=config.oauth.access_token_ttl,
            keyring=keyring,
            clock=clock,
        )
        client_keys = ClientKeys(self.known_clients.key_sets)
        unpacker = Unpacker(
            database,
            RequestObjects(Assertions(clock), client_keys, issuer=config.issuer),
            clock,
        )
        self.people = People(
            config,
            database=database,
            audit=audit,
            clients=self.clients,
            resources=resources,
            targets=targets,
            hierarchy=self.hierarchy,
            tokens=self.tokens,
            root_secret=root_secret,
            clock=clock,
            problem_page=problem_page,
            traces=self.traces,
            unpacker=unpacker,
            id_tokens=id_tokens,
        )
        self.openid = OpenIdProvider(
            config,
            id_tokens=id_tokens,
            people=self.people,
            keyring=keyring,
            database=database,
            audit=audit,
            clients=self.clients,
            fetcher=self.known_clients.fetcher,
            root_secret=root_secret,
            clock=clock,
            problem_page=problem_page,
            logout_pages=logout_pages or PlainLogoutPages(),
        )
        own_tokens = OwnTokens(config.issuer, keyring, database, clock)
        exchanging = exchanging_grants(
            config,
            database=database,
            keyring=keyring,
            audit=audit,
            key_sets=self.known_clients.key_sets,
            targets=targets,
            tokens=self.tokens,
            own_tokens=own_tokens,
            id_tokens=id_tokens,
            clock=clock,
        )
        self._endpoints = ClientEndpoints(
            config,
            database=database,
            keyring=keyring,
            audit=audit,
            clients=self.clients,
            client_secrets=self.client_secrets,
            root_secret=root_secret,
            client_keys=client_keys,
            reader=self.people.reader,
            devices=self.people.devices,
            own_tokens=own_tokens,
            grants=[self._client_credentials, *self.people.grants, *exchanging],
            traces=self.traces,
            clock=clock,
        )

    def metadata(self) -> dict[str, object]:
        """Return the discovery document."""
        return server_metadata(
            issuer=self._config.issuer,
            # Those of servers and tools stand in their own metadata (RFC 9728): a list of all
            # would have no bound, and tell everybody what there is.
            scopes=[*self.hierarchy.names, *self._data_scopes, *PROTOCOL_SCOPES],
            endpoints=(
                self._endpoints.metadata() | self.known_clients.metadata() | self.openid.metadata()
            ),
        )

    async def mint(
        self, *, client_id: str, scope: str = "", resource: str = "", purpose: str
    ) -> dict[str, Any]:
        """Issue a token as the token endpoint would, to a caller that needs no client secret.

        For the operator, who holds the keys anyway; ``purpose`` stands in the record where the
        address of a client would.

        Raises
        ------
        OAuthError
            If the client is unknown or disabled, or may not have what is asked for.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        client = await self.clients.find(client_id)
        if client is None or client.disabled_at is not None:
            raise OAuthError(
                "invalid_client", f"there is no enabled client {client_id}; see sumun client list"
            )
        issued = await self._client_credentials.issue_for(
            client, [resource] if resource else [], scope, purpose
        )
        return issued.to_response()

    def client_endpoints(self) -> dict[str, ClientEndpoint]:
        """Return the endpoints that take a form and answer it in one piece, by path."""
        return {
            form: endpoint
            for path, endpoint in self._endpoints.applications.items()
            for form in self._under_issuer(path)
        }

    def routes(self) -> list[Route]:
        """Return the endpoints, also under the issuer's path if it has one."""
        endpoints: list[tuple[str, Any, list[str] | None]] = [
            *((path, endpoint, None) for path, endpoint in self._endpoints.applications.items()),
            *((path, endpoint, None) for path, endpoint in self.known_clients.applications.items()),
            (AUTHORIZATION_PATH, self.people.endpoint.answer, ["GET", "POST"]),
            *((path, answer, ["GET", "POST"]) for path, answer in self.openid.endpoints.items()),
            (ERRORS_PATH, errors_page, ["GET"]),
        ]
        routes = [
            (path, Route(form, endpoint, methods=methods))
            for path, endpoint, methods in endpoints
            for form in self._under_issuer(path)
        ]
        return [
            cross_origin(route, _FOR_PAGES[path]) if path in _FOR_PAGES else route
            for path, route in routes
        ] + metadata_routes(self.metadata(), self._keyring, self.traces.discovered)

    def _under_issuer(self, path: str) -> list[str]:
        """Return the path as it is, and below the issuer's own path if that is not stripped."""
        return list(dict.fromkeys((path, issuer_path(self._config.issuer) + path)))

"""How clients become known: by the operator, by a document of theirs, or by registering."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.oauth.cimd import ClientDocuments, DocumentTrust
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.fetch import Fetcher
from sumun.oauth.fetch.addresses import LOOPBACK, Network
from sumun.oauth.key_sets import KeySets
from sumun.oauth.metadata import ERRORS_PATH, endpoint_url
from sumun.oauth.registration.endpoint import REGISTRATION_PATH, RegistrationEndpoint
from sumun.oauth.registration.management import Management
from sumun.oauth.registration.offers import offer_to_documents
from sumun.oauth.registration.registrar import Registrar
from sumun.oauth.registration.software_statement import SoftwareStatements
from sumun.oauth.scopes import ScopeHierarchy
from sumun.oauth.throttle import Throttle
from sumun.oauth.traces import Traces
from sumun.storage import Database


class KnownClients:
    """The clients, and the endpoint where they register.

    Parameters
    ----------
    fetcher:
        How addresses that clients chose are reached; by default over the network.

    Raises
    ------
    ConfigurationError
        If the keys of an issuer of software statements cannot be read.

    Attributes
    ----------
    directory:
        Where they are looked up.
    fetcher:
        How addresses that others chose are reached.
    key_sets:
        Where the keys are found that others publish.
    applications:
        Each endpoint by its path.

    """

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        audit: AuditLog,
        hierarchy: ScopeHierarchy,
        client_secrets: ClientSecrets,
        traces: Traces,
        clock: Callable[[], float],
        fetcher: Fetcher | None = None,
    ) -> None:
        self._config = config
        self.fetcher = fetcher or Fetcher(allowed=_reachable(config))
        self.key_sets = KeySets(self.fetcher)
        self._trust = DocumentTrust(config.oauth.cimd.allow, config.oauth.cimd.deny)
        self.directory = ClientDirectory(
            database,
            documents=ClientDocuments(
                database=database,
                audit=audit,
                fetcher=self.fetcher,
                trust=self._trust,
                offer=offer_to_documents(config),
                clock=clock,
            ),
            self_registered_scope=config.oauth.self_registered_scope,
        )
        self.applications: dict[str, ASGIApp] = {}
        if config.registration == "off":
            return
        statements = SoftwareStatements(
            config.oauth.software_statement_issuers,
            self.key_sets,
            audience=config.issuer,
            clock=clock,
        )
        registrar = Registrar(
            config,
            database,
            audit,
            hierarchy=hierarchy,
            client_secrets=client_secrets,
            statements=statements,
            clock=clock,
        )
        management = Management(
            config,
            database,
            audit,
            directory=self.directory,
            hierarchy=hierarchy,
            client_secrets=client_secrets,
            statements=statements,
            clock=clock,
        )
        endpoint = RegistrationEndpoint(
            registrar,
            management,
            audit,
            url=self._url(REGISTRATION_PATH),
            errors_page=self._url(ERRORS_PATH),
            traces=traces,
            # Hosted agents register for many people from one address.
            per_source=Throttle(rate=1, burst=60),
            in_all=Throttle(rate=5, burst=300),
        )
        self.applications[REGISTRATION_PATH] = endpoint
        self.applications[REGISTRATION_PATH + "/{client_id}"] = endpoint

    def metadata(self) -> dict[str, Any]:
        """Return what the discovery document says of them."""
        # draft-ietf-oauth-client-id-metadata-document §6, RFC 8414 §2.
        members: dict[str, Any] = {
            "client_id_metadata_document_supported": self._trust.trusts_any,
        }
        if self.applications:
            members["registration_endpoint"] = self._url(REGISTRATION_PATH)
        return members

    def _url(self, path: str) -> str:
        return endpoint_url(self._config.issuer, path)


def _reachable(config: Config) -> tuple[Network, ...]:
    """Return the networks beside the Internet whose documents are fetched.

    draft-ietf-oauth-client-id-metadata-document §8.6: loopback, while developing, where the server
    itself is.
    """
    here = urlsplit(config.issuer).hostname in {"localhost", "127.0.0.1", "::1"}
    return LOOPBACK if config.mode == "development" and here else ()

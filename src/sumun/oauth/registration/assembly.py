"""Registration put together."""

from collections.abc import Callable

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import ClientDirectory
from sumun.oauth.key_sets import KeySets
from sumun.oauth.registration.endpoint import RegistrationEndpoint
from sumun.oauth.registration.management import Management
from sumun.oauth.registration.registrar import Registrar
from sumun.oauth.registration.software_statement import SoftwareStatements
from sumun.oauth.scopes import ScopeHierarchy
from sumun.oauth.throttle import Throttle
from sumun.storage import Database


def registration_endpoint(
    config: Config,
    database: Database,
    audit: AuditLog,
    *,
    directory: ClientDirectory,
    hierarchy: ScopeHierarchy,
    client_secrets: ClientSecrets,
    key_sets: KeySets,
    url: str,
    errors_page: str,
    clock: Callable[[], float],
) -> RegistrationEndpoint | None:
    """Return the endpoint; ``None`` where nobody may register.

    Raises
    ------
    ConfigurationError
        If the keys of an issuer of software statements cannot be read.

    """
    if config.registration == "off":
        return None
    statements = SoftwareStatements(
        config.oauth.software_statement_issuers, key_sets, audience=config.issuer, clock=clock
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
        directory=directory,
        hierarchy=hierarchy,
        client_secrets=client_secrets,
        statements=statements,
    )
    return RegistrationEndpoint(
        registrar,
        management,
        audit,
        url=url,
        errors_page=errors_page,
        # Hosted agents register for many people from one address.
        per_source=Throttle(rate=1, burst=60),
        in_all=Throttle(rate=5, burst=300),
    )

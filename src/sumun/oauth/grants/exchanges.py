"""The grants that take a signed statement instead of a secret or a person's decision."""

from collections.abc import Callable

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.keys import SigningKeyring
from sumun.oauth.access_tokens import AccessTokens
from sumun.oauth.assertions import Assertions
from sumun.oauth.grants.grant import Grant
from sumun.oauth.grants.jwt_bearer import JwtBearer
from sumun.oauth.grants.token_exchange import TokenExchange
from sumun.oauth.identity_assertions import IdentityAssertions
from sumun.oauth.key_sets import KeySets
from sumun.oauth.metadata import TOKEN_PATH, endpoint_url
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.targets import Targets
from sumun.oauth.trusted_issuers import TrustedIssuers
from sumun.proof import DatabaseClaims
from sumun.storage import Database


def exchanging_grants(
    config: Config,
    *,
    database: Database,
    keyring: SigningKeyring,
    audit: AuditLog,
    key_sets: KeySets,
    targets: Targets,
    tokens: AccessTokens,
    own_tokens: OwnTokens,
    id_tokens: IdTokens,
    clock: Callable[[], float],
) -> list[Grant]:
    """Return token exchange, and ``jwt-bearer`` where somebody is trusted.

    Raises
    ------
    ConfigurationError
        If the keys of a trusted issuer cannot be read.

    """
    identity_assertions = IdentityAssertions(
        config.oauth.partners, issuer=config.issuer, keyring=keyring, audit=audit, clock=clock
    )
    exchange = TokenExchange(
        own_tokens=own_tokens,
        id_tokens=id_tokens,
        identity_assertions=identity_assertions,
        targets=targets,
        tokens=tokens,
    )
    issuers = TrustedIssuers(config.oauth.trusted_issuers, key_sets)
    if not len(issuers):
        return [exchange]
    bearer = JwtBearer(
        assertions=Assertions(clock),
        issuers=issuers,
        claims=DatabaseClaims(database),
        targets=targets,
        tokens=tokens,
        issuer=config.issuer,
        token_url=endpoint_url(config.issuer, TOKEN_PATH),
    )
    return [exchange, bearer]

"""OpenID Connect put together."""

from collections.abc import Callable
from typing import Any, Final

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.keys import RootSecret, SigningKeyring
from sumun.oauth.authorization.endpoint import ProblemPage
from sumun.oauth.authorization.sessions import ACR_VALUES
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.fetch import Fetcher
from sumun.oauth.metadata import endpoint_url
from sumun.oauth.openid import claims, id_token
from sumun.oauth.openid.backchannel import BackchannelLogout
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.openid.logout import LogoutEndpoint, LogoutPages
from sumun.oauth.openid.userinfo import UserInfo
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.people import People
from sumun.proof import ClientCertificates, DatabaseClaims, DpopProofs
from sumun.storage import Database

USERINFO_PATH: Final = "/oauth2/userinfo"
LOGOUT_PATH: Final = "/oauth2/logout"


class OpenIdProvider:
    """What clients learn of people, and of the end of their sessions.

    Attributes
    ----------
    id_tokens:
        What makes and reads ID tokens.
    endpoints:
        By path.
    backchannel:
        Has to run for as long as the server does.

    """

    def __init__(
        self,
        config: Config,
        *,
        id_tokens: IdTokens,
        people: People,
        keyring: SigningKeyring,
        database: Database,
        audit: AuditLog,
        clients: ClientDirectory,
        fetcher: Fetcher,
        root_secret: RootSecret,
        clock: Callable[[], float],
        problem_page: ProblemPage,
        logout_pages: LogoutPages,
    ) -> None:
        self.id_tokens = id_tokens
        self._issuer = config.issuer
        self._algs = list(keyring.algs)
        userinfo = UserInfo(
            url=endpoint_url(config.issuer, USERINFO_PATH),
            tokens=OwnTokens(config.issuer, keyring, database, clock),
            database=database,
            proofs=DpopProofs(DatabaseClaims(database), clock=clock),
            certificates=ClientCertificates(config.server),
        )
        logout = LogoutEndpoint(
            url=endpoint_url(config.issuer, LOGOUT_PATH),
            id_tokens=id_tokens,
            clients=clients,
            flow=people.flow,
            sign_in=people.sign_in,
            key=root_secret.derive("logout-confirmation"),
            pages=logout_pages,
            problem_page=problem_page,
        )
        self.endpoints = {USERINFO_PATH: userinfo.answer, LOGOUT_PATH: logout.answer}
        self.backchannel = BackchannelLogout(
            issuer=config.issuer,
            id_tokens=id_tokens,
            keyring=keyring,
            database=database,
            audit=audit,
            clients=clients,
            fetcher=fetcher,
            clock=clock,
        )

    def metadata(self) -> dict[str, Any]:
        """Return what OpenID Connect adds to the discovery document (Discovery 1.0 §3)."""
        return {
            "userinfo_endpoint": endpoint_url(self._issuer, USERINFO_PATH),
            "end_session_endpoint": endpoint_url(self._issuer, LOGOUT_PATH),
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": self._algs,
            "acr_values_supported": list(ACR_VALUES),
            "claims_supported": list(dict.fromkeys((*id_token.CLAIMS, *claims.CLAIMS))),
            "claim_types_supported": ["normal"],
            "claims_parameter_supported": False,
        }

"""The authorization code flow's parts put together."""

from collections.abc import Callable
from typing import Final

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.keys import RootSecret
from sumun.oauth.access_tokens import AccessTokens
from sumun.oauth.account import Account
from sumun.oauth.authorization.auto_approve import AutoApprove
from sumun.oauth.authorization.endpoint import AuthorizationEndpoint, ProblemPage
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.reader import RequestReader
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.authorization.unpacker import Unpacker
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.devices import Devices
from sumun.oauth.grants import Grant
from sumun.oauth.grants.authorization_code import AuthorizationCode
from sumun.oauth.grants.device_code import DeviceCodeGrant
from sumun.oauth.grants.family import FamilyTokens, IdTokens
from sumun.oauth.grants.refresh_token import Refresh
from sumun.oauth.metadata import ERRORS_PATH, endpoint_url, issuer_path
from sumun.oauth.passkeys import Passkeys
from sumun.oauth.password_rules import PasswordRules
from sumun.oauth.providers import Providers
from sumun.oauth.providers.reaching import fetcher_of
from sumun.oauth.resources import ResourceRegistry
from sumun.oauth.scopes import ScopeHierarchy
from sumun.oauth.second_factor import SecondFactors
from sumun.oauth.sign_in import SignIn, SignInMethod
from sumun.oauth.sign_in.authenticator_app import AuthenticatorApp
from sumun.oauth.sign_in.passkey import PasskeySignIn
from sumun.oauth.sign_in.password import Password
from sumun.oauth.sign_in.provider import ProviderSignIn
from sumun.oauth.sign_in.recovery_code import RecoveryCode
from sumun.oauth.targets import Targets
from sumun.oauth.traces import Traces
from sumun.oauth.users import Passwords
from sumun.storage import Database

SIGN_IN_PATH: Final = "/sign-in"
CONSENT_PATH: Final = "/consent"
DEVICE_PATH: Final = "/device"
PASSWORD_PATH: Final = "/account/password"  # noqa: S105 - an address


class People:
    """What lets people sign in, decide, and be represented by tokens.

    Another way to sign in is one more entry in ``_methods``.

    Attributes
    ----------
    flow, sign_in, revoker:
        What the pages are built on.
    passwords, second_factors, passkeys, providers:
        What people prove who they are with.
    account:
        What people see and change of their own.
    clock:
        Unix seconds.
    reader:
        Judges authorization requests, sent or pushed.
    endpoint:
        ``/oauth2/authorize``.
    devices:
        What lets a person decide about a device without a browser.
    grants:
        The grants that continue at the token endpoint.
    family:
        What makes tokens of a grant; other grants of people use it too.

    """

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        audit: AuditLog,
        clients: ClientDirectory,
        resources: ResourceRegistry,
        targets: Targets,
        hierarchy: ScopeHierarchy,
        tokens: AccessTokens,
        root_secret: RootSecret,
        clock: Callable[[], float],
        problem_page: ProblemPage,
        traces: Traces,
        unpacker: Unpacker,
        id_tokens: IdTokens | None = None,
    ) -> None:
        self.passwords = Passwords()
        self.password_rules = PasswordRules(config)
        self.second_factors = SecondFactors(
            config.issuer, database=database, audit=audit, root_secret=root_secret, clock=clock
        )
        self.providers = Providers(
            config,
            database=database,
            audit=audit,
            root_secret=root_secret,
            fetcher_of=fetcher_of(config),
            clock=clock,
        )
        self.passkeys = Passkeys(
            config.issuer, database=database, audit=audit, root_secret=root_secret, clock=clock
        )
        self.flow = AuthorizationFlow(
            config,
            database=database,
            audit=audit,
            clients=clients,
            errors_page=endpoint_url(config.issuer, ERRORS_PATH),
            traces=traces,
            clock=clock,
        )
        self.sign_in = SignIn(
            config,
            self._methods(database, judged=config.people.check_at_sign_in),
            database=database,
            audit=audit,
            clock=clock,
        )
        self.revoker = GrantRevoker(
            audit, token_lifetime=config.oauth.access_token_ttl, clock=clock
        )
        self.account = Account(
            config,
            database=database,
            audit=audit,
            clients=clients,
            passwords=self.passwords,
            rules=self.password_rules,
            second_factors=self.second_factors,
            revoker=self.revoker,
            clock=clock,
        )
        self.clock = clock
        base = issuer_path(config.issuer)
        self.reader = RequestReader(clients, targets, unpacker)
        self.endpoint = AuthorizationEndpoint(
            reader=self.reader,
            flow=self.flow,
            audit=audit,
            sign_in_url=base + SIGN_IN_PATH,
            consent_url=base + CONSENT_PATH,
            problem_page=problem_page,
            traces=traces,
            auto_approve=(
                AutoApprove(config.oauth.auto_approve, self.flow, database, clock)
                if config.oauth.auto_approve
                else None
            ),
        )
        self.family = FamilyTokens(
            config.oauth,
            tokens=tokens,
            resources=resources,
            targets=targets,
            clock=clock,
            data_lifetime=config.reveal.ttl,
            id_tokens=id_tokens,
        )
        self.devices = Devices(
            config.oauth,
            database=database,
            audit=audit,
            clients=clients,
            root_secret=root_secret,
            clock=clock,
        )
        self.grants: list[Grant] = [
            AuthorizationCode(
                database=database,
                audit=audit,
                tokens=self.family,
                revoker=self.revoker,
                clock=clock,
            ),
            Refresh(
                config.oauth,
                database=database,
                audit=audit,
                tokens=self.family,
                revoker=self.revoker,
                hierarchy=hierarchy,
                root_secret=root_secret,
                clock=clock,
            ),
            DeviceCodeGrant(database=database, audit=audit, tokens=self.family, clock=clock),
        ]

    def close(self) -> None:
        """Stop the threads that check passwords."""
        self.passwords.close()

    def _methods(self, database: Database, *, judged: bool) -> list[SignInMethod]:
        return [
            Password(database, self.passwords, self.password_rules if judged else None),
            AuthenticatorApp(self.second_factors),
            RecoveryCode(self.second_factors),
            PasskeySignIn(self.passkeys),
            ProviderSignIn(self.providers),
        ]

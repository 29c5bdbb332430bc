"""The pages of an account put together."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.config import Config
from sumun.console.account_page import AccountPage
from sumun.console.account_password_page import AccountPasswordPage
from sumun.console.account_sign_in_page import AccountSignInPage
from sumun.console.account_visit import ACCOUNT_PATH, ACCOUNT_SIGN_IN_PATH, AccountVisits
from sumun.console.approvals_page import APPROVALS_PATH, ApprovalsPage
from sumun.console.connect_page import (
    UPSTREAM_CALLBACK,
    UPSTREAM_DOCUMENT,
    ClientDocument,
    ConnectPage,
    UpstreamCallback,
)
from sumun.console.connections import Connections
from sumun.console.csrf import Csrf
from sumun.console.device_page import DevicePage
from sumun.console.passkeys_page import PasskeysPage
from sumun.console.problem_page import ProblemPage
from sumun.console.providers_page import PROVIDERS_PATH, ProviderCallback, ProvidersPage
from sumun.console.scopes import ScopesInWords
from sumun.console.second_factor_page import SecondFactorPage
from sumun.guard import Approvals
from sumun.oauth.people import DEVICE_PATH, PASSWORD_PATH, People
from sumun.oauth.providers.providers import CALLBACK_PATH
from sumun.oauth.upstream.links import CONNECT_PATH

Page = Callable[[Request], Awaitable[Response]]

PASSKEYS_PATH: Final = "/account/passkeys"
SECOND_FACTOR_PATH: Final = "/account/second-factor"


class AccountPages:
    """Every page of an account, by path.

    Another page is one more entry.
    """

    def __init__(
        self,
        config: Config,
        people: People,
        csrf: Csrf,
        problem: ProblemPage,
        *,
        in_words: ScopesInWords,
        base: str,
        connections: Connections | None = None,
        approvals: Approvals | None = None,
    ) -> None:
        visits = AccountVisits(
            people.flow, people.account, csrf, problem, base=base, clock=people.clock
        )
        self.pages: dict[str, Page] = {
            ACCOUNT_PATH: AccountPage(
                config.issuer, people, visits, in_words, base, connections=connections
            ).answer,
            PASSWORD_PATH: AccountPasswordPage(people.account, visits).answer,
            PASSKEYS_PATH: PasskeysPage(people.passkeys, visits).answer,
            PROVIDERS_PATH: ProvidersPage(people, visits).answer,
            SECOND_FACTOR_PATH: SecondFactorPage(people.second_factors, visits).answer,
        }
        self.pages[DEVICE_PATH] = DevicePage(config.issuer, people.devices, visits, in_words).answer
        if connections is not None:
            self.pages[CONNECT_PATH] = ConnectPage(connections, visits).answer
        if approvals is not None:
            self.pages[APPROVALS_PATH] = ApprovalsPage(approvals, visits).answer
        destinations = frozenset(self.pages)
        sign_in = AccountSignInPage(people.flow, people.sign_in, visits, destinations, base)
        self.pages[ACCOUNT_SIGN_IN_PATH] = sign_in.answer
        for name in people.providers.by_name:
            callback = ProviderCallback(name, people, visits, destinations, base)
            self.pages[f"{CALLBACK_PATH}/{name}"] = callback.answer
        if connections is not None:
            self.pages[UPSTREAM_CALLBACK] = UpstreamCallback(connections, visits).answer
            self.pages[UPSTREAM_DOCUMENT] = ClientDocument(connections).answer

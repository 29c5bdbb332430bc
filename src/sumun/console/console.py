"""The pages put together."""

from starlette.routing import Route

from sumun.config import Config
from sumun.console.account import AccountPages, Page
from sumun.console.connections import Connections
from sumun.console.consent_page import ConsentPage
from sumun.console.csrf import Csrf
from sumun.console.interaction import Interactions
from sumun.console.playground import PLAYGROUND_PATH, PlaygroundPage
from sumun.console.problem_page import ProblemPage
from sumun.console.rendering import static_routes
from sumun.console.scopes import ScopesInWords
from sumun.console.sign_in_page import SignInPage
from sumun.guard import Approvals
from sumun.keys import RootSecret
from sumun.oauth.metadata import issuer_path
from sumun.oauth.people import CONSENT_PATH, SIGN_IN_PATH, People
from sumun.oauth.tools import NoToolLists, ToolLists


class Console:
    """Every page, on top of what lets people sign in and decide.

    Another page is one more route.
    """

    def __init__(
        self,
        config: Config,
        people: People,
        root_secret: RootSecret,
        tool_lists: ToolLists | None = None,
        *,
        connections: Connections | None = None,
        approvals: Approvals | None = None,
    ) -> None:
        in_words = ScopesInWords(tool_lists or NoToolLists(), config.reveal)
        self._base = issuer_path(config.issuer)
        csrf, problem = Csrf(root_secret.derive("csrf")), ProblemPage(self._base)
        interactions = Interactions(people.flow, csrf, problem)
        self._sign_in = SignInPage(people.flow, people.sign_in, interactions, self._base)
        self._consent = ConsentPage(config.issuer, people.flow, interactions, in_words, self._base)
        self._account = AccountPages(
            config,
            people,
            csrf,
            problem,
            in_words=in_words,
            base=self._base,
            connections=connections,
            approvals=approvals,
        )

        self._playground: dict[str, Page] = {}
        if config.playground:
            page = PlaygroundPage(csrf, config.issuer, self._base)
            self._playground[PLAYGROUND_PATH] = page.answer

    def routes(self) -> list[Route]:
        """Return the pages, also under the issuer's path if it has one."""
        prefixes = list(dict.fromkeys(("", self._base)))
        pages = [
            (SIGN_IN_PATH, self._sign_in.answer),
            (CONSENT_PATH, self._consent.answer),
            *self._account.pages.items(),
            *self._playground.items(),
        ]
        return [
            Route(prefix + path, endpoint, methods=["GET", "POST"])
            for path, endpoint in pages
            for prefix in prefixes
        ] + static_routes(prefixes)

"""A program that a person uses: the client of the MCP Python SDK, in a thread of its own."""

import asyncio
import queue
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata


class Memory:
    """Where the client keeps what it got."""

    def __init__(self) -> None:
        self.tokens = self.client_info = None

    async def get_tokens(self) -> Any:
        return self.tokens

    async def set_tokens(self, tokens: Any) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> Any:
        return self.client_info

    async def set_client_info(self, client_info: Any) -> None:
        self.client_info = client_info


class Program:
    """It has pages opened, and waits for what comes of them; what it calls is its :meth:`call`."""

    def __init__(self, url: str, redirect_uri: str) -> None:
        self.memory = Memory()
        self.result: Any = None
        self.url = url
        self._redirect_uri = redirect_uri
        self._opened: queue.Queue[str] = queue.Queue()
        self._answered: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.call()))

    def start(self) -> str:
        """Begin; return the page to authorize the program at."""
        self._thread.start()
        return self.opened()

    def opened(self) -> str:
        """Return the next page that the person is to open."""
        return self._opened.get(timeout=20)

    def answer(self, text: str) -> None:
        """Tell what came of the page."""
        self._answered.put(text)

    def end(self) -> None:
        """Wait for the end of the call."""
        self._thread.join(30)
        assert not self._thread.is_alive()

    async def call(self) -> None:
        """Do what the program is there for, and keep the result."""
        raise NotImplementedError

    async def open(self, url: str) -> None:
        """Have a page opened."""
        self._opened.put(url)

    async def answered(self) -> str:
        """Wait for what came of a page."""
        return await asyncio.to_thread(self._answered.get, timeout=60)

    def auth(self) -> OAuthClientProvider:
        """Return what signs the program's requests, once the person has let it."""
        return OAuthClientProvider(
            server_url=self.url,
            client_metadata=OAuthClientMetadata(
                client_name="Acme Assistant",
                redirect_uris=[self._redirect_uri],
                token_endpoint_auth_method="none",
            ),
            storage=self.memory,
            redirect_handler=self.open,
            callback_handler=self._authorized,
        )

    async def _authorized(self) -> AuthorizationCodeResult:
        query = parse_qs(urlsplit(await self.answered()).query)
        return AuthorizationCodeResult(
            code=query["code"][0], state=query["state"][0], iss=query["iss"][0]
        )

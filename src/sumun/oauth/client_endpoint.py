"""What the endpoints that clients call are."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable

from starlette.types import Receive, Scope, Send

from sumun.answer import Answer
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.form import ClientGone, FormRequest


class ClientEndpoint(ABC):
    """Takes a form and a client's credentials, and gives one answer that no cache keeps.

    It is an ASGI application; who has the whole request at hand may ask for the answer itself.

    Attributes
    ----------
    name:
        What a refusal is recorded as, unless the handler knows better.

    """

    name: str | None = None

    def __init__(self, front: ClientFront) -> None:
        self._front = front

    @abstractmethod
    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer.

        Raises
        ------
        OAuthError
            Where the answer is a refusal.

        """

    def answer(self, scope: Scope, receive: Receive) -> Awaitable[Answer]:
        """Read one request and return the answer, as :meth:`ClientFront.answer`."""
        return self._front.answer(scope, receive, self.handle, self.name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self.answer(scope, receive)
        except ClientGone:
            return
        await answer.send(send)

"""What a modern server asks a legacy client in the middle of a call, and what is answered."""

import asyncio
from typing import Any, Final

from sumun.gateway.eras import as_legacy
from sumun.gateway.eras.conversations import Conversation
from sumun.gateway.eras.revisions import ASKING
from sumun.gateway.upstreams.upstream import UpstreamFailed

_PATIENCE: Final = 300.0
_PAUSE: Final = 0.1
_DISMISSIBLE: Final = "elicitation/create"
_DISMISSED: Final = {"action": "cancel"}


class Questions:
    """The questions of one ``input_required``, and what the client says to them.

    Parameters
    ----------
    conversation:
        The client's.
    asked:
        The server's result.
    revision:
        What the client speaks.

    """

    def __init__(self, conversation: Conversation, asked: dict[str, Any], revision: str) -> None:
        self.messages: list[dict[str, Any]] = []
        self._asked: dict[str, str] = {}
        self._state = asked.get("requestState")
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._until = asyncio.get_running_loop().time() + _PATIENCE
        try:
            self._ask(conversation, asked.get("inputRequests", {}), revision)
        except UpstreamFailed:
            self.close()
            raise

    def _ask(self, conversation: Conversation, requests: Any, revision: str) -> None:
        if not isinstance(requests, dict):
            raise UpstreamFailed("what it asks is not an object")
        for key, question in requests.items():
            method = question.get("method") if isinstance(question, dict) else None
            place = conversation.ask()
            if place is None or not isinstance(method, str) or method not in ASKING:
                raise UpstreamFailed("it asked what the client cannot be asked")
            self._asked[key] = method
            id_, self._waiting[key] = place
            self.messages.append(as_legacy.question(question, id_, revision))

    async def wait(self, seconds: float) -> bool:
        """Return whether everything is answered, after at most so many seconds.

        Raises
        ------
        UpstreamFailed
            If the client does not answer for long.

        """
        if not self._waiting:
            await asyncio.sleep(_PAUSE)  # the server only wants to be asked again
            return True
        _, open_ = await asyncio.wait(self._waiting.values(), timeout=seconds)
        if open_ and asyncio.get_running_loop().time() > self._until:
            raise UpstreamFailed("the client did not answer what it asked")
        return not open_

    def close(self) -> None:
        """Wait no more."""
        for waiting in self._waiting.values():
            waiting.cancel()

    def fault(self) -> dict[str, Any] | None:
        """Return the client's error, where no answer could say the same."""
        return next(
            (
                waiting.result()["error"]
                for key, waiting in self._waiting.items()
                if "error" in waiting.result() and self._asked[key] != _DISMISSIBLE
            ),
            None,
        )

    def answers(self) -> dict[str, Any]:
        """Return what the retry adds to the parameters."""
        given = {key: self._answer(key) for key in self._waiting}
        return ({"inputResponses": given} if given else {}) | (
            {} if self._state is None else {"requestState": self._state}
        )

    def _answer(self, key: str) -> dict[str, Any]:
        # Who refuses a form without a word has dismissed it.
        return dict(self._waiting[key].result().get("result", _DISMISSED))

"""The scopes a server's metadata names below its own."""

from typing import Final

from sumun.gateway.registry import Registry
from sumun.gateway.tool_lists import ToolLists
from sumun.policy import Policy

_COUNT: Final = 56
_LENGTH: Final = 1800
"""A client may ask for all at once, with some of the protocol's own beside them."""


class MintedScopes:
    """Mints scopes from a server's list of tools, and from what the policy asks for there.

    Data scopes always; tools only where the operator publishes them, and if a client could ask
    for all of them: some would be taken for all there is.
    """

    def __init__(self, registry: Registry, tool_lists: ToolLists, policy: Policy) -> None:
        self._registry = registry
        self._tool_lists = tool_lists
        self._policy = policy

    async def below(self, server: str) -> list[str]:
        """Return the scopes beside ``mcp:{server}``; few, if its tools are not known."""
        data = self._policy.data_scopes(server)
        definition = self._registry.definition(server)
        if definition is None or not definition.publish_tools:
            return data
        known = await self._tool_lists.wait(server)
        scopes = [*(known.scopes(server) if known else ()), *data]
        return scopes if len(scopes) <= _COUNT and len(" ".join(scopes)) <= _LENGTH else data

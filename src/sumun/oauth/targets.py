"""What a client may have: which resource, and which scopes there."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.resources import Resource, ResourceRegistry
from sumun.oauth.scopes import MalformedScope, ScopeHierarchy, parse_scope
from sumun.oauth.tools import NoToolLists, ToolLists, unknown_tools

_DATA: Final = "pii:"


class Targets:
    """Decides the audience and the scope of a token."""

    def __init__(
        self,
        resources: ResourceRegistry,
        hierarchy: ScopeHierarchy,
        tool_lists: ToolLists | None = None,
    ) -> None:
        self._resources = resources
        self._hierarchy = hierarchy
        self._tool_lists = tool_lists or NoToolLists()
        self._decide = lru_cache(maxsize=1024)(self._decide_scope)

    def resource(self, client: Client, requested: Sequence[str]) -> Resource:
        """Return the one resource the token is for.

        Raises
        ------
        OAuthError
            ``invalid_target``.

        """
        # RFC 8707 §2 lets a server refuse several: our tokens have exactly one audience.
        if len(requested) > 1:
            raise OAuthError(
                "invalid_target",
                "resource was sent more than once; ask for one token per resource (RFC 8707 2)",
            )
        allowed = client.metadata.resources
        resource = self._resources.find(requested[0]) if requested else self._resources.default
        if resource is None and requested[0] in allowed:
            # A resource elsewhere, which we know because the operator registered a client for it.
            resource = Resource(requested[0])
        if resource is None:
            raise OAuthError(
                "invalid_target",
                "this resource is not known here; send the resource identifier exactly as its "
                "protected-resource metadata gives it (RFC 8707 2, RFC 9728)",
            )
        if allowed and resource.identifier not in allowed:
            raise OAuthError(
                "invalid_target",
                "this client is not registered for this resource; ask the operator to add it",
            )
        return resource

    def known(self, identifier: str) -> Resource:
        """Return the resource that a token of ours was issued for."""
        if identifier == self._resources.default.identifier:
            return self._resources.default
        return self._resources.find(identifier) or Resource(identifier)

    def scope_within(self, client: Client, resource: Resource, requested: str, offered: str) -> str:
        """Return the granted scope where somebody else has said how much it may be.

        Without a request it is what of the offer is the client's there.

        Raises
        ------
        OAuthError
            ``invalid_scope``.

        """
        limit = offered.split()
        if requested:
            granted = self.scope(client, resource, requested)
            missing = self._hierarchy.missing(limit, granted.split())
            if missing:
                raise OAuthError(
                    "invalid_scope",
                    f"not within what was granted before: {' '.join(missing)}; "
                    f"that was: {offered or 'nothing'}",
                )
            return granted
        owned = client.metadata.scope.split()
        return " ".join(
            scope
            for scope in limit
            if not self._hierarchy.missing(owned, (scope,)) and self._belongs(scope, resource.scope)
        )

    def scope(self, client: Client, resource: Resource, requested: str) -> str:
        """Return the granted scope: what was asked for, or all the client may have there.

        Nothing is narrowed or widened silently: one token too many refuses the whole.

        Raises
        ------
        OAuthError
            ``invalid_scope``.

        """
        granted, refused = self._decide(client.metadata.scope, resource.scope, requested)
        if refused:
            raise OAuthError("invalid_scope", refused)
        unknown = unknown_tools(granted, self._tool_lists) if requested else []
        if unknown:
            # Granted now, it would open whatever takes that name later.
            raise OAuthError("invalid_scope", f"there is no such tool: {' '.join(unknown)}")
        return granted

    def _decide_scope(self, registered: str, root: str | None, requested: str) -> tuple[str, str]:
        try:
            wanted = parse_scope(requested)
        except MalformedScope as error:
            return "", str(error)
        owned = tuple(registered.split())
        if not wanted:
            # RFC 6749 §3.3: without scope, a documented default.
            concrete = (scope for scope in owned if not scope.endswith("*"))
            return " ".join(scope for scope in concrete if self._belongs(scope, root)), ""
        missing = self._hierarchy.missing(owned, wanted)
        if missing:
            return "", (
                f"the client is not registered for: {' '.join(missing)}; "
                f"it may ask for: {registered or 'nothing'}"
            )
        foreign = [scope for scope in wanted if not self._belongs(scope, root)]
        if foreign:
            return "", f"not scopes of this resource: {' '.join(foreign)}"
        return " ".join(wanted), ""

    def _belongs(self, scope: str, root: str | None) -> bool:
        """Say whether the scope is above or below the resource's own.

        Data scopes say what may be seen wherever a tool shows it.
        """
        if root is None or scope.startswith(_DATA):
            return True
        return self._hierarchy.covers((scope,), root) or self._hierarchy.covers((root,), scope)

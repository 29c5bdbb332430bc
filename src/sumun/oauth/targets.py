"""What a client may have: which resource, and which scopes there."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from sumun.oauth.authorization_details import Details, concern, locations, refused
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

    def resource(self, client: Client, requested: Sequence[str], details: Details = ()) -> Resource:
        """Return the one resource the token is for; without ``requested`` it is where details are.

        Raises
        ------
        OAuthError
            ``invalid_target``, or ``invalid_authorization_details`` for locations unknown here.

        """
        if details:
            requested = self._locate(details, requested)
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

    def _locate(self, details: Details, requested: Sequence[str]) -> Sequence[str]:
        named = locations(details)
        if any(self._resources.find(location) is None for location in named):
            raise refused("a location is no resource known here; send identifiers (RFC 8707 2)")
        return requested or named

    def known(self, identifier: str) -> Resource:
        """Return the resource that a token of ours was issued for."""
        if identifier == self._resources.default.identifier:
            return self._resources.default
        return self._resources.find(identifier) or Resource(identifier)

    def scope_within(
        self,
        client: Client,
        resource: Resource,
        requested: str,
        offered: str,
        details: Details = (),
    ) -> str:
        """Return the granted scope where somebody else has said how much it may be.

        Without a request it is what of the offer is the client's there.

        Raises
        ------
        OAuthError
            ``invalid_scope``, or ``invalid_authorization_details``.

        """
        if details:
            return self._with_details(
                resource,
                requested,
                details,
                lambda wanted: self.scope_within(client, resource, wanted, offered),
            )
        if requested:
            granted = self.scope(client, resource, requested)
            self._check_within(offered, granted)
            return granted
        owned = client.metadata.scope.split()
        return " ".join(
            scope
            for scope in offered.split()
            if not self._hierarchy.missing(owned, (scope,)) and self._belongs(scope, resource.scope)
        )

    def scope(
        self, client: Client, resource: Resource, requested: str, details: Details = ()
    ) -> str:
        """Return the granted scope: what was asked for, or all the client may have there.

        Nothing is narrowed or widened silently: one token too many refuses the whole. Where
        details came, they alone say which tools and data are meant.

        Raises
        ------
        OAuthError
            ``invalid_scope``, or ``invalid_authorization_details``.

        """
        if details:
            return self._with_details(
                resource, requested, details, lambda wanted: self.scope(client, resource, wanted)
            )
        granted, refusal = self._decide(client.metadata.scope, resource.scope, requested)
        if refusal:
            raise OAuthError("invalid_scope", refusal)
        unknown = unknown_tools(granted, self._tool_lists) if requested else []
        if unknown:
            # Granted now, it would open whatever takes that name later.
            raise OAuthError("invalid_scope", f"there is no such tool: {' '.join(unknown)}")
        return granted

    def offer(self, resource: Resource, scope: str, details: Details) -> str:
        """Return the scope that says what scope and details say together (RFC 9396 §3.1).

        Raises
        ------
        OAuthError
            ``invalid_authorization_details``.

        """
        return self._with_details(resource, scope, details, str)

    def narrow(self, granted: str, scope: str, identifier: str, details: Details) -> str:
        """Return what details leave of a granted scope, of which ``scope`` is asked for.

        Raises
        ------
        OAuthError
            ``invalid_authorization_details`` if they say more than was granted (RFC 9396 §6.1).

        """

        def decide(wanted: str) -> str:
            self._check_within(granted, wanted)
            return wanted

        return self._with_details(self.known(identifier), scope, details, decide)

    def _check_within(self, limit: str, wanted: str) -> None:
        missing = self._hierarchy.missing(limit.split(), wanted.split())
        if missing:
            raise OAuthError(
                "invalid_scope",
                f"not within what was granted before: {' '.join(missing)}; "
                f"that was: {limit or 'nothing'}",
            )

    def _with_details(
        self, resource: Resource, scope: str, details: Details, decide: Callable[[str], str]
    ) -> str:
        """Decide about the scopes that details stand for, and about what else is asked for."""
        try:
            granted = decide(" ".join(self._scopes_of(details, resource)))
        except OAuthError as error:
            raise refused(error.description) from None
        rest = [each for each in scope.split(" ") if not concern(self._hierarchy.reach(each))]
        return f"{granted} {decide(' '.join(rest))}" if any(rest) else granted

    def _scopes_of(self, details: Details, resource: Resource) -> list[str]:
        if not resource.tools:
            raise refused("name an MCP server of this gateway, as resource or in locations")
        here = [each for each in details if self._is_at(each.locations, resource)]
        if len(here) != 1:
            # Two would give each other's data to each other's tools.
            raise refused("send one object for the server the token is for, with all its tools")
        return here[0].scopes(resource.tools)

    def _is_at(self, locations: Sequence[str], resource: Resource) -> bool:
        """Say whether details are about the resource: others are none of its business (§9.1)."""
        return not locations or any(
            self._resources.find(location) == resource for location in locations
        )

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

"""The authorization server: one module per endpoint, per grant, per client authentication."""

from sumun.oauth.clients import Client, ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.resources import KnownResources, Resource, ResourceRegistry
from sumun.oauth.scopes import ScopeHierarchy
from sumun.oauth.server import AuthorizationServer

__all__ = [
    "AuthorizationServer",
    "Client",
    "ClientMetadata",
    "KnownResources",
    "OAuthError",
    "Resource",
    "ResourceRegistry",
    "ScopeHierarchy",
]

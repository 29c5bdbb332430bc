"""Signing in at somebody else's: upstream OpenID Connect providers (OIDC Core §3.1)."""

from sumun.oauth.providers.identities import Identity
from sumun.oauth.providers.providers import Arrived, Providers
from sumun.oauth.providers.refused import UpstreamRefused
from sumun.oauth.upstream.requests import Purpose

__all__ = ["Arrived", "Identity", "Providers", "Purpose", "UpstreamRefused"]

"""Clients that register themselves (RFC 7591), and look after that (RFC 7592)."""

from sumun.oauth.registration.assembly import registration_endpoint
from sumun.oauth.registration.endpoint import REGISTRATION_PATH

__all__ = ["REGISTRATION_PATH", "registration_endpoint"]

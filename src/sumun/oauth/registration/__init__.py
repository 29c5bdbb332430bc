"""Clients that register themselves (RFC 7591), and look after that (RFC 7592)."""

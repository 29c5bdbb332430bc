"""The ways to earn a token: one module per grant (RFC 6749 §1.3)."""

from sumun.oauth.grants.grant import Grant

__all__ = ["Grant"]

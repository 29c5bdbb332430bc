"""How clients prove who they are: one module per method (RFC 6749 §2.3)."""

from sumun.oauth.client_authentication.authenticator import Claimed, ClientAuthenticator
from sumun.oauth.client_authentication.method import ClientAuthentication, Credentials, names_client

__all__ = ["Claimed", "ClientAuthentication", "ClientAuthenticator", "Credentials", "names_client"]

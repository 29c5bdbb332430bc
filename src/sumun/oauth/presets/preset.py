"""What is known of a client."""

import msgspec

from sumun.oauth.clients import ClientMetadata


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A client by name.

    Attributes
    ----------
    name:
        What it is called on the command line.
    title:
        What people call it.
    document:
        The URL of its client ID metadata document; empty if it has none. With it the client needs
        no registration.
    redirect_uris:
        Where it takes people back to. The port of a loopback address is any.
    application_type, auth_method, grant_types:
        As in RFC 7591.
    note:
        What an operator should know.

    """

    name: str
    title: str
    document: str = ""
    redirect_uris: tuple[str, ...]
    application_type: str
    auth_method: str = "none"
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    note: str

    def metadata(self) -> ClientMetadata:
        """Return what to register it with; its scopes and resources are the operator's to add."""
        return ClientMetadata(
            client_name=self.title,
            application_type=self.application_type,
            grant_types=self.grant_types,
            response_types=("code",),
            redirect_uris=self.redirect_uris,
            token_endpoint_auth_methods=(self.auth_method,),
        )

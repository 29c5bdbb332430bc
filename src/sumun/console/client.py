"""A client as the consent page shows it: what it calls itself, and how far that can be believed."""

from typing import NamedTuple
from urllib.parse import urlsplit

from sumun.console.readable import readable
from sumun.console.rendering import Translate
from sumun.oauth.clients import Client
from sumun.oauth.redirects import redirect_host, redirect_kind


class ClientInWords(NamedTuple):
    """A client for people.

    Attributes
    ----------
    name:
        What it calls itself, bounded and without characters that disguise.
    known, known_note:
        How it is known, and what that is worth.
    destination:
        Where the person is sent afterwards.
    local:
        Whether that is a program on a computer, which any program could be.

    """

    name: str
    known: str
    known_note: str
    verified: bool
    destination: str
    local: bool


def in_words(client: Client, redirect_uri: str, translate: Translate) -> ClientInWords:
    """Describe the client that asks, and where its answer goes."""
    known, note = _known(client, translate)
    return ClientInWords(
        name=name_of(client),
        known=known,
        known_note=note,
        verified=client.origin in {"operator", "document"},
        destination=_destination(redirect_uri, translate),
        local=redirect_kind(redirect_uri) != "web",
    )


def name_of(client: Client) -> str:
    """Return what to call the client."""
    return readable(client.metadata.client_name) or readable(client.client_id)


def _known(client: Client, translate: Translate) -> tuple[str, str]:
    match client.origin:
        case "operator":
            return (
                translate("Registered by whoever runs this server"),
                translate("They gave it its name."),
            )
        case "document":
            host = urlsplit(client.client_id).hostname or ""
            return (
                translate("Belongs to {host}", host=host),
                translate("That domain vouches for its name and its addresses."),
            )
        case "initial_access_token":
            return (
                translate("Registered itself, with leave"),
                translate("It chose its name; nobody has checked it."),
            )
        case _:
            return (
                translate("Registered itself"),
                translate("It chose its name; nobody has checked it."),
            )


def _destination(redirect_uri: str, translate: Translate) -> str:
    kind = redirect_kind(redirect_uri)
    if kind == "web":
        return redirect_host(redirect_uri)
    if kind == "loopback":
        parts = urlsplit(redirect_uri)
        return translate("a program on this computer ({host})", host=parts.netloc)
    scheme = redirect_uri.partition(":")[0]
    return translate("the application that opens {scheme}: links", scheme=scheme)

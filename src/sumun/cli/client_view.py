"""How clients are shown."""

from typing import TYPE_CHECKING, Any

import click

from sumun.cli.language import tr
from sumun.cli.output import fields, when
from sumun.cli.registering import REQUIREMENTS

if TYPE_CHECKING:
    from sumun.oauth import Client

LABELS = {
    "client_id": "client",
    "client_secret": "secret",
    "name": "name",
    "state": "state",
    "scope": "scope",
    "origin": "known by",
    "grant_types": "grants",
    "redirect_uris": "redirects",
    "authentication": "authentication",
    "resources": "resources",
    "serves": "serves",
    "may_act": "may act with its tokens",
    "requires": "required of it",
    "post_logout_redirect_uris": "after logout",
    "backchannel_logout_uri": "told of logouts at",
    "created_at": "created",
    "disabled_at": "disabled",
}
COLUMNS = {
    "client_id": "CLIENT",
    "name": "NAME",
    "state": "STATE",
    "scope": "SCOPE",
    "created_at": "CREATED",
}


def record_of(client: "Client") -> dict[str, Any]:
    """Return what may be told of a client: everything but its secret."""
    metadata = client.metadata
    return {
        "client_id": client.client_id,
        "name": metadata.client_name,
        "state": "disabled" if client.disabled_at else "enabled",
        "origin": client.origin,
        "scope": metadata.scope,
        "grant_types": list(metadata.grant_types),
        "redirect_uris": list(metadata.redirect_uris),
        "authentication": list(metadata.token_endpoint_auth_methods),
        "resources": list(metadata.resources),
        "serves": list(metadata.serves),
        "may_act": metadata.may_act,
        "requires": [name for name, field in REQUIREMENTS if getattr(metadata, field)],
        "post_logout_redirect_uris": list(metadata.post_logout_redirect_uris),
        "backchannel_logout_uri": metadata.backchannel_logout_uri,
        "created_at": when(client.created_at),
        "disabled_at": when(client.disabled_at),
    }


def show_minted(record: dict[str, Any]) -> str:
    """Return the client with its new secret, if it has one, and a word of warning."""
    if "client_secret" not in record:
        return fields(record, LABELS)
    warning = click.style(tr("The secret is shown this once: keep it now."), fg="yellow")
    return f"{fields(record, LABELS)}\n{warning}"

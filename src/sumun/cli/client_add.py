"""``sumun client add``."""

import time
from pathlib import Path
from typing import Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.client_view import record_of, show_minted
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.registering import REQUIREMENTS, Wanted, metadata_of


@grammar.command(
    name="add",
    examples="""
    sumun client add billing-agent --scope "mcp:customers"
    sumun client add ci --scope mcp:customers:get_order --name "Nightly job"
    sumun client add claude --preset claude
    sumun client add crm --serves https://gate.example.com/mcp/crm
    sumun client add desktop --public --redirect-uri http://127.0.0.1/callback
    sumun client add agent --json | jq -r .client_secret > agent.secret
    """,
)
@click.argument("client_id", metavar="CLIENT")
@grammar.option("--name", default="", help="What people call it.")
@grammar.option(
    "--scope",
    default="",
    help="The scopes it may ask for, space-separated; mcp:<server>:* stands for all tools of one.",
)
@grammar.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="URL",
    help="A resource it may have tokens for. Repeatable; none means every one.",
)
@grammar.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    metavar="URI",
    help="Where people are sent back to. Repeatable; the port of a loopback address is any.",
)
@grammar.option(
    "--grant-type",
    "grant_types",
    multiple=True,
    metavar="GRANT",
    help="A grant it may use. Repeatable; else what suits the other options.",
)
@grammar.option("--public", is_flag=True, help="It runs where no secret is safe, and has none.")
@grammar.option(
    "--jwks",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Its public keys (a JWK Set): it signs who it is, and has no secret.",
)
@grammar.option(
    "--tls-subject",
    default="",
    metavar="DN",
    help="Its certificate's subject (RFC 4514): it connects with the certificate, and has no "
    "secret.",
)
@grammar.option(
    "--require",
    multiple=True,
    type=click.Choice([name for name, _ in REQUIREMENTS]),
    help="What it must do: bind its tokens to a key (dpop) or to its certificate, push its "
    "requests (par), or sign them. Repeatable.",
)
@grammar.option(
    "--serves",
    multiple=True,
    metavar="URL",
    help="A resource it is the server of: it may ask about tokens for it, and exchange them. "
    "Repeatable.",
)
@grammar.option(
    "--may-act",
    default="",
    metavar="SUBJECT",
    help="Who may act with its tokens, by a token exchange of their own.",
)
@grammar.option(
    "--post-logout-redirect-uri",
    "post_logout_redirect_uris",
    multiple=True,
    metavar="URI",
    help="Where people go after it signed them out. Repeatable.",
)
@grammar.option(
    "--backchannel-logout-uri",
    default="",
    metavar="URL",
    help="Where it is told that a person's session has ended.",
)
@grammar.option(
    "--preset",
    metavar="NAME",
    help="A client many people use: claude, claude-code, chatgpt, vscode, cursor, mcp-inspector, "
    "mcp-remote.",
)
def command(client_id: str, **wanted: Any) -> None:
    """Register a client and show its secret, once.

    The secret cannot be shown again: keep it where the client reads it.
    """
    record = rooms.run(_add(client_id, Wanted(**wanted)))
    current_output().answer(record, show_minted)


async def _add(client_id: str, wanted: Wanted) -> dict[str, Any]:
    from sumun.oauth import Client
    from sumun.oauth.client_secrets import ClientSecrets
    from sumun.oauth.clients import add_client
    from sumun.storage import Conflict

    config = current_settings().load()
    metadata = metadata_of(wanted, config)
    async with rooms.opened_rooms(config) as opened:
        secrets = ClientSecrets(opened.root)
        secret = secrets.mint() if metadata.has_secret else None
        client = Client(
            client_id=client_id,
            metadata=metadata,
            secret_hash=None if secret is None else secrets.hash(client_id, secret),
            created_at=int(time.time()),
        )
        event = rooms.change(
            "client_created", "created", client_id=client_id, scope=metadata.scope or None
        )
        try:
            await opened.audit.write([event], add_client, client)
        except Conflict:
            raise Failure(
                tr(
                    "client {name!r}: there is one already; for a new secret run "
                    "sumun client rotate-secret {name}"
                ).format(name=client_id)
            ) from None
        except ValueError as error:
            raise Failure(str(error)) from None
    return record_of(client) | ({} if secret is None else {"client_secret": secret})

"""``sumun token``."""

import time
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, when

if TYPE_CHECKING:
    from sumun.config import Config
    from sumun.guard import Rooms

_TYPE = "at+jwt"
_LIMIT = 16 * 1024
_ISSUED = {"token_type": "type", "expires_in": "seconds", "scope": "scope"}
_LABELS = {
    "state": "state",
    "reason": "because",
    "sub": "subject",
    "client_id": "client",
    "aud": "resource",
    "scope": "scope",
    "iss": "issuer",
    "jti": "id",
    "issued_at": "issued",
    "expires_at": "expires",
    "kid": "key",
    "alg": "alg",
}


_LONGEST_NAME = 100


class TokenFile(click.File):
    """A file to read a token from; a token given in its place is not repeated in the error."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Open the file."""
        if isinstance(value, str) and value.count(".") > 1 and len(value) > _LONGEST_NAME:
            self.fail(
                tr("give the token in a file, or on standard input: arguments can be seen by all"),
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@grammar.group(
    name="token",
    examples="""
    sumun token issue my-agent --scope mcp:customers > token
    sumun token inspect token
    sumun token revoke token
    """,
)
def command() -> None:
    """Issue, inspect and revoke access tokens.

    A token is read from a file or standard input, never from the command line, where other users
    could see it.
    """


@command.command(
    "issue",
    examples="""
    sumun token issue my-agent --scope mcp:customers
    curl -H "Authorization: Bearer $(sumun token issue my-agent)" http://localhost:8081/hello
    """,
)
@click.argument("client_id", metavar="CLIENT")
@grammar.option("--scope", default="", help="The scopes, space-separated; none means the default.")
@grammar.option("--resource", default="", metavar="URL", help="The resource the token is for.")
@grammar.option("--i-know", is_flag=True, help="Do it in production too; the log says who did.")
def issue(client_id: str, scope: str, resource: str, i_know: bool) -> None:
    """Issue an access token to a client without asking for its secret; print it, once.

    The token is what the token endpoint would give, and is recorded like one. In production a
    client should ask for itself, so this needs --i-know there.
    """
    config = current_settings().load()
    if config.mode == "production" and not i_know:
        raise Failure(
            tr(
                "production: a client asks for its own token at {issuer}/oauth2/token; "
                "to issue one here all the same, add --i-know"
            ).format(issuer=config.issuer.rstrip("/"))
        )
    answer = rooms.run(_issue(config, client_id, scope, resource))
    output = current_output()
    output.answer(answer, lambda found: str(found["access_token"]))
    if not output.as_json:
        output.aside(fields(answer, _ISSUED))


@command.command("inspect")
@click.argument("file", type=TokenFile(), default="-", metavar="[FILE]")
def inspect(file: Any) -> int:
    """Show what a token says, and whether it would be accepted now.

    Exit status 1 if it would not: a wrong signature, expired, revoked, of another issuer.
    """
    found = rooms.run(_inspect(current_settings().load(), _read_token(file)))
    current_output().answer(found, lambda shown: fields(shown, _LABELS))
    return OK if found["state"] == "valid" else FAILED


@command.command(
    "revoke",
    examples="""
    sumun token revoke token
    sumun token revoke --id 3J5x…            the id is in the audit log
    """,
)
@click.argument("file", type=TokenFile(), required=False, metavar="[FILE]")
@grammar.option("--id", "token_id", help="The id of a token that is not at hand (`jti`).")
def revoke(file: Any, token_id: str | None) -> None:
    """Refuse a token from now on.

    The token is given as a file (- is standard input), or by its id, which every event of it in
    the audit log carries.
    """
    if (file is None) == (token_id is None):
        raise Failure(tr("give the token's file, or its id with --id"))
    config = current_settings().load()
    token = _read_token(file) if file is not None else None
    record = rooms.run(_revoke(config, token, token_id))
    current_output().answer(
        record, lambda found: tr("{id} is revoked").format(id=found["token_id"])
    )


def _read_token(file: Any) -> str:
    text: str = file.read(_LIMIT).strip()
    return text.removeprefix("Bearer ").strip()


async def _issue(config: "Config", client_id: str, scope: str, resource: str) -> dict[str, Any]:
    from sumun.gateway.registry import list_servers
    from sumun.oauth import AuthorizationServer, KnownResources
    from sumun.oauth.errors import OAuthError

    async with rooms.opened_rooms(config) as opened:
        servers = {*config.servers, *await opened.database.read(list_servers)}
        authorization_server = AuthorizationServer(
            config,
            database=opened.database,
            keyring=await opened.open_keyring(),
            audit=opened.audit,
            root_secret=opened.root,
            resources=KnownResources(config.issuer, config.default_audience, servers.__contains__),
        )
        try:
            return await authorization_server.mint(
                client_id=client_id, scope=scope, resource=resource, purpose="cli"
            )
        except OAuthError as error:
            raise Failure(f"{error.error}: {error.description}") from None


async def _inspect(config: "Config", token: str) -> dict[str, Any]:
    from sumun.oauth.revocation import is_revoked

    async with rooms.opened_rooms(config) as opened:
        try:
            header, claims = await _verified(opened, token)
        except _Refused as refused:
            return {"state": "refused", "reason": str(refused), **_unverified(token)}
        problem = ""
        if claims.get("iss") != config.issuer:
            problem = "it was issued by another server"
        elif claims.get("exp", 0) <= time.time():
            problem = "it has expired"
        elif await opened.database.read(is_revoked, str(claims.get("jti"))):
            problem = "it was revoked"
    state = {"state": "refused", "reason": tr(problem)} if problem else {"state": "valid"}
    return {**state, **_readable(header, claims)}


async def _revoke(config: "Config", token: str | None, token_id: str | None) -> dict[str, Any]:
    from sumun.oauth.revocation import revoke_token

    now = int(time.time())
    # A token named only by its id cannot outlive one that is issued at this moment.
    expires_at, client_id = now + config.oauth.access_token_ttl, None
    async with rooms.opened_rooms(config) as opened:
        if token is not None:
            try:
                _, claims = await _verified(opened, token)
            except _Refused as refused:
                raise Failure(
                    tr("the token needs no revoking: {why}").format(why=refused)
                ) from None
            token_id, expires_at, client_id = claims["jti"], claims["exp"], claims["client_id"]
        event = rooms.change("token_revoked", "revoked", token_id=token_id, client_id=client_id)
        await opened.audit.write(
            [event], revoke_token, str(token_id), expires_at=expires_at, now=now
        )
    return {"token_id": token_id, "revoked": True, "until": when(expires_at)}


class _Refused(Exception):
    """Not a token of this installation; the message says why."""


async def _verified(opened: "Rooms", token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from sumun.keys.jws import Malformed, verify_jws

    try:
        key, claims = verify_jws(token, await opened.open_keyring(), _TYPE)
    except Malformed as malformed:
        raise _Refused(str(malformed)) from None
    return {"kid": key.kid, "alg": key.alg}, claims


def _unverified(token: str) -> dict[str, Any]:
    """Return what a token claims, however little that is worth."""
    from sumun.cli.jwt import peek

    header, claims = peek(token)
    return _readable(header, claims)


def _readable(header: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: when(claims[claim])
        for name, claim in (("issued_at", "iat"), ("expires_at", "exp"))
        if isinstance(claims.get(claim), int)
    }
    return {**claims, **header, **times}

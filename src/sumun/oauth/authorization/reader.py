"""Judging an authorization request, step by step (RFC 6749 §4.1.1, OAuth 2.1 §4.1.1).

The client and its redirect URI come first: until both are known to belong together nothing is
sent anywhere, and the person is told on a page. After that every refusal goes to the client.
"""

from typing import Final, Literal, NamedTuple

from sumun.oauth.authorization.claims import read_acr
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.unpacker import Unpacker
from sumun.oauth.authorization.values import (
    challenge_of,
    check_once,
    check_response_type,
    check_unsupported,
    list_of,
    max_age_of,
    prompt_of,
    text_of,
    thumbprint_of,
)
from sumun.oauth.authorization_details import Details, encode_details, read_details
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client, is_client_id
from sumun.oauth.errors import OAuthError
from sumun.oauth.redirects import is_registered, redirect_kind
from sumun.oauth.resources import Resource
from sumun.oauth.scopes import MalformedScope, parse_scope
from sumun.oauth.targets import Targets

PROTOCOL_SCOPES: Final = ("openid", "profile", "email", "offline_access")
"""Scopes that are about the person and the grant, not about a resource."""

_SHOWN_LIMIT: Final = 200

Problem = Literal["malformed", "client", "redirect_uri", "too_many"]


class NotSent(Exception):
    """A request whose answer may go nowhere but to a page; ``why`` is for the operator.

    ``wait`` is the seconds after which another try makes sense.
    """

    def __init__(
        self, problem: Problem, client_id: str = "", *, why: str = "", wait: int = 0
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.client_id = client_id
        self.why = why
        self.wait = wait


class SentBack(Exception):
    """A refusal that the client is told through its redirect URI (RFC 6749 §4.1.2.1)."""

    def __init__(self, error: OAuthError, client: Client, redirect_uri: str, state: str) -> None:
        super().__init__(error.error)
        self.error = error
        self.client = client
        self.redirect_uri = redirect_uri
        self.state = state


class Asked(NamedTuple):
    """A request in order, and the client it comes from."""

    client: Client
    request: AuthorizationRequest


class Target(NamedTuple):
    """What of which resource is asked for.

    Attributes
    ----------
    authorization_details:
        JSON (RFC 9396), or empty.

    """

    resource: str
    scope: str
    authorization_details: str


class RequestReader:
    """Makes an :class:`AuthorizationRequest` of parameters, or refuses them."""

    def __init__(self, clients: ClientDirectory, targets: Targets, unpacker: Unpacker) -> None:
        self._clients = clients
        self._targets = targets
        self._unpacker = unpacker

    async def read(self, parameters: Parameters, source: str) -> Asked:
        """Judge the parameters, sent from the address ``source``.

        Raises
        ------
        NotSent
            If the client or its redirect URI is not one that may be answered.
        SentBack
            If anything else is wrong.
        StorageUnavailable
            If clients cannot be read.

        """
        client = await self._client(parameters, source)
        try:
            parameters = await self._unpacker.unpack(client, parameters)
        except OAuthError as error:
            raise _not_unpacked(client, parameters, error) from None
        redirect_uri = _redirect_uri(client, parameters)
        state = parameters.get("state")
        try:
            return Asked(client, self._request(client, redirect_uri, parameters))
        except OAuthError as error:
            raise SentBack(error, client, redirect_uri, state) from None

    async def open(self, client: Client, parameters: Parameters) -> Parameters:
        """Return the parameters of a request that is being pushed (RFC 9126 §3).

        Raises
        ------
        OAuthError
            If they are signed, and cannot be read.

        """
        return await self._unpacker.open(client, parameters)

    def judge(self, client: Client, parameters: Parameters) -> AuthorizationRequest:
        """Judge the parameters for a caller that is the client itself, and hears everything.

        Raises
        ------
        OAuthError
            If anything is wrong.

        """
        try:
            redirect_uri = _redirect_uri(client, parameters)
        except NotSent as problem:
            raise OAuthError("invalid_request", problem.why) from None
        return self._request(client, redirect_uri, parameters)

    def target(self, client: Client, parameters: Parameters) -> Target:
        """Return what is asked for, where nothing else is said.

        Raises
        ------
        OAuthError
            If the client may not have them.

        """
        details = read_details(client, parameters.get("authorization_details"))
        resource = self._targets.resource(client, parameters.resources, details)
        scope = self._scope(client, parameters, resource, details)
        described = encode_details(resource.identifier, scope) if details else ""
        return Target(resource.identifier, scope, described)

    async def _client(self, parameters: Parameters, source: str) -> Client:
        client_id = parameters.get("client_id")
        if "client_id" in parameters.repeated or not is_client_id(client_id):
            raise NotSent("client", why="client_id is missing, malformed or was sent twice")
        try:
            client = await self._clients.find(client_id, source)
        except OAuthError as error:
            wait = int(dict(error.headers).get(b"retry-after", b"0"))
            problem: Problem = "too_many" if wait else "client"
            raise NotSent(problem, client_id, why=error.description, wait=wait) from None
        # An unknown client and a disabled one are told the same.
        if client is None:
            raise NotSent("client", client_id, why="no client of this client_id is known")
        if client.disabled_at is not None:
            raise NotSent("client", client_id, why="the operator disabled this client")
        return client

    def _request(
        self, client: Client, redirect_uri: str, parameters: Parameters
    ) -> AuthorizationRequest:
        check_once(parameters)
        check_response_type(parameters)
        if "authorization_code" not in client.metadata.grant_types:
            raise OAuthError(
                "unauthorized_client", "this client is not registered for authorization_code"
            )
        check_unsupported(parameters)
        challenge = challenge_of(parameters)
        acr = read_acr(parameters.get("claims"))
        target = self.target(client, parameters)
        return AuthorizationRequest(
            client_id=client.client_id,
            redirect_uri=redirect_uri,
            scope=target.scope,
            resource=target.resource,
            authorization_details=target.authorization_details,
            code_challenge=challenge,
            state=parameters.get("state"),
            nonce=text_of(parameters, "nonce"),
            prompt=prompt_of(parameters),
            max_age=max_age_of(parameters),
            acr_values=(*list_of(parameters, "acr_values"), *acr.wished),
            acr_needed=acr.needed,
            login_hint=text_of(parameters, "login_hint"),
            ui_locales=list_of(parameters, "ui_locales"),
            dpop_jkt=thumbprint_of(parameters),
        )

    def _scope(
        self, client: Client, parameters: Parameters, resource: Resource, details: Details
    ) -> str:
        """Return what is asked for: scopes of the resource first, then those of the protocol."""
        try:
            asked = parse_scope(parameters.get("scope"))
        except MalformedScope as error:
            raise OAuthError("invalid_scope", str(error)) from None
        about_resource = [scope for scope in asked if scope not in PROTOCOL_SCOPES]
        protocol = [scope for scope in asked if scope in PROTOCOL_SCOPES]
        if "refresh_token" not in client.metadata.grant_types:
            # OIDC Core §11: ignored where no refresh token could be issued.
            protocol = [scope for scope in protocol if scope != "offline_access"]
        if about_resource or details or not set(protocol) - {"offline_access"}:
            requested = " ".join(about_resource)
            granted = self._targets.scope(client, resource, requested, details).split()
        else:
            granted = []
        return " ".join([*granted, *protocol])


def _not_unpacked(client: Client, sent: Parameters, error: OAuthError) -> NotSent | SentBack:
    """Return where an error goes that comes before the request is read.

    To a redirect URI beside the packed request, if it is registered; what is inside counts for
    nothing yet.
    """
    requested = sent.get("redirect_uri")
    once = not {"redirect_uri", "state"} & set(sent.repeated)
    if requested and once and is_registered(client.metadata.redirect_uris, requested):
        return SentBack(error, client, requested, sent.get("state"))
    return NotSent("malformed", client.client_id, why=error.description)


def _redirect_uri(client: Client, parameters: Parameters) -> str:
    registered = client.metadata.redirect_uris
    requested = parameters.get("redirect_uri")
    if "redirect_uri" in parameters.repeated or not registered:
        raise _no_redirect(client, "was sent twice" if registered else "is not registered at all")
    if not requested:
        # OAuth 2.1 §4.1.1: may be left out by a client with exactly one; a loopback address
        # without its port is not where the client listens.
        if len(registered) == 1 and redirect_kind(registered[0]) != "loopback":
            return registered[0]
        raise _no_redirect(client, "is missing, and there is more than one it could be")
    if not is_registered(registered, requested):
        # Without its query: what another site put there is not ours to keep.
        sent = requested.partition("?")[0][:_SHOWN_LIMIT]
        raise _no_redirect(client, f"{sent} is not one of those registered: {' '.join(registered)}")
    return requested


def _no_redirect(client: Client, why: str) -> NotSent:
    return NotSent("redirect_uri", client.client_id, why=f"redirect_uri {why}")

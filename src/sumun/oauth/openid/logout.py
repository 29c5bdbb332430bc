"""``/oauth2/logout``: a client asks that the person be signed out (RP-Initiated Logout 1.0)."""

import hmac
import logging
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from sumun.audit import AuditUnavailable
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.endpoint import ProblemPage, read_parameters
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.parameters import Malformed, Parameters
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client, is_client_id
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import source_of
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.sign_in import SignIn
from sumun.storage import StorageError

_log = logging.getLogger("sumun.oauth")

_KEPT: Final = (
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
)
_CONFIRMATION: Final = "confirmation"


class LogoutPages(Protocol):
    """What a person sees of signing out."""

    def confirm(self, request: Request, fields: dict[str, str], client: Client | None) -> Response:
        """Ask whether to sign out; the form posts ``fields`` back to where it came from."""

    def done(self, request: Request) -> Response:
        """Say that nobody is signed in with this browser any more."""


class Asked(NamedTuple):
    """A request that is in order.

    Attributes
    ----------
    client:
        Who asks, if that is known.
    hinted:
        Whether an ID token of ours says so; only then is anything done without the person.
    subject, session_id:
        What that ID token says.
    redirect_uri:
        Where the person goes afterwards, with the state; empty for nowhere.

    """

    client: Client | None
    hinted: bool = False
    subject: str = ""
    session_id: str = ""
    redirect_uri: str = ""

    def names(self, session: Session) -> bool:
        """Say whether the client had the person signed in by this very session."""
        return (
            self.hinted
            and self.subject == session.user_id
            and self.session_id == session.session_id
        )


class _Unanswerable(Exception):
    """A request that leads nowhere but to a page."""


class LogoutEndpoint:
    """Signs a browser out: at once where an ID token of this session came along, else if agreed.

    Parameters
    ----------
    url:
        Its own.
    key:
        32 bytes, the same on every node; binds the form to the session.

    """

    def __init__(
        self,
        *,
        url: str,
        id_tokens: IdTokens,
        clients: ClientDirectory,
        flow: AuthorizationFlow,
        sign_in: SignIn,
        key: bytes,
        pages: LogoutPages,
        problem_page: ProblemPage,
    ) -> None:
        self._url = url
        self._id_tokens = id_tokens
        self._clients = clients
        self._flow = flow
        self._sign_in = sign_in
        self._key = key
        self._pages = pages
        self._problem = problem_page

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        try:
            return await self._answer(request)
        except Malformed:
            return self._problem(request, "malformed", status=400)
        except _Unanswerable:
            return self._problem(request, "logout", status=400)
        except (AuditUnavailable, StorageError) as error:
            _log.error("logout endpoint: %s", error)
            return self._problem(request, "unavailable", status=503, wait=1)

    async def _answer(self, request: Request) -> Response:
        parameters = await read_parameters(request)
        confirmed = request.method == "POST" and self._is_ours(request, parameters)
        if request.method == "POST" and not confirmed:
            # Another site's form brings no SameSite cookies along; the redirect it is answered
            # with does, and so we see who is signed in.
            return see_other(f"{self._url}?{urlencode(_kept(parameters))}")
        asked = await self._read(parameters, source_of(request.scope))
        session = await self._flow.session(request)
        if session is None:
            return self._finish(request, asked, agreed=asked.hinted)
        if not confirmed and not asked.names(session):
            fields = {**_kept(parameters), _CONFIRMATION: self._confirmation(request)}
            return self._pages.confirm(request, fields, asked.client)
        await self._sign_in.sign_out(session, source=source_of(request.scope))
        response = self._finish(request, asked, agreed=True)
        self._flow.cookies.forget(response, self._flow.cookies.session)
        return response

    async def _read(self, parameters: Parameters, source: str) -> Asked:
        if parameters.repeated:
            raise Malformed("a parameter was sent twice")
        claims = self._id_tokens.read(parameters.get("id_token_hint"))
        client_id = parameters.get("client_id")
        # §2: "the OP MUST verify that the Client Identifier matches the one used when issuing the
        # ID Token".
        if claims is not None and client_id not in {"", claims["aud"]}:
            raise _Unanswerable
        if claims is not None:
            client_id = claims["aud"]
        client = await self._find(client_id, source) if client_id else None
        asked = Asked(
            client,
            hinted=claims is not None and client is not None,
            subject=claims["sub"] if claims else "",
            session_id=str(claims.get("sid", "")) if claims else "",
        )
        return asked._replace(redirect_uri=_redirect_uri(client, parameters))

    async def _find(self, client_id: str, source: str) -> Client | None:
        if not is_client_id(client_id):
            return None
        try:
            client = await self._clients.find(client_id, source)
        except OAuthError:
            return None
        return None if client is None or client.disabled_at is not None else client

    def _finish(self, request: Request, asked: Asked, *, agreed: bool) -> Response:
        # §3: without a hint, and without the person, nobody is sent anywhere.
        if asked.redirect_uri and agreed:
            return see_other(asked.redirect_uri)
        return self._pages.done(request)

    def _confirmation(self, request: Request) -> str:
        """Return what only the page shown to this session knows (RFC 6749 §10.12)."""
        secrets = "\0".join(self._flow.secrets_of(request)).encode()
        return hmac.digest(self._key, secrets, "sha256").hex()

    def _is_ours(self, request: Request, parameters: Parameters) -> bool:
        sent = parameters.get(_CONFIRMATION).encode("utf-8", "surrogatepass")
        return hmac.compare_digest(self._confirmation(request).encode(), sent)


def _redirect_uri(client: Client | None, parameters: Parameters) -> str:
    """Return where to go, which must be registered exactly (§3); without a client nowhere."""
    uri = parameters.get("post_logout_redirect_uri")
    if not uri or client is None:
        return ""
    if uri not in client.metadata.post_logout_redirect_uris:
        raise _Unanswerable
    state = parameters.get("state")
    if not state:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': state})}"


def _kept(parameters: Parameters) -> dict[str, str]:
    return {name: value for name in _KEPT if (value := parameters.get(name))}

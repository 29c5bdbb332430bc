"""``/account``: what a person let clients do, where they are signed in, and how."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import ACCOUNT_SIGN_IN_PATH, AccountVisits, Visit
from sumun.console.connections import Connections
from sumun.console.language import Language
from sumun.console.readable import readable
from sumun.console.rendering import Translate, translator
from sumun.console.scopes import ScopesInWords
from sumun.console.servers import server_in_words
from sumun.console.user_agents import in_words
from sumun.oauth.account import Access, Account
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.people import People


class AccountPage:
    """Shows everything at a glance, and takes back what a person no longer wants."""

    def __init__(
        self,
        issuer: str,
        people: People,
        visits: AccountVisits,
        in_words: ScopesInWords,
        base: str,
        *,
        connections: Connections | None = None,
    ) -> None:
        self._issuer = issuer
        self._connections = connections
        self._people = people
        self._account: Account = people.account
        self._visits = visits
        self._in_words = in_words
        self._base = base

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer)

    async def _answer(self, visit: Visit) -> Response:
        if visit.visitor.is_post:
            return await self._act(visit)
        return visit.visitor.show("account.html", await self._document(visit))

    async def _act(self, visit: Visit) -> Response:
        visitor, session = visit.visitor, visit.session
        fields, source = visitor.fields, visitor.source
        match fields.get("action"):
            case "withdraw" if len(fields.resources) == 1:
                await self._account.withdraw(
                    session.user_id, fields.get("client_id"), fields.resources[0], source=source
                )
                return visitor.done("withdrawn")
            case "disconnect" if self._connections is not None:
                await self._connections.withdraw(
                    fields.get("server"), session.user_id, source=source
                )
                return visitor.done("disconnected")
            case "end_session":
                await self._account.end_session(
                    session.user_id, fields.get("session_id"), source=source
                )
                return visitor.done("session_ended")
            case "end_others":
                await self._account.end_others(session, source=source)
                return visitor.done("others_ended")
            case "sign_out":
                await self._people.sign_in.sign_out(session, source=source)
                return self._signed_out(visit)
        raise Malformed("no such action")

    def _signed_out(self, visit: Visit) -> Response:
        if visit.visitor.wants_json:
            response = visit.visitor.show("", {"done": "signed_out"})
        else:
            response = see_other(self._base + ACCOUNT_SIGN_IN_PATH)
        cookies = self._people.flow.cookies
        cookies.forget(response, cookies.session)
        return response

    async def _document(self, visit: Visit) -> dict[str, Any]:
        translate = visit.visitor.translate
        user, people = visit.user, self._people
        status = await people.second_factors.status(user)
        return {
            "username": user.username,
            "done": visit.visitor.fields.get("done"),
            "access": [
                self._access(each, visit.visitor.language)
                for each in await self._account.access(user.user_id)
            ],
            "connections": (await self._connections.of(user.user_id) if self._connections else []),
            "sessions": [
                _session(each, visit.session, translate)
                for each in await self._account.sessions(user.user_id)
            ],
            "second_factor": {
                "enrolled_at": status.enrolled_at,
                "recovery_codes": status.recovery_codes,
            },
            "providers": bool(people.providers.by_name),
            "linked": len(await people.providers.of(user)),
            "passkeys": len(await people.passkeys.of(user)),
            "has_password": bool(user.password_hash),
        }

    def _access(self, access: Access, language: Language) -> Mapping[str, Any]:
        metadata = access.client.metadata if access.client else None
        return {
            "client_id": access.client_id,
            "client": readable(metadata.client_name if metadata else "")
            or readable(access.client_id),
            "resource": access.resource,
            "server": server_in_words(access.resource, self._issuer, translator(language)),
            "scopes": [
                {"scope": each.scope, "text": each.text, "reveals": each.reveals}
                for each in self._in_words.say(access.scopes, frozenset(access.scopes), language)
            ],
            "granted_at": access.granted_at,
        }


def _session(session: Session, current: Session, translate: Translate) -> dict[str, Any]:
    return {
        "session_id": session.session_id,
        "browser": in_words(session.user_agent, translate),
        "current": session.session_id == current.session_id,
        "signed_in_at": session.auth_time,
        "seen_at": session.seen_at,
        "amr": list(session.amr),
        "acr": session.acr,
    }

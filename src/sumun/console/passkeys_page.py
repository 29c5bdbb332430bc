"""``/account/passkeys``: a person adds and removes their passkeys."""

import base64
import binascii
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import AccountVisits, Visit
from sumun.console.readable import readable
from sumun.console.user_agents import in_words
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.passkeys import Passkey, PasskeyRefused, Passkeys

_REASONS: Final = {
    "invalid": "That did not work. Try again.",
    "known": "This passkey is registered already.",
    "limit": "You have as many passkeys as one can have. Remove one first.",
}


class PasskeysPage:
    """Lists the passkeys, and has the browser make another."""

    def __init__(self, passkeys: Passkeys, visits: AccountVisits) -> None:
        self._passkeys = passkeys
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer, recent=True)

    async def _answer(self, visit: Visit) -> Response:
        if not visit.visitor.is_post:
            return await self._show(visit)
        fields = visit.visitor.fields
        match fields.get("action"):
            case "add" if self._passkeys.available:
                return await self._add(visit)
            case "remove":
                credential_id = _decode(fields.get("passkey_id"))
                await self._passkeys.remove(visit.user, credential_id, source=visit.visitor.source)
                return visit.visitor.done("passkey_removed")
        raise Malformed("no such action")

    async def _add(self, visit: Visit) -> Response:
        fields = visit.visitor.fields
        try:
            await self._passkeys.register(
                visit.user,
                visit.session.session_id,
                fields.get("credential"),
                readable(fields.get("name")) or self._usual_name(visit),
                source=visit.visitor.source,
            )
        except PasskeyRefused as refused:
            return await self._show(visit, refused.reason)
        return visit.visitor.done("passkey_added")

    def _usual_name(self, visit: Visit) -> str:
        user_agent = visit.visitor.request.headers.get("user-agent", "")
        return in_words(user_agent, visit.visitor.translate)

    async def _show(self, visit: Visit, reason: str = "") -> Response:
        passkeys = self._passkeys
        document: dict[str, Any] = {
            "username": visit.user.username,
            "passkeys": [_in_words(each) for each in await passkeys.of(visit.user)],
            "usual_name": self._usual_name(visit),
            "options": (
                await passkeys.registration_options(visit.user, visit.session.session_id)
                if passkeys.available
                else None
            ),
            "error": visit.visitor.translate(_REASONS[reason]) if reason else "",
        }
        return visit.visitor.show("passkeys.html", document, status=400 if reason else 200)


def _in_words(passkey: Passkey) -> dict[str, Any]:
    return {
        "passkey_id": base64.urlsafe_b64encode(passkey.credential_id).rstrip(b"=").decode(),
        "name": passkey.name,
        "synchronised": passkey.backed_up,
        "created_at": passkey.created_at,
        "used_at": passkey.used_at,
    }


def _decode(passkey_id: str) -> bytes:
    try:
        encoded = passkey_id.encode("ascii")
        return base64.b64decode(encoded + b"=" * (-len(encoded) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Malformed("no passkey") from None

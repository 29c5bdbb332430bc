"""``/device``: a person types in the code that a device shows, and decides (RFC 8628 §3.3)."""

import math

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import client
from sumun.console.account_visit import AccountVisits, Visit
from sumun.console.scopes import ScopesInWords
from sumun.console.servers import server_in_words
from sumun.oauth.authorization.device_codes import DecidedElsewhere
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.devices import AnotherPersons, Devices, TooManyCodes, Waiting, WrongCode


class DevicePage:
    """Finds the device, shows what it asks for, and takes the decision."""

    def __init__(
        self, issuer: str, devices: Devices, visits: AccountVisits, in_words: ScopesInWords
    ) -> None:
        self._issuer = issuer
        self._devices = devices
        self._visits = visits
        self._in_words = in_words

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer)

    async def _answer(self, visit: Visit) -> Response:
        visitor = visit.visitor
        if not visitor.is_post:
            return self._ask(visit)
        if visitor.fields.get("action") not in {"open", "allow", "deny"}:
            raise Malformed("no such action")
        try:
            waiting = await self._devices.open(
                visitor.fields.get("user_code"), visit.session, source=visitor.source
            )
            return await self._go_on(visit, waiting)
        except (WrongCode, DecidedElsewhere):
            error = "No device shows this code, or not any more. Check it, or start again there."
            return self._ask(visit, error, status=400)
        except AnotherPersons:
            error = "Somebody else has typed this code in. Start again on the device."
            return self._ask(visit, error, status=403)
        except TooManyCodes as too_many:
            wait = math.ceil(too_many.wait)
            error = "Too many wrong codes. Wait {seconds} seconds, then try again."
            return self._ask(visit, error, status=429, wait=wait)

    async def _go_on(self, visit: Visit, waiting: Waiting) -> Response:
        fields, source = visit.visitor.fields, visit.visitor.source
        asked = tuple(waiting.code.scope.split())
        match fields.get("action"):
            case "allow":
                ticked = [scope for scope in asked if fields.get(f"scope:{scope}")]
                if asked and not set(ticked) - {"openid", "offline_access"}:
                    await self._devices.deny(waiting, visit.session, source=source)
                    return self._done(visit, allowed=False)
                await self._devices.approve(waiting, visit.session, ticked, source=source)
                return self._done(visit, allowed=True)
            case "deny":
                await self._devices.deny(waiting, visit.session, source=source)
                return self._done(visit, allowed=False)
        return self._show(visit, waiting, asked)

    def _ask(self, visit: Visit, error: str = "", *, status: int = 200, wait: int = 0) -> Response:
        visitor = visit.visitor
        document = {
            "step": "code",
            "user_code": visitor.fields.get("user_code")[:16],
            "username": visit.user.username,
            "error": visitor.translate(error, seconds=wait) if error else "",
        }
        return visitor.show("device.html", document, status=status, wait=wait)

    def _show(self, visit: Visit, waiting: Waiting, asked: tuple[str, ...]) -> Response:
        translate = visit.visitor.translate
        described = client.in_words(waiting.client, "", translate)
        words = self._in_words.say(asked, frozenset(), visit.visitor.language)
        document = {
            "step": "decide",
            "user_code": waiting.user_code,
            "username": visit.user.username,
            "client": {
                "name": described.name,
                "known": described.known,
                "known_note": described.known_note,
            },
            "source": waiting.code.source,
            "server": server_in_words(waiting.code.resource, self._issuer, translate),
            "resource": waiting.code.resource,
            "scopes": [each._asdict() for each in words],
            "optional": any(not each.fixed for each in words),
        }
        return visit.visitor.show("device.html", document)

    @staticmethod
    def _done(visit: Visit, *, allowed: bool) -> Response:
        document = {
            "step": "done",
            "allowed": allowed,
            "user_code": "",
            "username": visit.user.username,
        }
        return visit.visitor.show("device.html", document)

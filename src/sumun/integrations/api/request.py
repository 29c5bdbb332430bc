"""A request to a plain API as a call: the operation, and what it is given."""

from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode

from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope

from sumun.integrations.api import content
from sumun.integrations.api.content import Unreadable
from sumun.integrations.api.refusals import Refused

_FIELDS: Final = 1000
"""Members a query may have."""


def operation(scope: Scope, app: ASGIApp) -> str:
    """Return the method and the route's template: ``GET/customers/{id}``.

    The path itself may hold data; where no route of Starlette's is found, it is left out.
    """
    for route in getattr(scope.get("app", app), "routes", ()):
        match, _ = route.matches(scope)
        if match is not Match.NONE and (path := getattr(route, "path", "")):
            return f"{scope['method']}{path}"
    return str(scope["method"])


class Given:
    """What a request is given: segments of its path, its query and its body.

    Parameters
    ----------
    scope:
        The request.
    body:
        As it came.
    opaque:
        Whether a body that cannot be inspected goes on as it is.

    Raises
    ------
    Refused
        If it cannot be inspected, and must be.

    """

    def __init__(self, scope: Scope, body: bytes, *, opaque: bool) -> None:
        self._scope = scope
        self._body = body
        self._type = content.header(scope["headers"], b"content-type")
        try:
            query = parse_qs(
                scope["query_string"].decode("ascii"),
                keep_blank_values=True,
                max_num_fields=_FIELDS,
                errors="strict",
            )
        except ValueError:
            raise Refused(400, "invalid_query", "The query cannot be read") from None
        self.arguments: dict[str, Any] = {"path": scope["path"].split("/"), "query": query}
        if body:
            self._read_body(opaque=opaque)

    def _read_body(self, *, opaque: bool) -> None:
        encoding = content.header(self._scope["headers"], b"content-encoding")
        try:
            self.arguments["body"] = content.decode(self._body, self._type, encoding)
        except Unreadable as why:
            if not opaque:
                raise Refused(415, "unscannable", f"The body cannot be inspected: {why}") from None

    def left(self, arguments: dict[str, Any], receive: Receive) -> tuple[Scope, Receive]:
        """Return the request with what was left of its arguments."""
        path = "/".join(map(str, arguments["path"]))
        body = self._body
        if "body" in self.arguments:
            body = content.encode(arguments["body"], self._type)
        scope = {
            **self._scope,
            "extensions": {},  # what goes out past send() is not seen
            "headers": content.replaced(self._scope["headers"], len(body), b"accept-encoding"),
        }
        if path != scope["path"]:
            scope |= {"path": path, "raw_path": quote(path).encode("ascii")}
        if arguments["query"] != self.arguments["query"]:
            scope["query_string"] = urlencode(arguments["query"], doseq=True).encode("ascii")
        return scope, content.replay(body, receive)

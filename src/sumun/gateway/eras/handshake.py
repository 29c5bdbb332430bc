"""What a legacy client said at ``initialize``, carried by its session id.

A modern server knows of no session, so there is nothing to keep: the id is the record itself. It
leaves the gateway sealed for its principal and server, so any node that holds the key can go on
with it, and nobody else can make one.
"""

import os
from typing import Any, Final

import msgspec

from sumun.gateway.eras import as_legacy
from sumun.gateway.eras.revisions import LEGACY, negotiate

_MARK: Final = "era1:"
_NAME_LIMIT: Final = 128
_CAPABILITIES_LIMIT: Final = 2048
_SIMPLE: Final = {"elicitation": ("form", "url"), "sampling": ("tools", "context"), "roots": ()}


def is_handshake(session: str) -> bool:
    """Whether a session id was made here, and by no server."""
    return session.startswith(_MARK)


class Handshake(msgspec.Struct, frozen=True, array_like=True):
    """Who a legacy client is, what it can, and which revision was agreed.

    Attributes
    ----------
    id:
        Tells this session from others of the same client.

    """

    id: str
    revision: str
    client: dict[str, str]
    capabilities: dict[str, Any]

    @classmethod
    def agreed(cls, params: Any) -> "Handshake":
        """Return what the parameters of ``initialize`` amount to."""
        stated = params if isinstance(params, dict) else {}
        return cls(
            os.urandom(12).hex(),
            negotiate(stated.get("protocolVersion")),
            _client(stated.get("clientInfo")),
            _capabilities(stated.get("capabilities")),
        )

    @classmethod
    def of_session(cls, session: str) -> "Handshake | None":
        """Return what a session id holds; nothing, if another server made it."""
        if not is_handshake(session):
            return None
        try:
            return msgspec.json.decode(session[len(_MARK) :], type=cls)
        except msgspec.MsgspecError:
            return None

    @classmethod
    def unspoken(cls, revision: str) -> "Handshake":
        """Return what is known of a client that began no session."""
        known = revision if revision in LEGACY else "2025-03-26"  # as of 2025-06-18 transports
        return cls("", known, {"name": "unknown", "version": "0"}, {})

    @property
    def session(self) -> str:
        """The session id that holds this."""
        return _MARK + msgspec.json.encode(self).decode()


def _client(stated: Any) -> dict[str, str]:
    known = stated if isinstance(stated, dict) else {}
    texts = {key: known.get(key) for key in ("name", "version", "title")}
    kept = {key: text[:_NAME_LIMIT] for key, text in texts.items() if isinstance(text, str)}
    return {"name": "unknown", "version": "0"} | kept


def _capabilities(stated: Any) -> dict[str, Any]:
    """Return what fits into a header: those the protocol knows, if all would be too long."""
    declared = as_legacy.client_capabilities(stated) if isinstance(stated, dict) else {}
    if len(msgspec.json.encode(declared)) <= _CAPABILITIES_LIMIT:
        return declared
    return {
        name: {part: {} for part in parts if part in declared[name]}
        for name, parts in _SIMPLE.items()
        if isinstance(declared.get(name), dict)
    }

"""What a call that waits is known by, and what people are shown of it."""

import hashlib
import hmac
from typing import Any, Final

import msgspec

from sumun.action import Action
from sumun.detection import Detector, Unscannable
from sumun.guard.call import Admitted
from sumun.protection import ProtectionError, Protector

_SHOWN: Final = 2_000
"""Characters of the arguments that people are shown."""
_UNSHOWN: Final = "…"
_OF_THE_ROUND: Final = frozenset({"_meta", "requestState", "inputResponses"})


def digest_of(admitted: Admitted, key: bytes) -> bytes:
    """Return what only this call of this caller has.

    It is made of the arguments as they came: protected, equal ones may differ.
    """
    principal, call = admitted.principal, admitted.call
    what = [
        principal.tenant,
        principal.client_id,
        principal.subject,
        call.server,
        call.method,
        call.tool,
        _arguments(_came(call.raw) if call.raw else call.params),
    ]
    return hmac.digest(key, msgspec.json.encode(what, order="deterministic"), hashlib.sha256)


def shown(admitted: Admitted, detector: Detector, protector: Protector) -> str:
    """Return the arguments for people, with everything that is found in them masked."""
    copy = msgspec.json.decode(msgspec.json.encode(_arguments(admitted.call.params)))
    try:
        leaves = detector.scan_tree(copy)
        protector.protect_tree(leaves, lambda _: Action.MASK, scope=admitted.scope)
    except (Unscannable, ProtectionError):
        return _UNSHOWN
    text = msgspec.json.encode(copy).decode()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + _UNSHOWN


def _came(raw: bytes) -> Any:
    message = msgspec.json.decode(raw)
    return message.get("params") if isinstance(message, dict) else None


def _arguments(params: Any) -> Any:
    """Return what a call is about, without what differs each time it is sent."""
    if not isinstance(params, dict):
        return params
    return {name: value for name, value in params.items() if name not in _OF_THE_ROUND}

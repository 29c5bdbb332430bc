"""What a policy is asked about a call."""

import time
from typing import Any

from sumun.guard.call import Call
from sumun.guard.parts import is_quiet
from sumun.guard.principal import Principal
from sumun.policy import Circumstances, Context
from sumun.protection import Protector


def context_of(principal: Principal, call: Call, scopes: frozenset[str]) -> Context:
    """Return who calls what, with all that the granted scopes include."""
    return Context(
        server=call.server,
        tool=_what(call),
        client_id=principal.client_id,
        subject=principal.subject,
        scopes=scopes,
        tenant=principal.tenant,
        acr=principal.acr,
    )


def circumstances_of(call: Call, protector: Protector) -> Circumstances:
    """Return what is so for this call only; a stand-in hides the value that it stands for."""
    params: Any = call.params
    return Circumstances(
        arguments=params.get("arguments") if isinstance(params, dict) else None,
        address=call.source,
        at=time.time(),
        is_hidden=lambda text: bool(protector.places(text, kept=True)),
    )


def _what(call: Call) -> str:
    """Return what a policy knows a call by: the tool, or the method where there is no tool.

    Methods that carry no one's data need no more than some scope for the server.
    """
    if call.method == "tools/call":
        return call.tool
    return "" if is_quiet(call.method) else call.method

"""Within what tokens are equal, and turn back."""

from sumun.guard.principal import Principal
from sumun.policy import Tokens
from sumun.protection import Scope


def token_scope(tokens: Tokens, principal: Principal, server: str, session: str = "") -> Scope:
    """Return the scope of the tokens that a principal gets from a server.

    A call without a session is one for as long as its access token is.
    """
    who = (principal.client_id, principal.subject)
    match tokens.scope:
        case "session":
            holder = "\0".join((*who, session or principal.token_id))
        case "principal":
            holder = "\0".join(who)
        case "tenant":
            holder = ""
    return Scope(tenant=principal.tenant, audience=server, holder=holder)

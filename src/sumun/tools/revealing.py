"""What the tool ``reveal`` answers."""

from datetime import UTC, datetime

from mcp.server.mcpserver.exceptions import ToolError

from sumun.guard import Asked, CannotReveal, Principal, Revealed, Revealer
from sumun.tools.workbench import Report


async def reveal(revealer: Revealer, principal: Principal, asked: Asked) -> Report:
    """Return the values, and until when the caller may ask for more of the kind.

    Raises
    ------
    ToolError
        If nothing is revealed.

    """
    try:
        found = await revealer.reveal(principal, asked)
    except CannotReveal as refused:
        raise ToolError(str(refused)) from None
    expires_at = datetime.fromtimestamp(principal.expires_at, UTC)
    return {
        "purpose": asked.purpose,
        "values": [_told(each) for each in found],
        "expires_at": expires_at.isoformat() if principal.expires_at else None,
    }


def _told(found: Revealed) -> dict[str, str]:
    return {
        "token": found.token,
        "value": found.value,
        "entity_type": found.entity_type,
        "category": found.category,
        "server": found.server,
    }

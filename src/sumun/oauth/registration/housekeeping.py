"""Forgetting what became of no use: clients nobody uses, old documents, spent tokens."""

from typing import Final

from sumun.audit import AuditLog, Event
from sumun.oauth.cimd.records import purge_documents
from sumun.oauth.registration.initial_access_tokens import purge_initial_access_tokens
from sumun.oauth.registration.records import purge_unused_clients
from sumun.storage import Database

_DOCUMENTS: Final = 7 * 86_400
"""Seconds after which a document nobody asked for again is forgotten."""


async def purge_clients(
    database: Database, audit: AuditLog, *, unused_client_ttl: int, now: int
) -> int:
    """Forget what is of no use any more; return how many clients were forgotten.

    Parameters
    ----------
    unused_client_ttl:
        Seconds a client that registered itself may go without ever having a token.
    now:
        Unix seconds.

    Raises
    ------
    StorageError, AuditUnavailable
        If it cannot be done or recorded.

    """
    forgotten = await database.write(purge_unused_clients, created_before=now - unused_client_ttl)
    await database.write(purge_documents, fetched_before=now - _DOCUMENTS)
    await database.write(purge_initial_access_tokens, now=now)
    if forgotten:
        await audit.record(
            Event(
                event_type="clients_expired",
                action_taken="removed",
                detail={"clients": forgotten, "unused_for": unused_client_ttl},
            )
        )
    return forgotten

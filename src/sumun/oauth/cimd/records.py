"""Documents as they are kept, so that a restart and another node know them too."""

from typing import Final

import msgspec

from sumun.oauth.clients import Client, ClientMetadata, decode_metadata, encode_metadata
from sumun.storage import Transaction

KEPT: Final = 10_000
"""How many documents are kept; beyond it those fetched longest ago go."""


class Kept(msgspec.Struct, frozen=True):
    """A document that was in order when it was fetched; times are Unix seconds."""

    client_id: str
    metadata: ClientMetadata
    fetched_at: int
    expires_at: int

    @property
    def client(self) -> Client:
        """The client it describes."""
        return Client(
            client_id=self.client_id,
            metadata=self.metadata,
            created_at=self.fetched_at,
            origin="document",
        )


def find_document(tx: Transaction, client_id: str) -> Kept | None:
    """Return the document of that URL, fresh or not."""
    row = tx.fetch_one("find_client_document", client_id=client_id)
    if row is None:
        return None
    _, metadata, fetched_at, expires_at = row
    return Kept(client_id, decode_metadata(metadata), int(fetched_at or 0), int(expires_at or 0))


def keep_document(tx: Transaction, document: Kept) -> None:
    """Keep the document in the place of the one before."""
    tx.execute(
        "put_client_document",
        client_id=document.client_id,
        metadata=encode_metadata(document.metadata),
        fetched_at=document.fetched_at,
        expires_at=document.expires_at,
    )


def forget_document(tx: Transaction, client_id: str) -> bool:
    """Forget the document; return whether there was one."""
    return tx.execute("remove_client_document", client_id=client_id) > 0


def purge_documents(tx: Transaction, *, fetched_before: int, keep: int = KEPT) -> int:
    """Forget documents that are too old to be of use, or too many; return how many."""
    return tx.execute("purge_client_documents", fetched_before=fetched_before, keep=keep - 1)

"""Forgetting what nobody would accept any more."""

from typing import Final

from sumun.oauth.authorization.purge import purge_authorizations
from sumun.oauth.revocation import purge_revoked_tokens
from sumun.oauth.traces.trace import purge_traces
from sumun.oauth.upstream.requests import purge_upstream_requests
from sumun.proof import purge_claimed_jtis
from sumun.storage import Transaction

PURGE_EVERY: Final = 3600.0
"""Seconds between two purges."""

_MARGIN: Final = 2 * 3600
"""Seconds things are kept beyond their end, so that a clock set back revives nothing."""


def purge_expired(tx: Transaction, *, now: int) -> int:
    """Delete what has expired for good; return how many rows went."""
    before = now - _MARGIN
    return (
        purge_revoked_tokens(tx, expired_before=before)
        + purge_claimed_jtis(tx, expired_before=before)
        + tx.execute("purge_pushed_requests", before=before)
        + tx.execute("purge_device_codes", before=before)
        + purge_authorizations(tx, now=now)
        + purge_traces(tx, now=now)
        + purge_upstream_requests(tx, before=before)
    )

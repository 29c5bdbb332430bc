"""The deny list of access tokens: what makes revoking a self-contained token work."""

from sumun.storage import Transaction


def revoke_token(tx: Transaction, token_id: str, *, expires_at: int, now: int) -> bool:
    """Refuse the token from now on; return whether it was not revoked already.

    ``expires_at`` is the token's ``exp``: after it the entry has no use.
    """
    changed = tx.execute("revoke_token", token_id=token_id, expires_at=expires_at, revoked_at=now)
    return changed > 0


def is_revoked(tx: Transaction, token_id: str) -> bool:
    """Say whether the token of that ``jti`` is on the deny list."""
    return tx.fetch_one("find_revoked_token", token_id=token_id) is not None


def purge_revoked_tokens(tx: Transaction, *, expired_before: int) -> int:
    """Forget tokens that no verifier would accept any more; return how many.

    ``expired_before`` is the present time less the verifiers' leeway, in Unix seconds.
    """
    return tx.execute("purge_revoked_tokens", now=expired_before)

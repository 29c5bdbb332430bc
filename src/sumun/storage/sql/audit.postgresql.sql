-- name: lock_audit_head
SELECT size, frontier, last_hash, last_time, copied, checkpoint
FROM audit_heads
WHERE node = :node
FOR UPDATE;

-- name: create_audit_head
INSERT INTO audit_heads (node, size, frontier, last_hash, last_time, copied, checkpoint)
SELECT :node, 0, :frontier, :last_hash, 0, 0, :checkpoint
WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE node = :node)
ON CONFLICT (node) DO NOTHING;

-- name: audit_head
SELECT size, frontier, last_hash, last_time, copied, checkpoint
FROM audit_heads
WHERE node = :node;

-- name: lock_audit_head
SELECT size, frontier, last_hash, last_time, copied, checkpoint
FROM audit_heads
WHERE node = :node;

-- name: move_audit_head
UPDATE audit_heads
SET size = :size, frontier = :frontier, last_hash = :last_hash, last_time = :last_time,
    copied = :copied, checkpoint = :checkpoint
WHERE node = :node;

-- name: note_audit_copy
UPDATE audit_heads SET copied = :copied WHERE node = :node AND copied < :copied;

-- name: insert_audit_event
INSERT INTO audit_events
    (node, seq, time, event_type, user_id, client_id, server, tool_name, line, leaf_hash)
VALUES
    (:node, :seq, :time, :event_type, :user_id, :client_id, :server, :tool_name, :line,
     :leaf_hash);

-- name: insert_audit_checkpoint
INSERT INTO audit_checkpoints (node, size, checkpoint, created_at)
VALUES (:node, :size, :checkpoint, :created_at);

-- name: audit_checkpoints
SELECT size, checkpoint FROM audit_checkpoints WHERE node = :node ORDER BY size;

-- name: audit_extent
SELECT COALESCE(MAX(seq) + 1, 0) FROM audit_events WHERE node = :node;

-- name: audit_lines
SELECT line
FROM audit_events
WHERE node = :node AND seq >= :start AND seq < :stop
ORDER BY seq;

-- name: audit_leaf_hashes
SELECT leaf_hash
FROM audit_events
WHERE node = :node AND seq >= :start AND seq < :stop
ORDER BY seq;

-- name: audit_events
SELECT seq, time, event_type, user_id, client_id, server, tool_name, line, leaf_hash
FROM audit_events
WHERE node = :node AND seq >= :start AND seq < :stop
ORDER BY seq
LIMIT :count;

-- name: tail_audit_events
SELECT line
FROM audit_events
WHERE node = :node AND seq >= :start AND seq < :stop AND time >= :since
    AND (CAST(:event_type AS TEXT) IS NULL OR event_type = :event_type)
    AND (CAST(:user_id AS TEXT) IS NULL OR user_id = :user_id)
    AND (CAST(:client_id AS TEXT) IS NULL OR client_id = :client_id)
    AND (CAST(:server AS TEXT) IS NULL OR server = :server)
    AND (CAST(:tool_name AS TEXT) IS NULL OR tool_name = :tool_name)
ORDER BY seq DESC
LIMIT :count;

-- name: push_request
INSERT INTO pushed_requests (
    request_hash, client_id, parameters, dpop_jkt, created_at, expires_at, used_at
)
VALUES (:request_hash, :client_id, :parameters, '', :created_at, :expires_at, NULL);

-- name: use_pushed_request
UPDATE pushed_requests SET used_at = :now
WHERE request_hash = :request_hash AND client_id = :client_id
    AND used_at IS NULL AND expires_at > :now;

-- name: find_pushed_request
SELECT parameters FROM pushed_requests WHERE request_hash = :request_hash;

-- name: purge_pushed_requests
DELETE FROM pushed_requests WHERE expires_at <= :before;

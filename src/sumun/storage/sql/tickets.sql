-- name: add_ticket
INSERT INTO tickets (
    ticket_hash, browser_hash, request, session_id, created_at, expires_at, used_at
)
VALUES (:ticket_hash, :browser_hash, :request, NULL, :created_at, :expires_at, NULL);

-- name: find_ticket
SELECT request, session_id, created_at, expires_at
FROM tickets
WHERE ticket_hash = :ticket_hash AND browser_hash = :browser_hash
    AND used_at IS NULL AND expires_at > :now;

-- name: sign_ticket_in
UPDATE tickets SET session_id = :session_id
WHERE ticket_hash = :ticket_hash AND browser_hash = :browser_hash
    AND used_at IS NULL AND expires_at > :now;

-- name: use_ticket
UPDATE tickets SET used_at = :now
WHERE ticket_hash = :ticket_hash AND browser_hash = :browser_hash
    AND used_at IS NULL AND expires_at > :now;

-- name: purge_tickets
DELETE FROM tickets WHERE expires_at <= :before;

-- name: queue_logouts
INSERT INTO pending_logouts (session_id, client_id, user_id, created_at, tries, next_try_at)
SELECT DISTINCT g.session_id, g.client_id, g.user_id, s.ended_at, 0, s.ended_at
FROM authorization_grants g JOIN sessions s ON s.session_id = g.session_id
WHERE g.session_id = :session_id AND s.ended_at IS NOT NULL
    AND ' ' || g.scope || ' ' LIKE '% openid %'
ON CONFLICT DO NOTHING;

-- name: list_due_logouts
SELECT session_id, client_id, user_id, created_at, tries, next_try_at
FROM pending_logouts
WHERE next_try_at <= :now
ORDER BY next_try_at, session_id, client_id
LIMIT :most;

-- name: claim_logout
UPDATE pending_logouts SET tries = tries + 1, next_try_at = :next_try_at
WHERE session_id = :session_id AND client_id = :client_id AND tries = :tries;

-- name: remove_logout
DELETE FROM pending_logouts WHERE session_id = :session_id AND client_id = :client_id;

-- name: add_session
INSERT INTO sessions (
    session_hash, session_id, user_id, auth_time, amr, acr, user_agent,
    created_at, seen_at, expires_at, ended_at
)
VALUES (
    :session_hash, :session_id, :user_id, :auth_time, :amr, :acr, :user_agent,
    :created_at, :created_at, :expires_at, NULL
);

-- name: find_session
SELECT s.session_id, s.user_id, s.auth_time, s.amr, s.acr, s.user_agent,
    s.created_at, s.seen_at, s.expires_at, u.username
FROM sessions s JOIN users u ON u.user_id = s.user_id
WHERE s.session_hash = :session_hash AND s.ended_at IS NULL AND u.disabled_at IS NULL;

-- name: list_sessions
SELECT s.session_id, s.user_id, s.auth_time, s.amr, s.acr, s.user_agent,
    s.created_at, s.seen_at, s.expires_at, u.username
FROM sessions s JOIN users u ON u.user_id = s.user_id
WHERE s.user_id = :user_id AND s.ended_at IS NULL AND s.expires_at > :now
ORDER BY s.created_at DESC, s.session_id;

-- name: see_session
UPDATE sessions SET seen_at = :now
WHERE session_hash = :session_hash AND seen_at < :now AND ended_at IS NULL;

-- name: end_session
UPDATE sessions SET ended_at = :now
WHERE session_id = :session_id AND user_id = :user_id AND ended_at IS NULL;

-- name: purge_sessions
DELETE FROM sessions WHERE expires_at <= :before;

-- name: renew_session
UPDATE sessions
SET session_hash = :session_hash, auth_time = :auth_time, amr = :amr, acr = :acr,
    seen_at = :seen_at, expires_at = :expires_at
WHERE session_id = :session_id AND user_id = :user_id AND ended_at IS NULL;

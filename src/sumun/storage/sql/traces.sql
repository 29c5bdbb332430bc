-- name: add_trace
INSERT INTO traces (ref, client_id, grant_id, token_id, created_at)
VALUES (:ref, :client_id, NULL, NULL, :created_at)
ON CONFLICT DO NOTHING;

-- name: name_trace_client
UPDATE traces SET client_id = :client_id WHERE ref = :ref;

-- name: bind_trace_grant
UPDATE traces SET grant_id = :grant_id WHERE ref = :ref;

-- name: bind_trace_token
UPDATE traces SET token_id = :token_id WHERE grant_id = :grant_id AND token_id IS NULL;

-- name: add_trace_step
INSERT INTO trace_steps (ref, noted_at, stage, outcome, code, words)
SELECT t.ref, :noted_at, :stage, :outcome, :code, :words
FROM traces t
WHERE t.ref = :ref AND (SELECT COUNT(*) FROM trace_steps s WHERE s.ref = t.ref) < :most
ON CONFLICT DO NOTHING;

-- name: find_trace_of_grant
SELECT ref FROM traces WHERE grant_id = :grant_id;

-- name: find_trace_of_token
SELECT ref FROM traces WHERE token_id = :token_id;

-- name: find_trace
SELECT ref, client_id, grant_id, created_at FROM traces WHERE ref = :ref;

-- name: list_trace_steps
SELECT noted_at, stage, outcome, code, words
FROM trace_steps
WHERE ref = :ref
ORDER BY noted_at;

-- name: find_last_trace_step
SELECT noted_at, stage, outcome, code, words
FROM trace_steps
WHERE ref = :ref
ORDER BY noted_at DESC
LIMIT 1;

-- name: list_traces
SELECT ref, client_id, grant_id, created_at
FROM traces
WHERE client_id = :client_id OR :client_id = ''
ORDER BY created_at DESC, ref
LIMIT :most;

-- name: purge_traces
DELETE FROM traces
WHERE created_at <= :before
    OR ref NOT IN (SELECT ref FROM traces ORDER BY created_at DESC, ref LIMIT :keep);

-- name: purge_trace_steps
DELETE FROM trace_steps WHERE ref NOT IN (SELECT ref FROM traces);

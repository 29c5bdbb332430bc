-- name: add_approval
INSERT INTO approvals
    (approval_id, digest, tenant, client_id, subject, server, tool, arguments, rule, approvers,
     requested_at, expires_at, decision, decided_by, closed_at)
VALUES
    (:approval_id, :digest, :tenant, :client_id, :subject, :server, :tool, :arguments, :rule,
     :approvers, :requested_at, :expires_at, '', '', NULL)
ON CONFLICT (digest) WHERE closed_at IS NULL DO NOTHING;

-- name: find_open_approval
SELECT approval_id, digest, tenant, client_id, subject, server, tool, arguments, rule, approvers,
    requested_at, expires_at, decision, decided_by
FROM approvals
WHERE digest = :digest AND closed_at IS NULL;

-- name: find_approval
SELECT approval_id, digest, tenant, client_id, subject, server, tool, arguments, rule, approvers,
    requested_at, expires_at, decision, decided_by
FROM approvals
WHERE approval_id = :approval_id AND closed_at IS NULL;

-- name: list_open_approvals
SELECT approval_id, digest, tenant, client_id, subject, server, tool, arguments, rule, approvers,
    requested_at, expires_at, decision, decided_by
FROM approvals
WHERE closed_at IS NULL
ORDER BY requested_at, approval_id
LIMIT :count;

-- name: decide_approval
UPDATE approvals SET decision = :decision, decided_by = :decided_by
WHERE approval_id = :approval_id AND decision = '' AND closed_at IS NULL AND expires_at > :now;

-- name: use_approval
UPDATE approvals SET closed_at = :now
WHERE approval_id = :approval_id AND decision = 'approved' AND closed_at IS NULL
    AND expires_at > :now;

-- name: close_approval
UPDATE approvals SET closed_at = :now
WHERE approval_id = :approval_id AND closed_at IS NULL;

-- name: purge_approvals
DELETE FROM approvals WHERE closed_at IS NOT NULL AND closed_at <= :before;

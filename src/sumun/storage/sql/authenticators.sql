-- name: put_authenticator
INSERT INTO authenticators (
    user_id, secret, created_at, confirmed_at, last_step, next_try_at
)
VALUES (:user_id, :secret, :now, NULL, 0, 0)
ON CONFLICT (user_id) DO UPDATE
SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0
WHERE authenticators.confirmed_at IS NULL;

-- name: find_authenticator
SELECT user_id, secret, created_at, confirmed_at, last_step, next_try_at
FROM authenticators
WHERE user_id = :user_id;

-- name: count_authenticator_try
UPDATE authenticators
SET next_try_at = CASE WHEN next_try_at > :now THEN next_try_at ELSE :now END + :pause
WHERE user_id = :user_id AND next_try_at - :tolerance <= :now;

-- name: use_authenticator_step
UPDATE authenticators
SET last_step = :step, next_try_at = next_try_at - :pause
WHERE user_id = :user_id AND last_step < :step;

-- name: confirm_authenticator
UPDATE authenticators SET confirmed_at = :now
WHERE user_id = :user_id AND confirmed_at IS NULL;

-- name: remove_authenticator
DELETE FROM authenticators
WHERE user_id = :user_id;

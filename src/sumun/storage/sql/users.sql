-- name: add_user
INSERT INTO users (user_id, username, password_hash, locale, created_at, disabled_at)
VALUES (:user_id, :username, :password_hash, :locale, :created_at, NULL);

-- name: find_user_by_name
SELECT user_id, username, password_hash, locale, created_at, disabled_at
FROM users
WHERE username = :username;

-- name: find_user_by_id
SELECT user_id, username, password_hash, locale, created_at, disabled_at
FROM users
WHERE user_id = :user_id;

-- name: list_users
SELECT user_id, username, password_hash, locale, created_at, disabled_at
FROM users
ORDER BY username;

-- name: replace_password
UPDATE users SET password_hash = :password_hash
WHERE user_id = :user_id;

-- name: disable_user
UPDATE users SET disabled_at = :now
WHERE user_id = :user_id AND disabled_at IS NULL;

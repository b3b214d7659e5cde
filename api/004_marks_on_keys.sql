-- A mark on every key of the API, made under the wrapping key, so that one put here or changed by other means is found.

ALTER TABLE api.key ADD COLUMN mark bytea;
COMMENT ON COLUMN api.key.mark IS 'HMAC-SHA-256 over the rest of the row, under a key derived from the wrapping key, after that key''s 8-byte name; null for one made before there were marks.';

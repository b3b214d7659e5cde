-- People at pages: a key is exchanged for a session, which the server can end; and links that sign in once.

CREATE TABLE api.session (
    sha256     bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    key_id     uuid        NOT NULL REFERENCES api.key,
    since      bigint      NOT NULL,
    began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
COMMENT ON TABLE api.session IS 'One row for each time that somebody signed in to the pages with a key.';
COMMENT ON COLUMN api.session.sha256 IS 'Hash of what the browser''s cookie holds, which is random.';
COMMENT ON COLUMN api.session.key_id IS 'The key that was exchanged for it; when that is revoked, the session is over.';
COMMENT ON COLUMN api.session.since IS 'The position of the log when this key''s holder had last looked at what is new.';
COMMENT ON COLUMN api.session.began_at IS 'When it began.';
COMMENT ON COLUMN api.session.expires_at IS 'When it ends by itself.';
COMMENT ON COLUMN api.session.ended_at IS 'When it was ended by signing out, or by signing in again; null while it is open.';
CREATE INDEX session_of_key ON api.session (key_id, began_at);

CREATE TABLE api.sign_in_link (
    sha256     bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    key_id     uuid        NOT NULL REFERENCES api.key,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON TABLE api.sign_in_link IS 'Links that sign in once with a key, made by whoever operates the service.';
COMMENT ON COLUMN api.sign_in_link.sha256 IS 'Hash of the link''s last part, which is random.';
COMMENT ON COLUMN api.sign_in_link.key_id IS 'The key that it signs in with.';
COMMENT ON COLUMN api.sign_in_link.expires_at IS 'Until when it can be used.';
COMMENT ON COLUMN api.sign_in_link.used_at IS 'When it was used; null while it can be.';

CREATE TABLE api.last_look (
    key_id    uuid        PRIMARY KEY REFERENCES api.key,
    position  bigint      NOT NULL,
    looked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE api.last_look IS 'How far the log had come when the holder of a key last looked at what is new.';
COMMENT ON COLUMN api.last_look.key_id IS 'The key.';
COMMENT ON COLUMN api.last_look.position IS 'The last position of the log at that moment.';
COMMENT ON COLUMN api.last_look.looked_at IS 'That moment.';

GRANT SELECT, INSERT, UPDATE, DELETE ON api.session TO folkmoot_writer;
GRANT SELECT, UPDATE ON api.sign_in_link TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE ON api.last_look TO folkmoot_writer;

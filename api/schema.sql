-- Keys by which programs and people use the API. Applied once, after the log, by the migrate command.

CREATE SCHEMA api;
COMMENT ON SCHEMA api IS 'Who may use the API. Not part of the record.';

CREATE TABLE api.key (
    key_id     uuid        PRIMARY KEY,
    sha256     bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    name       text        NOT NULL CHECK (name <> ''),
    scope      text        NOT NULL CHECK (scope IN ('read', 'record', 'steward')),
    party_id   uuid        CHECK (party_id IS NOT NULL OR scope <> 'record'),
    speaks_for uuid[]      NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON TABLE api.key IS 'One row a key; the key itself is shown once to who makes it and never stored.';
COMMENT ON COLUMN api.key.key_id IS 'Identity of the key; part of it, and the actor in the envelopes of what it records.';
COMMENT ON COLUMN api.key.sha256 IS 'Hash of the whole key, which is random and long enough to need no salt.';
COMMENT ON COLUMN api.key.name IS 'What the key is for, such as a tool; not the name of a person.';
COMMENT ON COLUMN api.key.scope IS 'What it may do; each of read, record, steward includes those before it.';
COMMENT ON COLUMN api.key.party_id IS 'The organisation or group it belongs to; a reader or steward may have none.';
COMMENT ON COLUMN api.key.speaks_for IS 'Other organisations or groups whose word it may set down.';
COMMENT ON COLUMN api.key.created_at IS 'When it was made.';
COMMENT ON COLUMN api.key.expires_at IS 'When it ends by itself; null for never.';
COMMENT ON COLUMN api.key.revoked_at IS 'When it was taken away; null while it is in force.';

GRANT USAGE ON SCHEMA api TO folkmoot_writer;
GRANT SELECT ON api.key TO folkmoot_writer;

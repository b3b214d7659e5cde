-- People and services that use the installation, the roles they hold, and the keys that are theirs. Not part of the record.

CREATE TABLE api.account (
    account_id uuid        PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('person', 'service')),
    party_id   uuid,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at  timestamptz,
    mark       bytea
);
COMMENT ON TABLE api.account IS 'One row a person or a service that uses the installation.';
COMMENT ON COLUMN api.account.account_id IS 'Identity of the account: the actor in the envelopes of what it records.';
COMMENT ON COLUMN api.account.kind IS 'Whether a person or a program uses it.';
COMMENT ON COLUMN api.account.party_id IS 'The organisation or group that it belongs to; null for those who run the installation.';
COMMENT ON COLUMN api.account.name IS 'By which it is known in the installation; empty once its holder is forgotten.';
COMMENT ON COLUMN api.account.created_at IS 'When it was made.';
COMMENT ON COLUMN api.account.closed_at IS 'When it was closed, with every key and role of it; null while it is open.';
COMMENT ON COLUMN api.account.mark IS 'HMAC-SHA-256 over the rest of the row, as for keys.';

CREATE TABLE api.grant_entry (
    entry      bigint      PRIMARY KEY,
    grant_id   uuid        NOT NULL,
    act        text        NOT NULL CHECK (act IN ('given', 'taken-away')),
    account_id uuid        NOT NULL REFERENCES api.account,
    role       text        NOT NULL CHECK (role <> ''),
    reach      text        NOT NULL CHECK (reach IN ('all', 'partnerships', 'places')),
    reach_ids  uuid[]      NOT NULL DEFAULT '{}' CHECK ((reach = 'all') = (cardinality(reach_ids) = 0)),
    bodies     uuid[]      NOT NULL DEFAULT '{}',
    until_at   timestamptz,
    by_account uuid        REFERENCES api.account,
    by_key     uuid        REFERENCES api.key,
    why        text        NOT NULL CHECK (why <> ''),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    mark       bytea       NOT NULL,
    UNIQUE (grant_id, act)
);
CREATE INDEX grant_entry_of_account ON api.grant_entry (account_id, entry);
COMMENT ON TABLE api.grant_entry IS 'Roles as they were given and taken away; nothing here is changed or deleted.';
COMMENT ON COLUMN api.grant_entry.entry IS 'The order in which it was written, from 1 without gaps, so that one taken out is missed.';
COMMENT ON COLUMN api.grant_entry.grant_id IS 'The grant: given once, taken away at most once.';
COMMENT ON COLUMN api.grant_entry.act IS 'Whether the role was given or taken away.';
COMMENT ON COLUMN api.grant_entry.account_id IS 'Whose role it is.';
COMMENT ON COLUMN api.grant_entry.role IS 'The role, such as officer.';
COMMENT ON COLUMN api.grant_entry.reach IS 'How far it reaches: every partnership, some, or those of some places.';
COMMENT ON COLUMN api.grant_entry.reach_ids IS 'Those partnerships or places.';
COMMENT ON COLUMN api.grant_entry.bodies IS 'Whose word it may set down in this role.';
COMMENT ON COLUMN api.grant_entry.until_at IS 'When the role ends by itself; null for never.';
COMMENT ON COLUMN api.grant_entry.by_account IS 'The account that gave it or took it away; null where that was a key without one, or the command line.';
COMMENT ON COLUMN api.grant_entry.by_key IS 'The key by which that was done; null at pages entered otherwise, and on the command line.';
COMMENT ON COLUMN api.grant_entry.why IS 'Why, in the words of whoever did it.';
COMMENT ON COLUMN api.grant_entry.at IS 'When.';
COMMENT ON COLUMN api.grant_entry.mark IS 'HMAC-SHA-256 over the rest of the row, as for keys.';
COMMENT ON INDEX api.grant_entry_of_account IS 'The roles of one account, in order.';

CREATE FUNCTION api.keep_grant_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.mark := NEW.mark;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'entries on roles are never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
COMMENT ON FUNCTION api.keep_grant_entry() IS 'Refuses to change or delete an entry, but for a mark made under another wrapping key.';
CREATE TRIGGER keep_grant_entry BEFORE UPDATE OR DELETE ON api.grant_entry
    FOR EACH ROW EXECUTE FUNCTION api.keep_grant_entry();
CREATE TRIGGER keep_grant_entries BEFORE TRUNCATE ON api.grant_entry
    FOR EACH STATEMENT EXECUTE FUNCTION api.keep_grant_entry();
ALTER TABLE api.grant_entry ENABLE ALWAYS TRIGGER keep_grant_entry;
ALTER TABLE api.grant_entry ENABLE ALWAYS TRIGGER keep_grant_entries;
COMMENT ON TRIGGER keep_grant_entry ON api.grant_entry IS 'Entries stay as they were written.';
COMMENT ON TRIGGER keep_grant_entries ON api.grant_entry IS 'Entries stay as they were written.';

ALTER TABLE api.key ADD COLUMN account_id uuid REFERENCES api.account;
COMMENT ON COLUMN api.key.account_id IS 'Whose key it is; null for one made on the command line for no account.';
CREATE INDEX key_of_account ON api.key (account_id, created_at);
COMMENT ON INDEX api.key_of_account IS 'The keys of one account, oldest first.';
ALTER TABLE api.key DROP CONSTRAINT key_check;
ALTER TABLE api.key ADD CONSTRAINT key_that_records_is_somebodys
    CHECK (party_id IS NOT NULL OR account_id IS NOT NULL OR scope <> 'record');

CREATE TABLE api.key_use (
    key_id       uuid        PRIMARY KEY REFERENCES api.key,
    last_used_at timestamptz NOT NULL
);
COMMENT ON TABLE api.key_use IS 'When each key was used last, to within five minutes.';
COMMENT ON COLUMN api.key_use.key_id IS 'The key.';
COMMENT ON COLUMN api.key_use.last_used_at IS 'When it was used last.';

GRANT SELECT, INSERT, UPDATE (name, closed_at, mark) ON api.account TO folkmoot_writer;
GRANT SELECT, INSERT ON api.grant_entry TO folkmoot_writer;
GRANT INSERT, UPDATE (expires_at, revoked_at, mark) ON api.key TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE ON api.key_use TO folkmoot_writer;

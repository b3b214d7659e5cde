-- People signed on by a provider of OpenID Connect: whose account each is, and sessions that no key began.

CREATE TABLE api.sign_on_subject (
    account_id uuid        PRIMARY KEY REFERENCES api.account,
    subject    bytea       NOT NULL UNIQUE CHECK (octet_length(subject) = 40),
    first_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    mark       bytea
);
COMMENT ON TABLE api.sign_on_subject IS 'One row for each person or program that a provider vouched for, within one organisation.';
COMMENT ON COLUMN api.sign_on_subject.account_id IS 'The account that was made for them when they first came.';
COMMENT ON COLUMN api.sign_on_subject.subject IS 'HMAC-SHA-256 over who they are at the provider, under a key derived from the wrapping key, after that key''s 8-byte name; who they are is kept nowhere.';
COMMENT ON COLUMN api.sign_on_subject.first_at IS 'When they first came.';
COMMENT ON COLUMN api.sign_on_subject.mark IS 'HMAC-SHA-256 over the rest of the row, as for keys.';

ALTER TABLE api.session ALTER COLUMN key_id DROP NOT NULL;
ALTER TABLE api.session ADD COLUMN account_id uuid REFERENCES api.account;
ALTER TABLE api.session ADD COLUMN conditions bytea[] NOT NULL DEFAULT '{}';
ALTER TABLE api.session ADD COLUMN errand bytea UNIQUE;
ALTER TABLE api.session ADD CONSTRAINT session_of_key_or_account CHECK ((key_id IS NULL) <> (account_id IS NULL));
COMMENT ON TABLE api.session IS 'One row for each time that somebody signed in to the pages, with a key or by a provider.';
COMMENT ON COLUMN api.session.key_id IS 'The key that was exchanged for it; when that is revoked, the session is over. Null for one begun by a provider.';
COMMENT ON COLUMN api.session.account_id IS 'The account of somebody for whom a provider vouched; when that is closed, the session is over.';
COMMENT ON COLUMN api.session.conditions IS 'Hashes of what the table from claims to roles asked for and was met; the roles are looked up in the table as it is now.';
COMMENT ON COLUMN api.session.errand IS 'Hash of the way to the provider and back that began it, so that none begins two.';
CREATE INDEX session_of_account ON api.session (account_id, began_at);
COMMENT ON INDEX api.session_of_account IS 'The sessions of one account, in order.';

ALTER TABLE api.last_look DROP CONSTRAINT last_look_key_id_fkey;
ALTER TABLE api.last_look RENAME COLUMN key_id TO holder_id;
COMMENT ON TABLE api.last_look IS 'How far the log had come when somebody last looked at what is new.';
COMMENT ON COLUMN api.last_look.holder_id IS 'Their account, or the key of whoever has none.';

GRANT SELECT, INSERT, UPDATE (subject, mark) ON api.sign_on_subject TO folkmoot_writer;

-- Secret links by which calendars are read without signing in. Not part of the record.

CREATE TABLE api.calendar_link (
    link_id        uuid        PRIMARY KEY,
    account_id     uuid        NOT NULL REFERENCES api.account,
    sha256         bytea       NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    partnership_id uuid,
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at       timestamptz,
    last_used_at   timestamptz
);
CREATE INDEX calendar_link_of_account ON api.calendar_link (account_id, made_at);
COMMENT ON TABLE api.calendar_link IS 'One row a link; the link itself is shown once to who makes it and never stored.';
COMMENT ON COLUMN api.calendar_link.link_id IS 'Identity of the link; opens nothing.';
COMMENT ON COLUMN api.calendar_link.account_id IS 'Whose calendar it is: it shows what their roles reach at the moment of reading.';
COMMENT ON COLUMN api.calendar_link.sha256 IS 'Hash of the last part of the link, which is random and long enough to need no salt.';
COMMENT ON COLUMN api.calendar_link.partnership_id IS 'The partnership that it is about; null for all in which their bodies have a seat.';
COMMENT ON COLUMN api.calendar_link.made_at IS 'When it was made.';
COMMENT ON COLUMN api.calendar_link.ended_at IS 'When it was ended; null while it is good.';
COMMENT ON COLUMN api.calendar_link.last_used_at IS 'When it was read last, to within five minutes.';
COMMENT ON INDEX api.calendar_link_of_account IS 'The links of one account, oldest first.';

REVOKE ALL ON api.calendar_link FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (ended_at, last_used_at) ON api.calendar_link TO folkmoot_writer;

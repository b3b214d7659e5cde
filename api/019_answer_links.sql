-- Links by which somebody without an account answers for one promise, and the sittings that they open. Not part of the record.

CREATE TABLE api.answer_link (
    link_id        uuid        PRIMARY KEY,
    partnership_id uuid        NOT NULL,
    record_id      uuid        NOT NULL,
    commitment_id  uuid        NOT NULL,
    party_id       uuid        NOT NULL,
    way            text        NOT NULL CHECK (way IN ('mail', 'passed-on')),
    selector       text        CHECK (selector <> ''),
    sha256         bytea       UNIQUE CHECK (octet_length(sha256) = 32),
    made_by        uuid        NOT NULL,
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at     timestamptz NOT NULL,
    opened_at      timestamptz,
    ended_at       timestamptz,
    ended_as       text        CHECK (ended_as IN ('used', 'withdrawn', 'returned')),
    mark           bytea,
    CHECK ((selector IS NULL) = (sha256 IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_as IS NULL))
);
CREATE INDEX answer_link_by_selector ON api.answer_link (selector);
CREATE INDEX answer_link_of_partnership ON api.answer_link (partnership_id, made_at);
COMMENT ON TABLE api.answer_link IS 'One row a link: for one promise, one body, and one answer.';
COMMENT ON COLUMN api.answer_link.link_id IS 'Identity of the link: the actor in the envelope of the answer that it gives.';
COMMENT ON COLUMN api.answer_link.partnership_id IS 'The partnership in whose affairs the promise is.';
COMMENT ON COLUMN api.answer_link.record_id IS 'The record of the promise.';
COMMENT ON COLUMN api.answer_link.commitment_id IS 'The promise.';
COMMENT ON COLUMN api.answer_link.party_id IS 'The body in whose word it answers: the promise was made to it, or it speaks for residents at large.';
COMMENT ON COLUMN api.answer_link.way IS 'Whether it is sent by mail, or was shown to a steward to be passed on.';
COMMENT ON COLUMN api.answer_link.selector IS 'The first letters of its code, by which the row is found; null while the code was not made.';
COMMENT ON COLUMN api.answer_link.sha256 IS 'Hash of the whole code, which is random and kept nowhere.';
COMMENT ON COLUMN api.answer_link.made_by IS 'The account or key that made it.';
COMMENT ON COLUMN api.answer_link.made_at IS 'When.';
COMMENT ON COLUMN api.answer_link.expires_at IS 'Until when it can be used.';
COMMENT ON COLUMN api.answer_link.opened_at IS 'When it was opened first; null while nobody did.';
COMMENT ON COLUMN api.answer_link.ended_at IS 'When it ended otherwise than by its time running out; null while it can be used.';
COMMENT ON COLUMN api.answer_link.ended_as IS 'Whether it was used, withdrawn, or given back by somebody who is not the right person.';
COMMENT ON COLUMN api.answer_link.mark IS 'HMAC-SHA-256 over what the row says of whom the link is for and how it ended, as for keys.';
COMMENT ON INDEX api.answer_link_by_selector IS 'The link with a code.';
COMMENT ON INDEX api.answer_link_of_partnership IS 'The links of one partnership, in order.';

CREATE TABLE api.answer_sitting (
    sha256     bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    link_id    uuid        NOT NULL REFERENCES api.answer_link,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE api.answer_sitting IS 'One row for each time that a link was opened in a browser, which alone can answer then.';
COMMENT ON COLUMN api.answer_sitting.sha256 IS 'Hash of what the browser''s cookie holds, which is random.';
COMMENT ON COLUMN api.answer_sitting.link_id IS 'The link that was opened.';
COMMENT ON COLUMN api.answer_sitting.expires_at IS 'When it ends by itself.';

GRANT SELECT, INSERT, UPDATE ON api.answer_link TO folkmoot_writer;
GRANT SELECT, INSERT, DELETE ON api.answer_sitting TO folkmoot_writer;

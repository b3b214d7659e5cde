-- Who raised an ask and wants to hear what becomes of it, what they were told, and how far the log was followed for that.

CREATE TABLE api.ask_wish (
    wish_id        uuid        PRIMARY KEY,
    partnership_id uuid        NOT NULL,
    ask_id         uuid        NOT NULL,
    person_id      uuid        NOT NULL,
    since_position bigint      NOT NULL,
    agreed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    noted_by       uuid        NOT NULL,
    ended_at       timestamptz,
    UNIQUE (ask_id, person_id)
);
CREATE INDEX ask_wish_open ON api.ask_wish (partnership_id, ask_id) WHERE ended_at IS NULL;
COMMENT ON TABLE api.ask_wish IS 'One row an ask and a person who agreed to be told by mail what becomes of it.';
COMMENT ON COLUMN api.ask_wish.wish_id IS 'Identity of the wish, by which one click ends it.';
COMMENT ON COLUMN api.ask_wish.partnership_id IS 'The partnership in whose affairs the ask is.';
COMMENT ON COLUMN api.ask_wish.ask_id IS 'The ask.';
COMMENT ON COLUMN api.ask_wish.person_id IS 'The person, in the register; the address is looked up there when a mail is sent.';
COMMENT ON COLUMN api.ask_wish.since_position IS 'The last position of the log when they agreed: only what came later is told.';
COMMENT ON COLUMN api.ask_wish.agreed_at IS 'When it was noted that they agreed.';
COMMENT ON COLUMN api.ask_wish.noted_by IS 'The account or key that noted it.';
COMMENT ON COLUMN api.ask_wish.ended_at IS 'When they ended it, or it was ended for them; null while they want to hear.';
COMMENT ON INDEX api.ask_wish_open IS 'Who wants to hear of an ask.';

CREATE TABLE api.ask_told (
    ask_id    uuid        NOT NULL,
    person_id uuid        NOT NULL,
    news      text        NOT NULL CHECK (news <> ''),
    event_id  uuid        NOT NULL,
    told_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ask_id, person_id, news)
);
COMMENT ON TABLE api.ask_told IS 'What was put in the outbox of each ask for each person, so that nobody is told the same twice.';
COMMENT ON COLUMN api.ask_told.ask_id IS 'The ask.';
COMMENT ON COLUMN api.ask_told.person_id IS 'The person.';
COMMENT ON COLUMN api.ask_told.news IS 'The kind of news, such as answered.';
COMMENT ON COLUMN api.ask_told.event_id IS 'The event that was told of.';
COMMENT ON COLUMN api.ask_told.told_at IS 'When it was put in the outbox.';

CREATE TABLE api.ask_teller (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    log_id   uuid    NOT NULL,
    position bigint  NOT NULL
);
COMMENT ON TABLE api.ask_teller IS 'One row: how far the log was followed for news of asks. No rebuild and no replay touches it.';
COMMENT ON COLUMN api.ask_teller.is_only IS 'Always true.';
COMMENT ON COLUMN api.ask_teller.log_id IS 'The log that was followed.';
COMMENT ON COLUMN api.ask_teller.position IS 'The last position of which news was told.';

GRANT SELECT, INSERT, UPDATE, DELETE ON api.ask_wish TO folkmoot_writer;
GRANT SELECT, INSERT, DELETE ON api.ask_told TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE ON api.ask_teller TO folkmoot_writer;

-- Webhooks: which other systems are told of what is recorded, how far each has come, and what waits to be sent. Not part of the record.

CREATE TABLE api.webhook (
    webhook_id      uuid        PRIMARY KEY,
    account_id      uuid        NOT NULL REFERENCES api.account,
    name            text        NOT NULL CHECK (name <> ''),
    url             text        NOT NULL CHECK (url <> ''),
    event_types     text[]      NOT NULL,
    partnership_ids uuid[]      NOT NULL,
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at        timestamptz,
    mark            bytea
);
CREATE INDEX webhook_of_account ON api.webhook (account_id, made_at);
COMMENT ON TABLE api.webhook IS 'One row a webhook: an address to which an account has what is recorded sent.';
COMMENT ON COLUMN api.webhook.webhook_id IS 'Identity of the webhook.';
COMMENT ON COLUMN api.webhook.account_id IS 'Whose it is: nothing is sent that this account may not know of.';
COMMENT ON COLUMN api.webhook.name IS 'What it is for, such as a system.';
COMMENT ON COLUMN api.webhook.url IS 'Where it is sent. It may hold a secret of the receiver: it is shown to its owner alone and never logged.';
COMMENT ON COLUMN api.webhook.event_types IS 'The types of event that are sent; empty for all.';
COMMENT ON COLUMN api.webhook.partnership_ids IS 'The partnerships of which it is told; empty for all within its owner''s reach, and the registers.';
COMMENT ON COLUMN api.webhook.made_at IS 'When it was made.';
COMMENT ON COLUMN api.webhook.ended_at IS 'When it ended; null while it has not.';
COMMENT ON COLUMN api.webhook.mark IS 'HMAC-SHA-256 over the rest of the row, as for keys.';
COMMENT ON INDEX api.webhook_of_account IS 'The webhooks of one account, oldest first.';

CREATE TABLE api.webhook_progress (
    webhook_id    uuid        PRIMARY KEY REFERENCES api.webhook,
    position      bigint      NOT NULL CHECK (position >= 0),
    event_id      uuid        CHECK (event_id IS NOT NULL OR position = 0),
    turn_until    timestamptz,
    stopped       text        CHECK (stopped IN ('paused', 'put-back', 'gone', 'owner-gone', 'ended')),
    sent_at       timestamptz,
    sent_position bigint,
    failed_at     timestamptz,
    fault         text        CHECK (fault <> '')
);
COMMENT ON TABLE api.webhook_progress IS 'How far the log has been looked through for each webhook, and how its deliveries went.';
COMMENT ON COLUMN api.webhook_progress.webhook_id IS 'The webhook.';
COMMENT ON COLUMN api.webhook_progress.position IS 'Up to here deliveries are put; it is derived from nothing but the log.';
COMMENT ON COLUMN api.webhook_progress.event_id IS 'The event at that position: another one there tells that the log was put back from a backup.';
COMMENT ON COLUMN api.webhook_progress.turn_until IS 'Until when one worker alone sends for it; null where none does.';
COMMENT ON COLUMN api.webhook_progress.stopped IS 'Why nothing is sent: paused, the log was put back, the receiver wants no more (410), its owner may no longer, or ended. Null while it is sent.';
COMMENT ON COLUMN api.webhook_progress.sent_at IS 'When something was taken by the receiver last.';
COMMENT ON COLUMN api.webhook_progress.sent_position IS 'The position of that.';
COMMENT ON COLUMN api.webhook_progress.failed_at IS 'When a delivery failed last.';
COMMENT ON COLUMN api.webhook_progress.fault IS 'How it failed: a code of ours or a status, never words of the receiver.';

CREATE TABLE api.webhook_secret (
    secret_id       uuid        PRIMARY KEY,
    webhook_id      uuid        NOT NULL REFERENCES api.webhook,
    wrapping_key_id bytea       NOT NULL CHECK (octet_length(wrapping_key_id) = 8),
    wrapped         bytea       NOT NULL CHECK (octet_length(wrapped) = 60),
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    good_until      timestamptz
);
CREATE INDEX webhook_secret_of ON api.webhook_secret (webhook_id, made_at);
COMMENT ON TABLE api.webhook_secret IS 'The secrets under which deliveries are signed, wrapped; each is shown once, to who makes it.';
COMMENT ON COLUMN api.webhook_secret.secret_id IS 'Identity of the secret; it opens nothing.';
COMMENT ON COLUMN api.webhook_secret.webhook_id IS 'Whose deliveries it signs.';
COMMENT ON COLUMN api.webhook_secret.wrapping_key_id IS 'Which wrapping key wraps it.';
COMMENT ON COLUMN api.webhook_secret.wrapped IS 'Nonce and the secret itself under the wrapping key (AES-256-GCM), bound to its id.';
COMMENT ON COLUMN api.webhook_secret.made_at IS 'When it was made.';
COMMENT ON COLUMN api.webhook_secret.good_until IS 'Until when it signs beside the one after it; null for the present one.';
COMMENT ON INDEX api.webhook_secret_of IS 'The secrets of one webhook, in order.';

CREATE TABLE api.webhook_delivery (
    webhook_id   uuid        NOT NULL REFERENCES api.webhook,
    position     bigint      NOT NULL,
    partition_id uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    put_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_try_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries        integer     NOT NULL DEFAULT 0,
    fault        text        CHECK (fault <> ''),
    died_at      timestamptz,
    PRIMARY KEY (webhook_id, position)
);
CREATE INDEX webhook_delivery_waiting ON api.webhook_delivery (webhook_id, partition_id, position) WHERE died_at IS NULL;
CREATE INDEX webhook_delivery_dead ON api.webhook_delivery (webhook_id, position) WHERE died_at IS NOT NULL;
COMMENT ON TABLE api.webhook_delivery IS 'What waits to be sent, and what could not be; what was taken by the receiver has no row.';
COMMENT ON COLUMN api.webhook_delivery.webhook_id IS 'Where it is sent.';
COMMENT ON COLUMN api.webhook_delivery.position IS 'The event, by its position in the log.';
COMMENT ON COLUMN api.webhook_delivery.partition_id IS 'Its partnership, or register entry: of one partition nothing is sent before what came before it.';
COMMENT ON COLUMN api.webhook_delivery.event_id IS 'The event at that position when it was put.';
COMMENT ON COLUMN api.webhook_delivery.put_at IS 'When it was put here; three days later it is given up.';
COMMENT ON COLUMN api.webhook_delivery.next_try_at IS 'When it is due; while it is tried, when its turn is over.';
COMMENT ON COLUMN api.webhook_delivery.tries IS 'How often it was tried.';
COMMENT ON COLUMN api.webhook_delivery.fault IS 'How the last try failed: a code of ours or a status, never words of the receiver.';
COMMENT ON COLUMN api.webhook_delivery.died_at IS 'When it was given up; null while it waits.';
COMMENT ON INDEX api.webhook_delivery_waiting IS 'What waits, partition by partition.';
COMMENT ON INDEX api.webhook_delivery_dead IS 'What was given up.';

REVOKE ALL ON api.webhook, api.webhook_progress, api.webhook_secret, api.webhook_delivery FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (ended_at, mark) ON api.webhook TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE ON api.webhook_progress TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE (good_until), DELETE ON api.webhook_secret TO folkmoot_writer;
GRANT SELECT, INSERT, UPDATE (put_at, next_try_at, tries, fault, died_at), DELETE ON api.webhook_delivery TO folkmoot_writer;
GRANT SELECT ON api.webhook, api.webhook_secret TO folkmoot_vault;
GRANT UPDATE (mark) ON api.webhook TO folkmoot_vault;
GRANT UPDATE (wrapping_key_id, wrapped) ON api.webhook_secret TO folkmoot_vault;

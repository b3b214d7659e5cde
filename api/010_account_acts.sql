-- What was done to accounts and keys, by whom and why; and each of it once for each request. Not part of the record.

CREATE TABLE api.account_act (
    entry       bigint      PRIMARY KEY,
    act_id      uuid        NOT NULL UNIQUE,
    act         text        NOT NULL CHECK (act <> ''),
    account_id  uuid        REFERENCES api.account,
    made        uuid        NOT NULL,
    by_account  uuid        REFERENCES api.account,
    by_key      uuid        REFERENCES api.key,
    why         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    mark        bytea       NOT NULL
);
CREATE INDEX account_act_of_account ON api.account_act (account_id, entry);
COMMENT ON TABLE api.account_act IS 'What was done to accounts and keys; nothing here is changed or deleted.';
COMMENT ON COLUMN api.account_act.entry IS 'The order in which it was written, from 1 without gaps, so that one taken out is missed.';
COMMENT ON COLUMN api.account_act.act_id IS 'The request, made from its sender and its Idempotency-Key, so that it is carried out once.';
COMMENT ON COLUMN api.account_act.act IS 'What was done, such as close-account.';
COMMENT ON COLUMN api.account_act.account_id IS 'Whose account or key it was done to; null for a key of no account.';
COMMENT ON COLUMN api.account_act.made IS 'The account, grant or key that was made or ended.';
COMMENT ON COLUMN api.account_act.by_account IS 'The account that did it; null where that was a key without one, or the command line.';
COMMENT ON COLUMN api.account_act.by_key IS 'The key by which that was done; null at pages entered otherwise, and on the command line.';
COMMENT ON COLUMN api.account_act.why IS 'Why, in the words of whoever did it; empty where no reason is asked for.';
COMMENT ON COLUMN api.account_act.fingerprint IS 'HMAC-SHA-256 of what was sent, by which a repeat is told from something else under the same key.';
COMMENT ON COLUMN api.account_act.at IS 'When.';
COMMENT ON COLUMN api.account_act.mark IS 'HMAC-SHA-256 over the rest of the row, as for keys.';
COMMENT ON INDEX api.account_act_of_account IS 'What was done to one account, in order.';

CREATE FUNCTION api.keep_account_act() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.mark := NEW.mark;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was done to accounts is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
COMMENT ON FUNCTION api.keep_account_act() IS 'Refuses to change or delete an act, but for a mark made under another wrapping key.';
CREATE TRIGGER keep_account_act BEFORE UPDATE OR DELETE ON api.account_act
    FOR EACH ROW EXECUTE FUNCTION api.keep_account_act();
CREATE TRIGGER keep_account_acts BEFORE TRUNCATE ON api.account_act
    FOR EACH STATEMENT EXECUTE FUNCTION api.keep_account_act();
ALTER TABLE api.account_act ENABLE ALWAYS TRIGGER keep_account_act;
ALTER TABLE api.account_act ENABLE ALWAYS TRIGGER keep_account_acts;
COMMENT ON TRIGGER keep_account_act ON api.account_act IS 'Acts stay as they were written.';
COMMENT ON TRIGGER keep_account_acts ON api.account_act IS 'Acts stay as they were written.';

GRANT SELECT, INSERT ON api.account_act TO folkmoot_writer;
GRANT UPDATE (name) ON api.key TO folkmoot_writer;
GRANT INSERT ON api.sign_in_link TO folkmoot_writer;

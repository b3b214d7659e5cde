-- Mail that is to be sent, as kinds and ids; and where people with accounts want theirs. Not part of the record.

CREATE TABLE api.mail (
    mail_id        uuid        PRIMARY KEY,
    kind           text        NOT NULL CHECK (kind <> ''),
    recipient_kind text        NOT NULL CHECK (recipient_kind <> ''),
    recipient_id   uuid        NOT NULL,
    about          uuid[]      NOT NULL,
    put_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_try_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries          integer     NOT NULL DEFAULT 0,
    may_be_sent    boolean     NOT NULL DEFAULT false,
    state          text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped', 'dead')),
    fault          text        CHECK (fault <> ''),
    ended_at       timestamptz,
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX mail_waiting ON api.mail (next_try_at) WHERE state = 'waiting';
CREATE INDEX mail_dead ON api.mail (put_at) WHERE state = 'dead';
CREATE INDEX mail_ended ON api.mail (ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON TABLE api.mail IS 'One row a mail, put there with what it tells of; its words and its address are looked up as it is sent.';
COMMENT ON COLUMN api.mail.mail_id IS 'Made from kind, recipient and what it is about, so that the same is sent once; its Message-ID.';
COMMENT ON COLUMN api.mail.kind IS 'What it says, such as what-waits.';
COMMENT ON COLUMN api.mail.recipient_kind IS 'Where its address is found: account or person.';
COMMENT ON COLUMN api.mail.recipient_id IS 'The account or person.';
COMMENT ON COLUMN api.mail.about IS 'Ids of what it tells of.';
COMMENT ON COLUMN api.mail.put_at IS 'When it was put there.';
COMMENT ON COLUMN api.mail.next_try_at IS 'When it is due; while it is tried, when its turn is over.';
COMMENT ON COLUMN api.mail.tries IS 'How often it was tried.';
COMMENT ON COLUMN api.mail.may_be_sent IS 'Whether a try began of which nobody knows how it ended.';
COMMENT ON COLUMN api.mail.state IS 'Waiting, sent, dropped (there was nobody to tell, or nothing), or dead (it could not be sent).';
COMMENT ON COLUMN api.mail.fault IS 'Why the last try failed: a code, never words of a server.';
COMMENT ON COLUMN api.mail.ended_at IS 'When it was sent, dropped or given up.';
COMMENT ON INDEX api.mail_waiting IS 'What is due.';
COMMENT ON INDEX api.mail_dead IS 'What could not be sent.';
COMMENT ON INDEX api.mail_ended IS 'What is to be forgotten after a while.';

CREATE TABLE api.mail_choice (
    account_id   uuid        PRIMARY KEY REFERENCES api.account,
    wants        text        NOT NULL DEFAULT 'never' CHECK (wants IN ('never', 'daily', 'weekly')),
    key_id       uuid        NOT NULL UNIQUE,
    box          bytea       NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    confirmed_at timestamptz
);
COMMENT ON TABLE api.mail_choice IS 'Where somebody with an account has mail sent, and how often they want to be told what waits.';
COMMENT ON COLUMN api.mail_choice.account_id IS 'Whose.';
COMMENT ON COLUMN api.mail_choice.wants IS 'How often: never, daily, weekly.';
COMMENT ON COLUMN api.mail_choice.key_id IS 'The key in the vault under which the address is sealed; new with each address.';
COMMENT ON COLUMN api.mail_choice.box IS 'The address: nonce and ciphertext (AES-256-GCM).';
COMMENT ON COLUMN api.mail_choice.given_at IS 'When the address was given.';
COMMENT ON COLUMN api.mail_choice.confirmed_at IS 'When its holder confirmed that it is theirs; nothing else is sent to it before.';

CREATE FUNCTION api.drop_mail_address(dropped_account_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    dropped uuid[];
BEGIN
    WITH gone AS (DELETE FROM api.mail_choice WHERE account_id = dropped_account_id RETURNING key_id)
    SELECT array_agg(key_id) INTO dropped FROM gone;
    PERFORM api.discard_draft_keys(dropped); -- they seal nothing in the log either
    RETURN dropped IS NOT NULL;
END $$;
COMMENT ON FUNCTION api.drop_mail_address(uuid) IS 'Deletes the address of an account with its key; false where there is none.';

CREATE FUNCTION api.keep_mail_address(kept_account_id uuid, kept_wants text, kept_box bytea, kept_key_id uuid,
                                      wrapping_key_id bytea, wrapped bytea)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM api.drop_mail_address(kept_account_id);
    PERFORM vault.keep(ARRAY[kept_key_id], ARRAY['text'], ARRAY[wrapping_key_id], ARRAY[wrapped],
                       ARRAY[kept_account_id], ARRAY[kept_key_id]);
    INSERT INTO api.mail_choice (account_id, wants, key_id, box)
        VALUES (kept_account_id, kept_wants, kept_key_id, kept_box);
END $$;
COMMENT ON FUNCTION api.keep_mail_address(uuid, text, bytea, uuid, bytea, bytea) IS
    'Keeps an address, not confirmed yet, in place of the one before, and its key listed under the account. Refuses as vault.keep does.';

REVOKE ALL ON api.mail, api.mail_choice FROM PUBLIC;
REVOKE ALL ON FUNCTION api.drop_mail_address(uuid),
    api.keep_mail_address(uuid, text, bytea, uuid, bytea, bytea) FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (next_try_at, tries, may_be_sent, state, fault, ended_at), DELETE ON api.mail TO folkmoot_writer;
GRANT SELECT, UPDATE (wants, confirmed_at) ON api.mail_choice TO folkmoot_writer;
GRANT EXECUTE ON FUNCTION api.drop_mail_address(uuid),
    api.keep_mail_address(uuid, text, bytea, uuid, bytea, bytea) TO folkmoot_writer;

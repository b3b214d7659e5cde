-- The vault: the keys of sealed texts, and what is left of them once somebody is forgotten.
-- Applied once, after the log, by the migrate command; the role that applies it owns the vault. It has a dump of its own.

CREATE SCHEMA vault;
COMMENT ON SCHEMA vault IS 'Wrapped keys of sealed texts, listed under the people they name. Dumped apart from the log, kept for a shorter time.';

CREATE TABLE vault.key (
    key_id          uuid        PRIMARY KEY,
    purpose         text        NOT NULL CHECK (purpose IN ('text', 'fingerprint')),
    wrapping_key_id bytea       NOT NULL CHECK (octet_length(wrapping_key_id) = 8),
    wrapped         bytea       NOT NULL CHECK (octet_length(wrapped) = 60),
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE vault.key IS 'One key for each sealed text and each command fingerprint; a destroyed key has no row.';
COMMENT ON COLUMN vault.key.key_id IS 'Random; what is sealed carries it.';
COMMENT ON COLUMN vault.key.purpose IS 'What the key is for; a key cannot be used for anything else.';
COMMENT ON COLUMN vault.key.wrapping_key_id IS 'Which wrapping key wraps it. Says nothing about that key.';
COMMENT ON COLUMN vault.key.wrapped IS 'Nonce and the key itself under the wrapping key (AES-256-GCM).';
COMMENT ON COLUMN vault.key.created_at IS 'When it was kept.';

CREATE TABLE vault.subject (
    subject_id       uuid PRIMARY KEY,
    erased_at        timestamptz,
    erasure_event_id uuid,
    CHECK ((erased_at IS NULL) = (erasure_event_id IS NULL))
);
COMMENT ON TABLE vault.subject IS 'Everybody whom a kept key lists, and everybody forgotten. Its rows are the locks between keeping and erasing.';
COMMENT ON COLUMN vault.subject.subject_id IS 'Random; never leaves by any interface.';
COMMENT ON COLUMN vault.subject.erased_at IS 'When the keys were destroyed; null while the subject is known.';
COMMENT ON COLUMN vault.subject.erasure_event_id IS 'The event that says so in the log.';

CREATE TABLE vault.key_subject (
    subject_id uuid NOT NULL REFERENCES vault.subject,
    key_id     uuid NOT NULL REFERENCES vault.key ON DELETE CASCADE,
    PRIMARY KEY (subject_id, key_id)
);
CREATE INDEX key_subject_by_key ON vault.key_subject (key_id);
COMMENT ON TABLE vault.key_subject IS 'Whom each key names; forgetting any one of them destroys the key.';
COMMENT ON COLUMN vault.key_subject.subject_id IS 'Who is named.';
COMMENT ON COLUMN vault.key_subject.key_id IS 'By what.';
COMMENT ON INDEX vault.key_subject_by_key IS 'Finds the listings of a destroyed key.';

CREATE TABLE vault.tombstone (
    key_id       uuid        PRIMARY KEY,
    destroyed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    event_id     uuid        NOT NULL
);
COMMENT ON TABLE vault.tombstone IS 'Keys destroyed on purpose: without a tombstone a missing key is lost, not erased.';
COMMENT ON COLUMN vault.tombstone.key_id IS 'The key that was destroyed.';
COMMENT ON COLUMN vault.tombstone.destroyed_at IS 'When it was destroyed.';
COMMENT ON COLUMN vault.tombstone.event_id IS 'The event in the log that says why.';

-- Each statement of these functions must see what was committed before it, so a transaction's one old snapshot is refused.
CREATE FUNCTION vault.require_read_committed() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the vault changes at READ COMMITTED only' USING ERRCODE = 'FV001',
            DETAIL = 'An older snapshot would miss keys kept, or people forgotten, meanwhile.';
    END IF;
END $$;
COMMENT ON FUNCTION vault.require_read_committed() IS 'Refuses any isolation but READ COMMITTED (FV001).';

CREATE FUNCTION vault.keep(key_ids uuid[], purposes text[], wrapping_key_ids bytea[], wrapped_keys bytea[],
                           listed_subject_ids uuid[], listed_key_ids uuid[])
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_read_committed();
    INSERT INTO vault.subject (subject_id)
        SELECT DISTINCT subject_id FROM unnest(listed_subject_ids) AS listed (subject_id) ORDER BY subject_id
        ON CONFLICT DO NOTHING;
    INSERT INTO vault.key (key_id, purpose, wrapping_key_id, wrapped)
        SELECT * FROM unnest(key_ids, purposes, wrapping_key_ids, wrapped_keys);
    INSERT INTO vault.key_subject (subject_id, key_id) -- its foreign key waits for an erasure under way
        SELECT * FROM unnest(listed_subject_ids, listed_key_ids) ORDER BY 1, 2;
    IF EXISTS (SELECT FROM vault.subject WHERE subject_id = ANY (listed_subject_ids) AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a key lists somebody who has been forgotten' USING ERRCODE = 'FV002';
    END IF;
END $$;
COMMENT ON FUNCTION vault.keep(uuid[], text[], bytea[], bytea[], uuid[], uuid[]) IS
    'Keeps keys with their listings, all or none. Refuses with FV001 (isolation) and FV002 (a subject is forgotten).';

CREATE FUNCTION vault.destroy(doomed_key_ids uuid[], why_event_ids uuid[])
RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    WITH destroyed AS (
        DELETE FROM vault.key USING unnest(doomed_key_ids, why_event_ids) AS doomed (key_id, event_id)
        WHERE key.key_id = doomed.key_id RETURNING key.key_id, doomed.event_id
    ), buried AS (
        INSERT INTO vault.tombstone (key_id, event_id) SELECT key_id, event_id FROM destroyed ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM destroyed
$$;
COMMENT ON FUNCTION vault.destroy(uuid[], uuid[]) IS 'Deletes keys, leaves their tombstones and counts what was there to delete.';

CREATE FUNCTION vault.erase(erased_subject_ids uuid[], erasure_event_ids uuid[])
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    doomed uuid[];
    why uuid[];
BEGIN
    PERFORM vault.require_read_committed();
    INSERT INTO vault.subject (subject_id)
        SELECT DISTINCT subject_id FROM unnest(erased_subject_ids) AS erased (subject_id) ORDER BY subject_id
        ON CONFLICT DO NOTHING;
    PERFORM FROM vault.subject WHERE subject_id = ANY (erased_subject_ids) ORDER BY subject_id FOR UPDATE;
    UPDATE vault.subject SET erased_at = clock_timestamp(), erasure_event_id = erased.event_id
        FROM (SELECT DISTINCT ON (subject_id) subject_id, event_id
              FROM unnest(erased_subject_ids, erasure_event_ids) WITH ORDINALITY AS given (subject_id, event_id, place)
              ORDER BY subject_id, place) AS erased
        WHERE subject.subject_id = erased.subject_id AND subject.erased_at IS NULL;
    SELECT array_agg(key_id), array_agg(erasure_event_id) INTO doomed, why
        FROM (SELECT DISTINCT ON (key_id) key_id, erasure_event_id
              FROM vault.key_subject JOIN vault.subject USING (subject_id)
              WHERE subject_id = ANY (erased_subject_ids) ORDER BY key_id, erased_at, subject_id) AS listed;
    RETURN vault.destroy(doomed, why);
END $$;
COMMENT ON FUNCTION vault.erase(uuid[], uuid[]) IS
    'Forgets subjects and destroys every key that lists one; again does no harm. Counts keys. Refuses with FV001 (isolation).';

CREATE FUNCTION vault.redact(redacted_key_id uuid, redaction_event_id uuid)
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_read_committed();
    RETURN vault.destroy(ARRAY[redacted_key_id], ARRAY[redaction_event_id]);
END $$;
COMMENT ON FUNCTION vault.redact(uuid, uuid) IS 'Destroys the key of one text, whoever it lists; again does no harm. Counts keys. Refuses with FV001 (isolation).';

REVOKE ALL ON SCHEMA vault FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA vault FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
GRANT USAGE ON SCHEMA vault TO folkmoot_writer;
GRANT SELECT ON vault.key, vault.tombstone TO folkmoot_writer;
GRANT EXECUTE ON FUNCTION vault.keep(uuid[], text[], bytea[], bytea[], uuid[], uuid[]), vault.erase(uuid[], uuid[]),
    vault.redact(uuid, uuid) TO folkmoot_writer;

-- Keeping keys costs a fraction: each person listed is locked once, and not again for every key; and what a command
-- keeps and appends is sent in one statement.

-- Only vault.keep adds listings, and it locks those listed; only vault.destroy removes keys, and removes their listings.
ALTER TABLE vault.key_subject DROP CONSTRAINT key_subject_subject_id_fkey, DROP CONSTRAINT key_subject_key_id_fkey;

CREATE OR REPLACE FUNCTION vault.keep(key_ids uuid[], purposes text[], wrapping_key_ids bytea[], wrapped_keys bytea[],
                                      listed_subject_ids uuid[], listed_key_ids uuid[])
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_read_committed();
    INSERT INTO vault.subject (subject_id)
        SELECT DISTINCT subject_id FROM unnest(listed_subject_ids) AS listed (subject_id) ORDER BY subject_id
        ON CONFLICT DO NOTHING;
    -- Waits for an erasure under way, and holds up the next until these keys are there to be destroyed.
    PERFORM FROM vault.subject WHERE subject_id = ANY (listed_subject_ids) ORDER BY subject_id FOR KEY SHARE;
    IF EXISTS (SELECT FROM vault.subject WHERE subject_id = ANY (listed_subject_ids) AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a key lists somebody who has been forgotten' USING ERRCODE = 'FV002';
    END IF;
    INSERT INTO vault.key (key_id, purpose, wrapping_key_id, wrapped)
        SELECT * FROM unnest(key_ids, purposes, wrapping_key_ids, wrapped_keys);
    INSERT INTO vault.key_subject (subject_id, key_id) SELECT * FROM unnest(listed_subject_ids, listed_key_ids);
END $$;

CREATE OR REPLACE FUNCTION vault.destroy(doomed_key_ids uuid[], why_event_ids uuid[])
RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    WITH destroyed AS (
        DELETE FROM vault.key USING unnest(doomed_key_ids, why_event_ids) AS doomed (key_id, event_id)
        WHERE key.key_id = doomed.key_id RETURNING key.key_id, doomed.event_id
    ), buried AS (
        INSERT INTO vault.tombstone (key_id, event_id) SELECT key_id, event_id FROM destroyed ON CONFLICT DO NOTHING
    ), unlisted AS (
        DELETE FROM vault.key_subject WHERE key_id = ANY (doomed_key_ids)
    )
    SELECT count(*) FROM destroyed
$$;
COMMENT ON FUNCTION vault.destroy(uuid[], uuid[]) IS
    'Deletes keys and their listings, leaves the tombstones of the keys and counts what was there to delete.';

CREATE FUNCTION vault.keep_and_append(
    key_ids uuid[], purposes text[], wrapping_key_ids bytea[], wrapped_keys bytea[], listed_subject_ids uuid[], listed_key_ids uuid[],
    event_ids uuid[], types text[], versions smallint[], partition_ids uuid[], occurred_ats timestamptz[],
    envelopes bytea[], bodies bytea[], tagged integer[], labels text[], append_of integer[],
    condition jsonb, after bigint, seeded_ats timestamptz[],
    OUT first_position bigint, OUT last_position bigint, OUT taken_ats timestamptz[]
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM vault.keep(key_ids, purposes, wrapping_key_ids, wrapped_keys, listed_subject_ids, listed_key_ids);
    SELECT a.* INTO first_position, last_position, taken_ats
        FROM log.append(event_ids, types, versions, partition_ids, occurred_ats, envelopes, bodies, tagged, labels,
                        append_of, condition, after, seeded_ats) AS a;
END $$;
COMMENT ON FUNCTION vault.keep_and_append(uuid[], text[], bytea[], bytea[], uuid[], uuid[], uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[]) IS
    'Keeps keys with vault.keep, then appends the events that are sealed with them with log.append: the log''s lock comes last. All or nothing; refuses as these two do.';

REVOKE ALL ON FUNCTION vault.keep_and_append(uuid[], text[], bytea[], bytea[], uuid[], uuid[], uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.keep_and_append(uuid[], text[], bytea[], bytea[], uuid[], uuid[], uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[])
    TO folkmoot_writer;

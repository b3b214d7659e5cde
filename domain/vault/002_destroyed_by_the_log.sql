-- What the log says is destroyed, and was; under which wrapping keys; and no traces of keys in the planner's statistics.

CREATE TABLE vault.replayed (
    event_id    uuid        NOT NULL,
    thing       uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('erasure', 'redaction')),
    replayed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (event_id, thing)
);
COMMENT ON TABLE vault.replayed IS 'Erasures and redactions of the log that were carried out here. A restored vault lacks the latest, and is seen by that.';
COMMENT ON COLUMN vault.replayed.event_id IS 'The event in the log.';
COMMENT ON COLUMN vault.replayed.thing IS 'Who was forgotten, or the key that was destroyed; zeros for a redaction of what had no key.';
COMMENT ON COLUMN vault.replayed.kind IS 'erasure of a subject, or redaction of a text.';
COMMENT ON COLUMN vault.replayed.replayed_at IS 'When it was carried out.';

INSERT INTO vault.replayed (event_id, thing, kind)
    SELECT erasure_event_id, subject_id, 'erasure' FROM vault.subject WHERE erasure_event_id IS NOT NULL
    UNION ALL
    SELECT t.event_id, t.key_id, 'redaction' FROM vault.tombstone t JOIN log.event e USING (event_id) WHERE e.type = 'text-redacted';

-- Checked as the transaction ends: whoever destroys does that first and appends last.
CREATE FUNCTION vault.require_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.kind = 'erasure' AND EXISTS (
        SELECT FROM log.event e WHERE e.event_id = NEW.event_id AND e.type = 'subject-erased' AND e.partition_id = NEW.thing)
    THEN
        RETURN NULL;
    END IF;
    IF NEW.kind = 'redaction' AND EXISTS (
        SELECT FROM log.event e WHERE e.event_id = NEW.event_id AND e.type = 'text-redacted'
           AND (NEW.thing = '00000000-0000-0000-0000-000000000000'
                OR EXISTS (SELECT FROM unnest(e.tags) AS tag
                           WHERE tag LIKE 'record:%' AND vault.is_key_of(NEW.thing, substr(tag, 8)::uuid))))
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the log does not say that this is destroyed: event % is not in it, or is about something else', NEW.event_id
        USING ERRCODE = 'FV004';
END $$;
COMMENT ON FUNCTION vault.require_event() IS 'Refuses to destroy anything that the log does not say is destroyed (FV004).';

CREATE FUNCTION vault.is_key_of(asked_key_id uuid, asked_record_id uuid)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE version AS (
        SELECT e.event_id, e.data FROM log.event e WHERE e.event_id = asked_record_id
        UNION
        SELECT e.event_id, e.data
        FROM version v
        JOIN log.tag t ON t.tag = 'record:' || v.event_id AND t.type = 'record-corrected'
        JOIN log.event e ON e.position = t.position
    )
    SELECT EXISTS (SELECT FROM version WHERE position(uuid_send(asked_key_id) IN data) > 0)
$$;
COMMENT ON FUNCTION vault.is_key_of(uuid, uuid) IS 'Whether a record, or a correction of it, holds a text under a key.';

CREATE CONSTRAINT TRIGGER event_says_so AFTER INSERT ON vault.replayed DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION vault.require_event();
COMMENT ON TRIGGER event_says_so ON vault.replayed IS 'Nothing is destroyed without an event in the log that says so.';

CREATE OR REPLACE FUNCTION vault.erase(erased_subject_ids uuid[], erasure_event_ids uuid[])
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
    INSERT INTO vault.replayed (event_id, thing, kind)
        SELECT event_id, subject_id, 'erasure' FROM unnest(erased_subject_ids, erasure_event_ids) AS erased (subject_id, event_id)
        ON CONFLICT DO NOTHING;
    RETURN vault.destroy(doomed, why);
END $$;
COMMENT ON FUNCTION vault.erase(uuid[], uuid[]) IS
    'Forgets subjects and destroys every key that lists one; again does no harm. Counts keys. Refuses with FV001 (isolation) and FV004 (no event in the log says so).';

CREATE FUNCTION vault.redact(redacted_key_ids uuid[], redaction_event_ids uuid[])
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vault.require_read_committed();
    INSERT INTO vault.replayed (event_id, thing, kind)
        SELECT event_id, key_id, 'redaction' FROM unnest(redacted_key_ids, redaction_event_ids) AS redacted (key_id, event_id)
        ON CONFLICT DO NOTHING;
    RETURN vault.destroy(redacted_key_ids, redaction_event_ids);
END $$;
COMMENT ON FUNCTION vault.redact(uuid[], uuid[]) IS
    'Destroys keys of texts, whomever they list; zeros stand for a text without a key. Again does no harm. Counts keys. Refuses with FV001 (isolation) and FV004 (no event in the log says so).';

CREATE OR REPLACE FUNCTION vault.redact(redacted_key_id uuid, redaction_event_id uuid)
RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
    'SELECT vault.redact(ARRAY[redacted_key_id], ARRAY[redaction_event_id])';
COMMENT ON FUNCTION vault.redact(uuid, uuid) IS 'Destroys the key of one text: as earlier releases ask for it.';

CREATE FUNCTION vault.is_behind() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (VALUES ('subject-erased'), ('text-redacted')) AS destroying (type)
        CROSS JOIN LATERAL (
            SELECT e.event_id FROM log.event e WHERE e.type = destroying.type ORDER BY e.position DESC LIMIT 1
        ) AS latest
        WHERE NOT EXISTS (SELECT FROM vault.replayed r WHERE r.event_id = latest.event_id))
$$;
COMMENT ON FUNCTION vault.is_behind() IS 'Whether the latest erasure or redaction of the log was not carried out here, as in a restored vault.';

CREATE FUNCTION vault.outstanding() RETURNS TABLE (event_id uuid, thing uuid, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.event_id, o.thing, o.kind FROM (
        SELECT e.event_id, e.partition_id AS thing, 'erasure' AS kind, e.position FROM log.event e
        WHERE e.type = 'subject-erased'
          AND (NOT EXISTS (SELECT FROM vault.replayed r WHERE r.event_id = e.event_id)
               OR NOT EXISTS (SELECT FROM vault.subject s WHERE s.subject_id = e.partition_id AND s.erased_at IS NOT NULL)
               OR EXISTS (SELECT FROM vault.key_subject k WHERE k.subject_id = e.partition_id))
        UNION ALL
        SELECT e.event_id, NULL, 'redaction', e.position FROM log.event e
        WHERE e.type = 'text-redacted' AND NOT EXISTS (SELECT FROM vault.replayed r WHERE r.event_id = e.event_id)
        UNION ALL
        SELECT r.event_id, r.thing, 'redaction', 0 FROM vault.replayed r JOIN vault.key k ON k.key_id = r.thing
        WHERE r.kind = 'redaction'
    ) AS o ORDER BY o.position
$$;
COMMENT ON FUNCTION vault.outstanding() IS 'What the log says is destroyed and is not, oldest first; without a thing, whatever keys the redacted text has.';

CREATE TABLE vault.wrapping (
    wrapping_key_id    bytea       PRIMARY KEY CHECK (octet_length(wrapping_key_id) = 8),
    fingerprint_key_id uuid        NOT NULL UNIQUE,
    introduced_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE vault.wrapping IS 'Which wrapping keys this vault has been opened with. Says nothing about the keys themselves.';
COMMENT ON COLUMN vault.wrapping.wrapping_key_id IS 'Name of the wrapping key.';
COMMENT ON COLUMN vault.wrapping.fingerprint_key_id IS 'Name of the key derived from it for fingerprints of commands that name nobody.';
COMMENT ON COLUMN vault.wrapping.introduced_at IS 'When it was given first.';

CREATE INDEX key_by_wrapping ON vault.key (wrapping_key_id, key_id);
COMMENT ON INDEX vault.key_by_wrapping IS 'What is wrapped under one wrapping key.';

CREATE FUNCTION vault.introduce(wrapping_key_ids bytea[], fingerprint_key_ids uuid[])
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(wrapping_key_ids) AS given (id)
                   WHERE NOT EXISTS (SELECT FROM vault.wrapping w WHERE w.wrapping_key_id = given.id)) THEN
        RETURN;
    END IF;
    LOCK TABLE vault.wrapping IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM vault.wrapping)
       AND NOT EXISTS (SELECT FROM vault.wrapping w WHERE w.wrapping_key_id = ANY (wrapping_key_ids)) THEN
        RAISE EXCEPTION 'this vault knows none of the wrapping keys given' USING ERRCODE = 'FV003';
    END IF;
    INSERT INTO vault.wrapping (wrapping_key_id, fingerprint_key_id)
        SELECT * FROM unnest(wrapping_key_ids, fingerprint_key_ids) ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION vault.introduce(bytea[], uuid[]) IS
    'Notes the wrapping keys in use; at least one must be known here, unless none is yet (FV003).';

-- Statistics hold samples of what a column holds: none of wrapped keys. Setting the type anew drops those there were.
ALTER TABLE vault.key ALTER COLUMN wrapped SET STATISTICS 0;
ALTER TABLE vault.key ALTER COLUMN wrapped TYPE bytea;

REVOKE ALL ON vault.replayed, vault.wrapping FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.require_event(), vault.is_key_of(uuid, uuid), vault.redact(uuid[], uuid[]), vault.is_behind(),
    vault.outstanding(), vault.introduce(bytea[], uuid[]) FROM PUBLIC;
GRANT SELECT ON vault.replayed, vault.wrapping TO folkmoot_writer;
GRANT EXECUTE ON FUNCTION vault.redact(uuid[], uuid[]), vault.is_behind(), vault.outstanding(), vault.introduce(bytea[], uuid[])
    TO folkmoot_writer;

-- Many appends in one transaction, each with its own place in time; and nothing is looked up where nothing was added.

CREATE FUNCTION log.append(
    event_ids uuid[], types text[], versions smallint[], partition_ids uuid[], occurred_ats timestamptz[],
    envelopes bytea[], bodies bytea[], tagged integer[], labels text[], append_of integer[],
    condition jsonb, after bigint, seeded_ats timestamptz[],
    OUT first_position bigint, OUT last_position bigint, OUT taken_ats timestamptz[]
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head_position bigint;
    head_recorded_at timestamptz;
    seeded_at timestamptz;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append at READ COMMITTED, not at %', upper(current_setting('transaction_isolation'))
            USING ERRCODE = 'FM001', DETAIL = 'A snapshot taken before the lock would accept conflicting appends.';
    END IF;
    IF append_of IS DISTINCT FROM (SELECT coalesce(array_agg(number ORDER BY number), '{}') FROM unnest(append_of) AS number) THEN
        RAISE EXCEPTION 'the events of each append stand together, and appends in their order' USING ERRCODE = '22023';
    END IF;
    IF current_setting('lock_timeout') = '0' THEN
        PERFORM set_config('lock_timeout', '10s', true);
    END IF;
    LOCK TABLE log.writer IN EXCLUSIVE MODE;
    -- Every statement from here on sees all that was committed before the lock was ours.
    SELECT e.position, e.recorded_at INTO head_position, head_recorded_at FROM log.event e ORDER BY e.position DESC LIMIT 1;
    head_position := coalesce(head_position, 0);
    IF condition IS NOT NULL AND head_position > coalesce(after, 0)
       AND EXISTS (SELECT FROM log.selected(condition, coalesce(after, 0), head_position, 1)) THEN
        RAISE EXCEPTION 'an event that the decision depends on was recorded after position %', coalesce(after, 0)
            USING ERRCODE = 'FM002';
    END IF;
    IF num_nonnulls(VARIADIC seeded_ats) > 0 AND (SELECT h.clock FROM log.header h) <> 'seeded' THEN
        RAISE EXCEPTION 'this log dates what is recorded by its own clock' USING ERRCODE = 'FM005';
    END IF;
    FOREACH seeded_at IN ARRAY seeded_ats LOOP
        IF seeded_at > clock_timestamp() THEN
            RAISE EXCEPTION 'recorded_at % lies in the future', seeded_at USING ERRCODE = 'FM004';
        END IF;
        head_recorded_at := greatest(coalesce(seeded_at, log.now()), head_recorded_at + interval '1 microsecond');
        taken_ats := taken_ats || head_recorded_at;
    END LOOP;
    first_position := head_position + 1;
    last_position := head_position + cardinality(event_ids);
    WITH label AS (
        SELECT ordinal, array_agg(DISTINCT tag COLLATE "C" ORDER BY tag COLLATE "C") AS tags
        FROM unnest(tagged, labels) AS l(ordinal, tag) GROUP BY ordinal
    ), incoming AS (
        SELECT head_position + u.ordinal AS position, u.event_id, u.type, u.version, u.partition_id, u.occurred_at,
               taken_ats[u.append_number] AS taken_at, coalesce(label.tags, '{}') AS tags, u.envelope, u.body
        FROM unnest(event_ids, types, versions, partition_ids, occurred_ats, append_of, envelopes, bodies)
             WITH ORDINALITY AS u(event_id, type, version, partition_id, occurred_at, append_number, envelope, body, ordinal)
        LEFT JOIN label USING (ordinal)
    ), recorded AS (
        INSERT INTO log.event
        SELECT i.position, i.event_id, i.type, i.version, i.partition_id, i.occurred_at, i.taken_at, i.tags, i.envelope, i.body,
               log.leaf(i.position, i.event_id, i.type, i.version, i.partition_id, i.occurred_at, i.taken_at, i.tags, i.envelope, i.body)
        FROM incoming i ORDER BY i.position
        RETURNING event.position, event.type, event.tags
    )
    INSERT INTO log.tag (tag, type, position) SELECT tag, r.type, r.position FROM recorded r, unnest(r.tags) AS tag;
    PERFORM pg_notify('folkmoot_log', '');
END $$;
COMMENT ON FUNCTION log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[]) IS
    'The only way to record: gives the events of one append, or of several, the next positions, unless an event after the given position matches the condition. tagged and labels pair an event''s ordinal (from 1) with a tag; append_of says which append (from 1) an event belongs to and never falls, seeded_ats when each was recorded, null for now. '
    'Refuses with FM001 (isolation), FM002 (condition), FM003 (entry too large), FM004 (recorded_at in the future), FM005 (log not seeded).';

CREATE OR REPLACE FUNCTION log.append(
    event_ids uuid[], types text[], versions smallint[], partition_ids uuid[], occurred_ats timestamptz[],
    envelopes bytea[], bodies bytea[], tagged integer[], labels text[],
    condition jsonb, after bigint, seeded_at timestamptz,
    OUT first_position bigint, OUT last_position bigint, OUT taken_at timestamptz
) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.first_position, a.last_position, a.taken_ats[1]
    FROM log.append(event_ids, types, versions, partition_ids, occurred_ats, envelopes, bodies, tagged, labels,
                    array_fill(1, ARRAY[cardinality(event_ids)]), condition, after, ARRAY[seeded_at]) AS a
$$;
COMMENT ON FUNCTION log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], jsonb, bigint, timestamptz) IS
    'One append, as earlier releases ask for it.';

CREATE FUNCTION log.hold() RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('lock_timeout') = '0' THEN
        PERFORM set_config('lock_timeout', '10s', true);
    END IF;
    LOCK TABLE log.writer IN EXCLUSIVE MODE;
    RETURN (SELECT coalesce(max(e.position), 0) FROM log.event e);
END $$;
COMMENT ON FUNCTION log.hold() IS 'Lets nobody else append until the transaction ends, and returns the last position.';

REVOKE ALL ON FUNCTION log.hold(),
    log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.hold(),
    log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[], jsonb, bigint, timestamptz[])
    TO folkmoot_writer;

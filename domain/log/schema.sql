-- The append-only log: one order of events, one way to add to it, no way to change it.
-- Applied once, in one transaction, by the migrate command; the role that applies it owns the log.

CREATE SCHEMA IF NOT EXISTS log;
COMMENT ON SCHEMA log IS 'The append-only log of what happened: events in one gapless order.';

-- Roles belong to the whole server, so another database may have made them already or be making them now.
DO $$
BEGIN
    CREATE ROLE folkmoot_writer NOLOGIN;
    COMMENT ON ROLE folkmoot_writer IS 'May read the log and append to it through log.append; may insert nothing itself.';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    CREATE ROLE folkmoot_reader NOLOGIN;
    COMMENT ON ROLE folkmoot_reader IS 'May read the log and nothing else.';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    GRANT folkmoot_writer, folkmoot_reader TO CURRENT_USER;
EXCEPTION WHEN insufficient_privilege THEN NULL; -- somebody else grants the roles here
END $$;

CREATE TABLE log.event (
    position     bigint      PRIMARY KEY,
    event_id     uuid        NOT NULL CONSTRAINT event_id_once UNIQUE,
    type         text        NOT NULL CHECK (type <> ''),
    version      smallint    NOT NULL CHECK (version > 0),
    partition_id uuid        NOT NULL,
    occurred_at  timestamptz NOT NULL CHECK (isfinite(occurred_at)),
    recorded_at  timestamptz NOT NULL CHECK (isfinite(recorded_at)),
    tags         text[]      NOT NULL,
    envelope     bytea       NOT NULL,
    data         bytea       NOT NULL,
    leaf         bytea       NOT NULL
);
CREATE INDEX event_by_partition ON log.event (partition_id, position);
CREATE INDEX event_by_type ON log.event (type, position);
COMMENT ON TABLE log.event IS 'Everything that was ever recorded, one row an event; rows are added by log.append and never change.';
COMMENT ON COLUMN log.event.position IS 'Place in the one order: 1, 2, 3 and so on without gaps, in the order of commits.';
COMMENT ON COLUMN log.event.event_id IS 'Identity of the event, chosen by whoever records it; a second event with the same one is refused.';
COMMENT ON COLUMN log.event.type IS 'Permanent kebab-case name of the kind of event.';
COMMENT ON COLUMN log.event.version IS 'Version of the body''s form.';
COMMENT ON COLUMN log.event.partition_id IS 'Whose history this belongs to: a partnership, or one party, place, person, method or review.';
COMMENT ON COLUMN log.event.occurred_at IS 'First instant of the period in which it is said to have happened.';
COMMENT ON COLUMN log.event.recorded_at IS 'When the log took it; the same for all events of one append, later for every later append.';
COMMENT ON COLUMN log.event.tags IS 'What a decision may select it by: no duplicates, in the order of their UTF-8 bytes.';
COMMENT ON COLUMN log.event.envelope IS 'Who recorded it, for whom, why and through which command (MessagePack).';
COMMENT ON COLUMN log.event.data IS 'The body (MessagePack); people''s names and free text in it are ciphertext.';
COMMENT ON COLUMN log.event.leaf IS 'Leaf hash of the Merkle tree over the log, as log.leaf gives it.';
COMMENT ON INDEX log.event_by_partition IS 'One partition''s history in order.';
COMMENT ON INDEX log.event_by_type IS 'Events of one kind in order, for queries that name types and no tags.';

CREATE TABLE log.tag (
    tag      text   COLLATE "C" NOT NULL,
    type     text   COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tag, type, position)
);
COMMENT ON TABLE log.tag IS 'Where each tag occurs; derived from log.event by log.append.';
COMMENT ON COLUMN log.tag.tag IS 'The tag.';
COMMENT ON COLUMN log.tag.type IS 'The type of the event that carries it.';
COMMENT ON COLUMN log.tag.position IS 'The position of the event that carries it.';

CREATE TABLE log.header (
    log_id     uuid        NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    clock      text        NOT NULL DEFAULT 'wall' CHECK (clock IN ('wall', 'seeded'))
);
CREATE UNIQUE INDEX header_once ON log.header ((true));
INSERT INTO log.header DEFAULT VALUES;
COMMENT ON TABLE log.header IS 'What this log is: exactly one row.';
COMMENT ON COLUMN log.header.log_id IS 'Identity of this log, made once; positions mean something only together with it.';
COMMENT ON COLUMN log.header.created_at IS 'When the log was made.';
COMMENT ON COLUMN log.header.clock IS 'wall: every recorded_at is this server''s own; seeded: appends could bring their own.';
COMMENT ON INDEX log.header_once IS 'One log, one header.';

-- Appends queue on this table and not on log.event, so that VACUUM and readers never wait for them.
CREATE TABLE log.writer ();
COMMENT ON TABLE log.writer IS 'Always empty: whoever appends holds its lock until commit, which puts positions in commit order.';

CREATE FUNCTION log.now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_catalog.clock_timestamp()';
COMMENT ON FUNCTION log.now() IS 'The clock that dates what is recorded.';

CREATE FUNCTION log.leaf(
    at_position bigint, event_id uuid, type text, version smallint, partition_id uuid,
    occurred_at timestamptz, recorded_at timestamptz, tags text[], envelope bytea, data bytea
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    kind bytea := convert_to(type, 'UTF8');
    labels bytea := coalesce((
        SELECT string_agg(int4send(octet_length(convert_to(tag, 'UTF8'))) || convert_to(tag, 'UTF8'), ''::bytea ORDER BY tag COLLATE "C")
        FROM unnest(tags) AS tag
    ), ''::bytea);
    entry bytea := int8send(at_position) || uuid_send(event_id) || int4send(octet_length(kind)) || kind
        || int2send(version) || uuid_send(partition_id) || timestamptz_send(occurred_at) || timestamptz_send(recorded_at)
        || int2send(cardinality(tags)::smallint) || labels
        || int4send(octet_length(envelope)) || envelope || int4send(octet_length(data)) || data;
BEGIN
    IF octet_length(entry) > 60000 THEN
        RAISE EXCEPTION 'event % takes % bytes of the 60000 that one entry may have', event_id, octet_length(entry)
            USING ERRCODE = 'FM003';
    END IF;
    RETURN sha256('\x00'::bytea || entry);
END $$;
COMMENT ON FUNCTION log.leaf(bigint, uuid, text, smallint, uuid, timestamptz, timestamptz, text[], bytea, bytea) IS
    'Leaf hash (RFC 9162) of one event; tags must be without duplicates. Refuses an entry of over 60,000 bytes (FM003).';

CREATE FUNCTION log.matching(wanted_types text[], wanted_tags text[], after bigint, upto bigint, at_most bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
BEGIN
    IF cardinality(wanted_tags) > 0 AND cardinality(wanted_types) > 0 THEN
        RETURN QUERY SELECT t.position FROM log.tag t
            WHERE t.tag = wanted_tags[1] AND t.type = ANY (wanted_types) AND t.position > after AND t.position <= upto
              AND NOT EXISTS (SELECT FROM unnest(wanted_tags[2:]) AS other(tag) WHERE NOT EXISTS (
                  SELECT FROM log.tag o WHERE o.tag = other.tag AND o.type = t.type AND o.position = t.position))
            ORDER BY t.position LIMIT at_most;
    ELSIF cardinality(wanted_tags) > 0 THEN
        RETURN QUERY SELECT t.position FROM log.tag t
            WHERE t.tag = wanted_tags[1] AND t.position > after AND t.position <= upto
              AND NOT EXISTS (SELECT FROM unnest(wanted_tags[2:]) AS other(tag) WHERE NOT EXISTS (
                  SELECT FROM log.tag o WHERE o.tag = other.tag AND o.type = t.type AND o.position = t.position))
            ORDER BY t.position LIMIT at_most;
    ELSIF cardinality(wanted_types) > 0 THEN
        RETURN QUERY SELECT e.position FROM log.event e
            WHERE e.type = ANY (wanted_types) AND e.position > after AND e.position <= upto
            ORDER BY e.position LIMIT at_most;
    ELSE
        RETURN QUERY SELECT e.position FROM log.event e
            WHERE e.position > after AND e.position <= upto ORDER BY e.position LIMIT at_most;
    END IF;
END $$;
COMMENT ON FUNCTION log.matching(text[], text[], bigint, bigint, bigint) IS
    'Positions, in order, of the events that are of any of the types (none: every type) and carry all of the tags; the first tag should be the rarest.';

CREATE FUNCTION log.selected(query jsonb, after bigint, upto bigint, at_most bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
BEGIN
    IF jsonb_array_length(query) = 0 THEN
        RETURN QUERY SELECT log.matching('{}', '{}', after, upto, at_most);
    ELSE
        -- Items of one tag and some types, which is what decisions ask for, are looked up together in one pass.
        RETURN QUERY SELECT DISTINCT m FROM (
            SELECT t.position AS m
            FROM jsonb_to_recordset(query) AS item(types text[], tags text[]), unnest(item.types) AS wanted(type)
            JOIN LATERAL (SELECT l.position FROM log.tag l
                          WHERE l.tag = item.tags[1] AND l.type = wanted.type
                            AND l.position > after AND l.position <= upto
                          ORDER BY l.position LIMIT at_most) AS t ON true
            WHERE cardinality(item.tags) = 1 AND cardinality(item.types) > 0
            UNION ALL
            SELECT o FROM jsonb_to_recordset(query) AS item(types text[], tags text[]),
                log.matching(coalesce(item.types, '{}'), coalesce(item.tags, '{}'), after, upto, at_most) AS o
            WHERE (cardinality(item.tags) = 1 AND cardinality(item.types) > 0) IS NOT TRUE
        ) AS found(m)
            ORDER BY m LIMIT at_most;
    END IF;
END $$;
COMMENT ON FUNCTION log.selected(jsonb, bigint, bigint, bigint) IS
    'Positions, in order, of the events that match at least one item of the query [{"types": [], "tags": []}]; a query without items matches all.';

CREATE FUNCTION log.position_at(instant timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    low bigint := 0;
    high bigint := coalesce((SELECT max(position) FROM log.event), 0);
    middle bigint;
BEGIN
    WHILE low < high LOOP -- positions have no gaps and recorded_at never falls, so halving finds it
        middle := (low + high + 1) / 2;
        IF (SELECT e.recorded_at FROM log.event e WHERE e.position = middle) <= instant THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;
COMMENT ON FUNCTION log.position_at(timestamptz) IS 'The last position recorded at or before the instant; 0 when there is none.';

CREATE FUNCTION log.append(
    event_ids uuid[], types text[], versions smallint[], partition_ids uuid[], occurred_ats timestamptz[],
    envelopes bytea[], bodies bytea[], tagged integer[], labels text[],
    condition jsonb, after bigint, seeded_at timestamptz,
    OUT first_position bigint, OUT last_position bigint, OUT taken_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head_position bigint;
    head_recorded_at timestamptz;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append at READ COMMITTED, not at %', upper(current_setting('transaction_isolation'))
            USING ERRCODE = 'FM001', DETAIL = 'A snapshot taken before the lock would accept conflicting appends.';
    END IF;
    IF current_setting('lock_timeout') = '0' THEN
        PERFORM set_config('lock_timeout', '10s', true);
    END IF;
    LOCK TABLE log.writer IN EXCLUSIVE MODE;
    -- Every statement from here on sees all that was committed before the lock was ours.
    SELECT e.position, e.recorded_at INTO head_position, head_recorded_at FROM log.event e ORDER BY e.position DESC LIMIT 1;
    head_position := coalesce(head_position, 0);
    IF condition IS NOT NULL AND EXISTS (SELECT FROM log.selected(condition, coalesce(after, 0), head_position, 1)) THEN
        RAISE EXCEPTION 'an event that the decision depends on was recorded after position %', coalesce(after, 0)
            USING ERRCODE = 'FM002';
    END IF;
    IF seeded_at IS NOT NULL AND (SELECT h.clock FROM log.header h) <> 'seeded' THEN
        RAISE EXCEPTION 'this log dates what is recorded by its own clock' USING ERRCODE = 'FM005';
    END IF;
    IF seeded_at > clock_timestamp() THEN
        RAISE EXCEPTION 'recorded_at % lies in the future', seeded_at USING ERRCODE = 'FM004';
    END IF;
    first_position := head_position + 1;
    last_position := head_position + cardinality(event_ids);
    taken_at := greatest(coalesce(seeded_at, log.now()), head_recorded_at + interval '1 microsecond');
    WITH label AS (
        SELECT ordinal, array_agg(DISTINCT tag COLLATE "C" ORDER BY tag COLLATE "C") AS tags
        FROM unnest(tagged, labels) AS l(ordinal, tag) GROUP BY ordinal
    ), incoming AS (
        SELECT head_position + u.ordinal AS position, u.event_id, u.type, u.version, u.partition_id, u.occurred_at,
               coalesce(label.tags, '{}') AS tags, u.envelope, u.body
        FROM unnest(event_ids, types, versions, partition_ids, occurred_ats, envelopes, bodies)
             WITH ORDINALITY AS u(event_id, type, version, partition_id, occurred_at, envelope, body, ordinal)
        LEFT JOIN label USING (ordinal)
    ), recorded AS (
        INSERT INTO log.event
        SELECT i.position, i.event_id, i.type, i.version, i.partition_id, i.occurred_at, taken_at, i.tags, i.envelope, i.body,
               log.leaf(i.position, i.event_id, i.type, i.version, i.partition_id, i.occurred_at, taken_at, i.tags, i.envelope, i.body)
        FROM incoming i ORDER BY i.position
        RETURNING event.position, event.type, event.tags
    )
    INSERT INTO log.tag (tag, type, position) SELECT tag, r.type, r.position FROM recorded r, unnest(r.tags) AS tag;
    PERFORM pg_notify('folkmoot_log', '');
END $$;
COMMENT ON FUNCTION log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], jsonb, bigint, timestamptz) IS
    'The only way to record: gives the events the next positions, unless an event after the given position matches the condition. tagged and labels pair an event''s ordinal (from 1) with a tag. '
    'Refuses with FM001 (isolation), FM002 (condition), FM003 (entry too large), FM004 (recorded_at in the future), FM005 (log not seeded).';

CREATE FUNCTION log.begin_seeding() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    LOCK TABLE log.writer IN EXCLUSIVE MODE;
    UPDATE log.header SET clock = 'seeded' WHERE clock = 'wall';
END $$;
COMMENT ON FUNCTION log.begin_seeding() IS
    'Lets appends to a log that is still empty bring their own recorded_at; the header says so for ever. For the owner only.';

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history cannot be rewritten: % of log.% is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'FM006', HINT = 'Record a correction or a withdrawal instead.';
END $$;
COMMENT ON FUNCTION log.refuse_change() IS 'Refuses every change of what is recorded (FM006).';

CREATE FUNCTION log.guard_header() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.clock = 'wall' AND NEW.clock = 'seeded' AND NEW.log_id = OLD.log_id AND NEW.created_at = OLD.created_at
       AND NOT EXISTS (SELECT FROM log.event) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the header of a log that holds events does not change' USING ERRCODE = 'FM006';
END $$;
COMMENT ON FUNCTION log.guard_header() IS 'Lets the header change only from wall to seeded, and only while the log is empty.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.event FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.tag FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON log.header FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER seeded_only_while_empty BEFORE UPDATE ON log.header FOR EACH ROW EXECUTE FUNCTION log.guard_header();
ALTER TABLE log.event ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.tag ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.header ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.header ENABLE ALWAYS TRIGGER seeded_only_while_empty;
COMMENT ON TRIGGER append_only ON log.event IS 'Recorded events never change; fires in replication too.';
COMMENT ON TRIGGER append_only ON log.tag IS 'Tags of recorded events never change; fires in replication too.';
COMMENT ON TRIGGER append_only ON log.header IS 'The header is never removed.';
COMMENT ON TRIGGER seeded_only_while_empty ON log.header IS 'The clock may be declared seeded only before the first event.';

REVOKE ALL ON SCHEMA log FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA log FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO folkmoot_writer, folkmoot_reader;
GRANT SELECT ON log.event, log.tag, log.header, log.migration TO folkmoot_writer, folkmoot_reader;
GRANT EXECUTE ON FUNCTION log.matching(text[], text[], bigint, bigint, bigint), log.selected(jsonb, bigint, bigint, bigint),
    log.position_at(timestamptz) TO folkmoot_writer, folkmoot_reader;
GRANT EXECUTE ON FUNCTION log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], jsonb, bigint, timestamptz)
    TO folkmoot_writer;

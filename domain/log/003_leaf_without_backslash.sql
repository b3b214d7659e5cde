-- The leaf hash means the same in every session: its one byte of prefix was written with a backslash, which
-- standard_conforming_strings = off reads otherwise.

CREATE OR REPLACE FUNCTION log.leaf(
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
    RETURN sha256(decode('00', 'hex') || entry);
END $$;

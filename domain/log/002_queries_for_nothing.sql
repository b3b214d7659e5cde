-- A query without items selects nothing: what a decision rests on may be nothing, and that is not everything.

CREATE OR REPLACE FUNCTION log.selected(query jsonb, after bigint, upto bigint, at_most bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
BEGIN
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
END $$;
COMMENT ON FUNCTION log.selected(jsonb, bigint, bigint, bigint) IS
    'Positions, in order, of the events that match at least one item of the query [{"types": [], "tags": []}]; a query without items matches none, an item without types every type, one without tags whatever the tags.';

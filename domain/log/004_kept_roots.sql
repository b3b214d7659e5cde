-- Roots of the tree as they were seen, and what the header said then: what a later look is compared with.

CREATE TABLE log.kept (
    number     bigint      PRIMARY KEY,
    position   bigint      NOT NULL CHECK (position >= 0),
    root       bytea       CHECK (octet_length(root) = 32),
    log_id     uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    clock      text        NOT NULL,
    kept_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE log.kept IS 'Roots of the Merkle tree as rebuilds, reviews and verifications saw them, with the header of then. The same is kept outside the database.';
COMMENT ON COLUMN log.kept.number IS '1, 2, 3 and so on without gaps.';
COMMENT ON COLUMN log.kept.position IS 'How many events the root is over.';
COMMENT ON COLUMN log.kept.root IS 'The root; null where only the header was noted.';
COMMENT ON COLUMN log.kept.log_id IS 'The log''s id in the header then.';
COMMENT ON COLUMN log.kept.created_at IS 'When the log was made, by the header then.';
COMMENT ON COLUMN log.kept.clock IS 'The clock in the header then.';
COMMENT ON COLUMN log.kept.kept_at IS 'When it was seen.';

INSERT INTO log.kept (number, position, log_id, created_at, clock)
    SELECT 1, coalesce((SELECT max(e.position) FROM log.event e), 0), h.log_id, h.created_at, h.clock FROM log.header h;

CREATE FUNCTION log.keep_root(at_position bigint, seen_root bytea)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOCK TABLE log.kept IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO log.kept (number, position, root, log_id, created_at, clock)
        SELECT coalesce((SELECT max(k.number) FROM log.kept k), 0) + 1, at_position, seen_root, h.log_id, h.created_at, h.clock
        FROM log.header h
        WHERE NOT EXISTS (SELECT FROM log.kept k WHERE k.position = at_position AND k.root = seen_root);
END $$;
COMMENT ON FUNCTION log.keep_root(bigint, bytea) IS 'Keeps a root that was seen, once.';

CREATE OR REPLACE FUNCTION log.begin_seeding() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    LOCK TABLE log.writer IN EXCLUSIVE MODE;
    UPDATE log.header SET clock = 'seeded' WHERE clock = 'wall';
    IF FOUND THEN
        INSERT INTO log.kept (number, position, log_id, created_at, clock)
            SELECT (SELECT max(k.number) FROM log.kept k) + 1, 0, h.log_id, h.created_at, h.clock FROM log.header h;
    END IF;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.kept FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.kept ENABLE ALWAYS TRIGGER append_only;
COMMENT ON TRIGGER append_only ON log.kept IS 'What was seen stays; fires in replication too.';

REVOKE ALL ON log.kept FROM PUBLIC;
REVOKE ALL ON FUNCTION log.keep_root(bigint, bytea) FROM PUBLIC;
GRANT SELECT ON log.kept TO folkmoot_writer, folkmoot_reader;
GRANT EXECUTE ON FUNCTION log.keep_root(bigint, bytea) TO folkmoot_writer;

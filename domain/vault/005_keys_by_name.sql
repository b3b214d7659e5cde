-- Wrapped keys are handed out by name, so many a statement, and never listed; whoever rewraps them has a role of its own.

DO $$
BEGIN
    CREATE ROLE folkmoot_vault NOLOGIN;
    COMMENT ON ROLE folkmoot_vault IS 'May read every wrapped key, wrap it anew and mark anew what is marked; may append nothing.';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    GRANT folkmoot_vault TO CURRENT_USER;
    GRANT folkmoot_reader TO folkmoot_vault;
    GRANT folkmoot_reader TO folkmoot_writer;
EXCEPTION WHEN insufficient_privilege THEN NULL; -- somebody else grants the roles here
END $$;

-- What it holds is worth nothing after a crash, and nothing is written twice for it.
CREATE UNLOGGED TABLE vault.handed_out (
    backend      integer     PRIMARY KEY,
    statement_at timestamptz NOT NULL,
    keys         integer     NOT NULL
);
COMMENT ON TABLE vault.handed_out IS 'How many keys each session was handed by its latest statement: what vault.find_keys counts by.';
COMMENT ON COLUMN vault.handed_out.backend IS 'The session''s process on the server.';
COMMENT ON COLUMN vault.handed_out.statement_at IS 'When its latest statement that asked for keys began.';
COMMENT ON COLUMN vault.handed_out.keys IS 'How many keys that statement asked for.';

CREATE FUNCTION vault.find_keys(asked_key_ids uuid[]) RETURNS TABLE (
    key_id uuid, wrapping_key_id bytea, wrapped bytea, destroyed_at timestamptz, event_id uuid, is_behind boolean, subject_ids uuid[]
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked integer;
BEGIN
    INSERT INTO vault.handed_out AS h VALUES (pg_backend_pid(), statement_timestamp(), cardinality(asked_key_ids))
        ON CONFLICT (backend) DO UPDATE SET statement_at = excluded.statement_at,
            keys = excluded.keys + CASE WHEN h.statement_at = excluded.statement_at THEN h.keys ELSE 0 END
        RETURNING h.keys INTO asked;
    IF asked > 1000 THEN
        RAISE EXCEPTION 'one statement is handed 1000 keys at most' USING ERRCODE = 'FV006';
    END IF;
    -- One snapshot for all: a key that is destroyed meanwhile is either here or has its tombstone.
    RETURN QUERY
        SELECT wanted.id, coalesce(k.wrapping_key_id, w.wrapping_key_id), k.wrapped, t.destroyed_at, t.event_id,
               (SELECT vault.is_behind()),
               ARRAY(SELECT l.subject_id FROM vault.key_subject l WHERE l.key_id = wanted.id)
        FROM (SELECT DISTINCT id FROM unnest(asked_key_ids) AS given (id)) AS wanted
        LEFT JOIN vault.key k ON k.key_id = wanted.id
        LEFT JOIN vault.tombstone t ON t.key_id = wanted.id
        LEFT JOIN vault.wrapping w ON w.fingerprint_key_id = wanted.id;
END $$;
COMMENT ON FUNCTION vault.find_keys(uuid[]) IS
    'The wrapped keys of these ids, or why there is none, whom each lists, and whether the vault lags behind the log. One statement is handed 1000 keys at most, however often it asks (FV006).';

CREATE FUNCTION vault.known(asked_key_ids uuid[]) RETURNS TABLE (key_id uuid, is_kept boolean)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.key_id, true FROM vault.key k WHERE k.key_id = ANY (asked_key_ids)
    UNION ALL
    SELECT t.key_id, false FROM vault.tombstone t WHERE t.key_id = ANY (asked_key_ids)
$$;
COMMENT ON FUNCTION vault.known(uuid[]) IS 'Which of these keys are kept here, and which were destroyed on purpose.';

CREATE FUNCTION vault.is_wrapped_otherwise(wrapping_key_ids bytea[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE used AS (
        (SELECT k.wrapping_key_id AS id FROM vault.key k ORDER BY k.wrapping_key_id LIMIT 1)
        UNION ALL
        SELECT (SELECT k.wrapping_key_id FROM vault.key k WHERE k.wrapping_key_id > used.id ORDER BY k.wrapping_key_id LIMIT 1)
        FROM used WHERE used.id IS NOT NULL
    )
    SELECT EXISTS (SELECT FROM used WHERE id <> ALL (wrapping_key_ids))
$$;
COMMENT ON FUNCTION vault.is_wrapped_otherwise(bytea[]) IS 'Whether any key is wrapped under another wrapping key than these.';

REVOKE ALL ON vault.handed_out FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.find_keys(uuid[]), vault.known(uuid[]), vault.is_wrapped_otherwise(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.find_keys(uuid[]), vault.known(uuid[]), vault.is_wrapped_otherwise(bytea[])
    TO folkmoot_writer, folkmoot_vault;

GRANT USAGE ON SCHEMA vault TO folkmoot_vault;
GRANT SELECT ON vault.key, vault.key_subject, vault.subject, vault.tombstone, vault.replayed, vault.wrapping, vault.opening,
    vault.opening_cut TO folkmoot_vault;
GRANT UPDATE (wrapping_key_id, wrapped) ON vault.key TO folkmoot_vault;
GRANT UPDATE (mark) ON vault.opening, vault.opening_cut TO folkmoot_vault;
GRANT EXECUTE ON FUNCTION vault.introduce(bytea[], uuid[]), vault.is_behind(), vault.outstanding(), vault.listed(uuid[]),
    vault.erase(uuid[], uuid[]), vault.redact(uuid[], uuid[]), vault.redact(uuid, uuid), vault.require_read_committed()
    TO folkmoot_vault;

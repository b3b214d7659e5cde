-- The contents of documents, in chunks sealed under a key made from that of a text of theirs: they go with that key.

CREATE TABLE vault.contents (
    key_id uuid    NOT NULL REFERENCES vault.key ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 0),
    sealed bytea   NOT NULL CHECK (octet_length(sealed) BETWEEN 17 AND 262160),
    PRIMARY KEY (key_id, number)
);
COMMENT ON TABLE vault.contents IS 'What documents hold, sealed (AES-256-GCM). Where the key of a document is destroyed its rows go too.';
COMMENT ON COLUMN vault.contents.key_id IS 'The key of the document''s salt, from which the key of its contents is made.';
COMMENT ON COLUMN vault.contents.number IS 'Which chunk of it, from 0.';
COMMENT ON COLUMN vault.contents.sealed IS 'A chunk of at most 262,144 bytes and its 16-byte tag, bound to its event, its number and whether it is the last.';

-- Sealed bytes are random: nothing is gained by packing them, or by samples of them in the planner's statistics.
ALTER TABLE vault.contents ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE vault.contents ALTER COLUMN sealed SET STATISTICS 0;

CREATE FUNCTION vault.keep_contents(kept_key_id uuid, chunk_number integer, sealed_chunk bytea)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO vault.contents (key_id, number, sealed) VALUES (kept_key_id, chunk_number, sealed_chunk)
$$;
COMMENT ON FUNCTION vault.keep_contents(uuid, integer, bytea) IS
    'Keeps one chunk beside a key that is kept already; in the transaction that appends the event.';

CREATE FUNCTION vault.contents_of(wanted_key_id uuid, chunk_number integer)
RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sealed FROM vault.contents WHERE key_id = wanted_key_id AND number = chunk_number
$$;
COMMENT ON FUNCTION vault.contents_of(uuid, integer) IS 'One chunk, sealed; null where there is none.';

REVOKE ALL ON vault.contents FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.keep_contents(uuid, integer, bytea), vault.contents_of(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.keep_contents(uuid, integer, bytea), vault.contents_of(uuid, integer)
    TO folkmoot_writer;

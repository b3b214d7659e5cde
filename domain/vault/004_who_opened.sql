-- Who opened sealed words: one row a request, numbered without gaps and marked; taken out only by age, oldest first.

CREATE TABLE vault.opening (
    number          bigint      PRIMARY KEY CHECK (number > 0),
    opened_at       timestamptz NOT NULL,
    request_id      uuid        NOT NULL,
    operation       text        NOT NULL CHECK (operation <> ''),
    actor_id        uuid        NOT NULL,
    account_id      uuid,
    organisation_id uuid,
    key_ids         uuid[]      NOT NULL CHECK (cardinality(key_ids) > 0),
    grounds         text[]      NOT NULL CHECK (cardinality(grounds) = cardinality(key_ids)),
    subject_ids     uuid[]      NOT NULL,
    is_bulk         boolean     NOT NULL,
    mark            bytea       NOT NULL
);
CREATE INDEX opening_by_actor ON vault.opening (actor_id, opened_at);
CREATE INDEX opening_by_account ON vault.opening (account_id, opened_at) WHERE account_id IS NOT NULL;
CREATE INDEX opening_by_subject ON vault.opening USING gin (subject_ids);
CREATE INDEX opening_in_bulk ON vault.opening (opened_at) WHERE is_bulk;
COMMENT ON TABLE vault.opening IS 'Every request that opened sealed words. Holds ids, and nothing that anybody wrote.';
COMMENT ON COLUMN vault.opening.number IS 'One more than the row before, so that a missing row is found.';
COMMENT ON COLUMN vault.opening.opened_at IS 'When, by the clock of who opened.';
COMMENT ON COLUMN vault.opening.request_id IS 'The request, as in its line in the service''s log.';
COMMENT ON COLUMN vault.opening.operation IS 'What was asked for: an operation of the API, a page or a command.';
COMMENT ON COLUMN vault.opening.actor_id IS 'The key of the API that asked, or who ran a command.';
COMMENT ON COLUMN vault.opening.account_id IS 'The account that the key belongs to, where there is one.';
COMMENT ON COLUMN vault.opening.organisation_id IS 'The organisation that it belongs to, where there is one.';
COMMENT ON COLUMN vault.opening.key_ids IS 'The keys of the texts that were opened.';
COMMENT ON COLUMN vault.opening.grounds IS 'On which ground each was opened, in the order of the keys.';
COMMENT ON COLUMN vault.opening.subject_ids IS 'Whom these texts may name, as their keys listed them then. Stays once somebody is forgotten: the ids are random.';
COMMENT ON COLUMN vault.opening.is_bulk IS 'Whether its reader went, with this request, past the number of people whose words one reads at work.';
COMMENT ON COLUMN vault.opening.mark IS 'HMAC-SHA-256 over the rest of the row, under a key derived from the wrapping key, after that key''s 8-byte name.';
COMMENT ON INDEX vault.opening_by_actor IS 'What one reader opened, in order.';
COMMENT ON INDEX vault.opening_by_account IS 'What one account opened, in order.';
COMMENT ON INDEX vault.opening_by_subject IS 'Who opened words about one person.';
COMMENT ON INDEX vault.opening_in_bulk IS 'The rows that need looking at.';

CREATE TABLE vault.opening_cut (
    upto   bigint      PRIMARY KEY CHECK (upto > 0),
    cut_at timestamptz NOT NULL,
    mark   bytea       NOT NULL
);
COMMENT ON TABLE vault.opening_cut IS 'Up to which number rows were taken out because their time was over.';
COMMENT ON COLUMN vault.opening_cut.upto IS 'The last number taken out.';
COMMENT ON COLUMN vault.opening_cut.cut_at IS 'When.';
COMMENT ON COLUMN vault.opening_cut.mark IS 'As in vault.opening.';

CREATE TABLE vault.opening_lock ();
COMMENT ON TABLE vault.opening_lock IS 'Empty: whoever adds to vault.opening locks it, so that numbers come in order of commit.';

CREATE FUNCTION vault.refuse_opening_change() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'opening' THEN
        IF EXISTS (SELECT FROM vault.opening_cut WHERE upto >= OLD.number) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - 'mark' = to_jsonb(NEW) - 'mark' THEN
            RETURN NEW; -- marked anew, under another wrapping key
        END IF;
    END IF;
    RAISE EXCEPTION 'vault.% is only added to', TG_TABLE_NAME USING ERRCODE = 'FV005';
END $$;
COMMENT ON FUNCTION vault.refuse_opening_change() IS
    'Refuses to change or delete what is known of who looked (FV005), but for rows that were cut for their age and for marks.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.opening FOR EACH ROW EXECUTE FUNCTION vault.refuse_opening_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON vault.opening FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_opening_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.opening_cut FOR EACH ROW EXECUTE FUNCTION vault.refuse_opening_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON vault.opening_cut FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_opening_change();
ALTER TABLE vault.opening ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE vault.opening_cut ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied;

CREATE FUNCTION vault.next_opening() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 1 + greatest((SELECT max(number) FROM vault.opening), (SELECT max(upto) FROM vault.opening_cut), 0)
$$;
COMMENT ON FUNCTION vault.next_opening() IS 'The number that the next row gets.';

-- The mark is over the number, and the wrapping key never comes here: so whoever adds says which number it marked.
CREATE FUNCTION vault.record_opening(
    marked_number bigint, opened_at timestamptz, request_id uuid, operation text, actor_id uuid, account_id uuid,
    organisation_id uuid, key_ids uuid[], grounds text[], subject_ids uuid[], is_bulk boolean, mark bytea
) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next_number bigint;
BEGIN
    PERFORM vault.require_read_committed();
    LOCK TABLE vault.opening_lock IN EXCLUSIVE MODE;
    next_number := vault.next_opening();
    IF next_number = marked_number THEN
        INSERT INTO vault.opening VALUES (
            marked_number, record_opening.opened_at, record_opening.request_id, record_opening.operation,
            record_opening.actor_id, record_opening.account_id, record_opening.organisation_id, record_opening.key_ids,
            record_opening.grounds, record_opening.subject_ids, record_opening.is_bulk, record_opening.mark);
    END IF;
    RETURN next_number;
END $$;
COMMENT ON FUNCTION vault.record_opening(bigint, timestamptz, uuid, text, uuid, uuid, uuid, uuid[], text[], uuid[], boolean, bytea) IS
    'Adds a row if its number is the next one, and says which that was: another means that nothing was added. Refuses with FV001 (isolation).';

CREATE FUNCTION vault.cut_openings(cut_upto bigint, cut_at timestamptz, mark bytea) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cut bigint;
BEGIN
    INSERT INTO vault.opening_cut VALUES (cut_upto, cut_openings.cut_at, cut_openings.mark);
    DELETE FROM vault.opening WHERE number <= cut_upto;
    GET DIAGNOSTICS cut = ROW_COUNT;
    RETURN cut;
END $$;
COMMENT ON FUNCTION vault.cut_openings(bigint, timestamptz, bytea) IS
    'Takes out the rows up to a number, whose time is over, and counts them; for the vault''s owner.';

CREATE FUNCTION vault.listed(listing_key_ids uuid[]) RETURNS TABLE (key_id uuid, subject_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.key_id, array_agg(l.subject_id ORDER BY l.subject_id)
    FROM vault.key_subject l WHERE l.key_id = ANY (listing_key_ids) GROUP BY l.key_id
$$;
COMMENT ON FUNCTION vault.listed(uuid[]) IS 'Whom these keys list: whose words are opened with them.';

REVOKE ALL ON vault.opening, vault.opening_cut, vault.opening_lock FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.refuse_opening_change(), vault.next_opening(), vault.cut_openings(bigint, timestamptz, bytea), vault.listed(uuid[]),
    vault.record_opening(bigint, timestamptz, uuid, text, uuid, uuid, uuid, uuid[], text[], uuid[], boolean, bytea) FROM PUBLIC;
GRANT SELECT ON vault.opening, vault.opening_cut TO folkmoot_writer;
GRANT EXECUTE ON FUNCTION vault.listed(uuid[]),
    vault.record_opening(bigint, timestamptz, uuid, text, uuid, uuid, uuid, uuid[], text[], uuid[], boolean, bytea) TO folkmoot_writer;

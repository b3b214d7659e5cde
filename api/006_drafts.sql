-- Drafts of what people write in forms: sealed, their owner's only, gone after 90 days, once recorded, and with who they name.

CREATE TABLE api.draft (
    draft_id       uuid        PRIMARY KEY,
    owner_id       uuid        NOT NULL,
    partnership_id uuid        NOT NULL,
    form           text        NOT NULL CHECK (form <> ''),
    key_id         uuid        NOT NULL UNIQUE,
    box            bytea       NOT NULL,
    saved_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX draft_of_owner ON api.draft (owner_id, saved_at);
COMMENT ON TABLE api.draft IS 'What somebody began to write in a form and has not recorded yet. Not part of the record.';
COMMENT ON COLUMN api.draft.draft_id IS 'Identity of the draft, and the Idempotency-Key under which it is recorded.';
COMMENT ON COLUMN api.draft.owner_id IS 'Who writes it: the key, or the person, that nobody else opens it for.';
COMMENT ON COLUMN api.draft.partnership_id IS 'The partnership whose affairs it is about.';
COMMENT ON COLUMN api.draft.form IS 'The form that it fills, such as meeting.';
COMMENT ON COLUMN api.draft.key_id IS 'The key in the vault under which its answers are sealed; new at each saving.';
COMMENT ON COLUMN api.draft.box IS 'Its answers: nonce and ciphertext (AES-256-GCM).';
COMMENT ON COLUMN api.draft.saved_at IS 'When it was saved last.';
COMMENT ON INDEX api.draft_of_owner IS 'The drafts of one owner, oldest first.';

CREATE FUNCTION api.discard_draft_keys(discarded_key_ids uuid[]) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM vault.key_subject WHERE key_id = ANY (discarded_key_ids);
    DELETE FROM vault.key WHERE key_id = ANY (discarded_key_ids);
$$;
COMMENT ON FUNCTION api.discard_draft_keys(uuid[]) IS
    'Deletes keys of drafts with their listings. They seal nothing in the log, so no event and no tombstone says so.';

-- The only way in: the key of a draft is new whenever it is saved, so that no key of the log is ever discarded as one.
CREATE FUNCTION api.save_draft(saved_draft_id uuid, saved_owner_id uuid, saved_partnership_id uuid, saved_form text,
                               saved_box bytea, saved_key_id uuid, wrapping_key_id bytea, wrapped bytea, subject_ids uuid[])
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept api.draft;
BEGIN
    INSERT INTO api.draft (draft_id, owner_id, partnership_id, form, key_id, box)
        VALUES (saved_draft_id, saved_owner_id, saved_partnership_id, saved_form, saved_key_id, saved_box)
        ON CONFLICT (draft_id) DO NOTHING;
    SELECT * INTO STRICT kept FROM api.draft WHERE draft_id = saved_draft_id FOR UPDATE;
    IF kept.owner_id <> saved_owner_id OR kept.partnership_id <> saved_partnership_id OR kept.form <> saved_form THEN
        RETURN false;
    END IF;
    PERFORM vault.keep(ARRAY[saved_key_id], ARRAY['text'], ARRAY[wrapping_key_id], ARRAY[wrapped],
                       subject_ids, array_fill(saved_key_id, ARRAY[cardinality(subject_ids)]));
    IF kept.key_id <> saved_key_id THEN
        UPDATE api.draft SET key_id = saved_key_id, box = saved_box, saved_at = clock_timestamp()
            WHERE draft_id = saved_draft_id;
        PERFORM api.discard_draft_keys(ARRAY[kept.key_id]);
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION api.save_draft(uuid, uuid, uuid, text, bytea, uuid, bytea, bytea, uuid[]) IS
    'Saves a draft in place of what was saved before, and keeps its new key under who it names, all or none. False for another''s draft. Refuses as vault.keep does.';

CREATE FUNCTION api.drop_draft(dropped_draft_id uuid, dropping_owner_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    dropped uuid[];
BEGIN
    WITH gone AS (
        DELETE FROM api.draft WHERE draft_id = dropped_draft_id AND owner_id = dropping_owner_id RETURNING key_id
    )
    SELECT array_agg(key_id) INTO dropped FROM gone;
    PERFORM api.discard_draft_keys(dropped);
    RETURN dropped IS NOT NULL;
END $$;
COMMENT ON FUNCTION api.drop_draft(uuid, uuid) IS 'Deletes a draft of this owner with its key; false where there is none.';

CREATE FUNCTION api.sweep_drafts() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    swept uuid[];
BEGIN
    WITH gone AS (
        DELETE FROM api.draft WHERE saved_at < clock_timestamp() - interval '90 days'
            OR NOT EXISTS (SELECT FROM vault.key WHERE key.key_id = draft.key_id)
        RETURNING key_id
    )
    SELECT array_agg(key_id) INTO swept FROM gone;
    PERFORM api.discard_draft_keys(swept);
    RETURN coalesce(cardinality(swept), 0);
END $$;
COMMENT ON FUNCTION api.sweep_drafts() IS
    'Deletes drafts not saved for 90 days, and those whose key was destroyed with somebody they named. Counts them.';

CREATE FUNCTION api.drafts_naming(named_subject_id uuid) RETURNS SETOF api.draft
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.* FROM api.draft d JOIN vault.key_subject l ON l.key_id = d.key_id
    WHERE l.subject_id = named_subject_id ORDER BY d.saved_at, d.draft_id
$$;
COMMENT ON FUNCTION api.drafts_naming(uuid) IS 'The drafts whose keys list somebody: what a person who asks what is held about them is told of.';

REVOKE ALL ON api.draft FROM PUBLIC;
REVOKE ALL ON FUNCTION api.discard_draft_keys(uuid[]),
    api.save_draft(uuid, uuid, uuid, text, bytea, uuid, bytea, bytea, uuid[]), api.drop_draft(uuid, uuid),
    api.sweep_drafts(), api.drafts_naming(uuid) FROM PUBLIC;
GRANT SELECT ON api.draft TO folkmoot_writer;
GRANT EXECUTE ON FUNCTION api.save_draft(uuid, uuid, uuid, text, bytea, uuid, bytea, bytea, uuid[]), api.drop_draft(uuid, uuid),
    api.sweep_drafts(), api.drafts_naming(uuid) TO folkmoot_writer;

"""Changes a superuser can make behind Folkmoot's back: each a statement, and how it must be named when it is found."""

# ruff: noqa: S608 - statements of ours, made from constants of ours

REHASHED = """
    UPDATE log.event SET leaf = log.leaf(position, event_id, type, version, partition_id, occurred_at, recorded_at,
                                         tags, envelope, data) WHERE position = 5
"""
LAST = "(SELECT max(position) FROM log.event)"
A_TEXT = "(SELECT key_id FROM vault.key WHERE purpose = 'text' ORDER BY key_id LIMIT 1)"
AN_ERASURE = "(SELECT event_id FROM log.event WHERE type = 'subject-erased' ORDER BY position LIMIT 1)"
FORGED = """
    INSERT INTO log.event SELECT position + 1, gen_random_uuid(), type, version, partition_id, occurred_at, recorded_at,
        tags, envelope, data, {leaf} FROM log.event ORDER BY position DESC LIMIT 1
"""
APPEND = """
    log.append(uuid[], text[], smallint[], uuid[], timestamptz[], bytea[], bytea[], integer[], text[], integer[],
               jsonb, bigint, timestamptz[])
"""
NO_CHANGE = "CREATE OR REPLACE FUNCTION {} {} AS '{}'"

OF_THE_LOG = {
    "a body": ("UPDATE log.event SET data = data || '\\x00' WHERE position = 5", "event 5"),
    "an envelope": ("UPDATE log.event SET envelope = envelope || '\\x00' WHERE position = 5", "event 5"),
    "the tags of an event": ("UPDATE log.event SET tags = tags[2:] WHERE position = 5", "event 5"),
    "a type": ("UPDATE log.event SET type = 'party-amended' WHERE position = 1", "event 1"),
    "a version": ("UPDATE log.event SET version = version + 1 WHERE position = 5", "event 5"),
    "a partition": ("UPDATE log.event SET partition_id = gen_random_uuid() WHERE position = 5", "event 5"),
    "a claimed time": (
        "UPDATE log.event SET occurred_at = occurred_at - interval '1 day' WHERE position = 5",
        "event 5",
    ),
    "a recording time": (
        "UPDATE log.event SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 5",
        "event 5",
    ),
    "an event's id": ("UPDATE log.event SET event_id = gen_random_uuid() WHERE position = 5", "event 5"),
    "a leaf": ("UPDATE log.event SET leaf = sha256('x') WHERE position = 5", "event 5"),
    "a body and its leaf": (
        f"UPDATE log.event SET data = set_byte(data, length(data) - 1, 1) WHERE position = 5; {REHASHED}",
        "root at position",
    ),
    "an event put last with a false leaf": (FORGED.format(leaf="sha256('x')"), "its content is not what its leaf says"),
    "a register's entry, deleted": ("DELETE FROM log.event WHERE position = 1", "events 1 to 1: events are missing"),
    "the last event, cut off": (f"DELETE FROM log.event WHERE position = {LAST}", "is the last"),
    "every event, moved by one": (
        "UPDATE log.event SET position = -1 - position; UPDATE log.event SET position = -position",
        "events 1 to 1",
    ),
    "a tag, changed": (
        "UPDATE log.tag SET tag = 'place:' || gen_random_uuid() WHERE position = 5",
        "log.tag does not have it",
    ),
    "all tags, emptied": ("DELETE FROM log.tag", "log.tag does not have it"),
    "a tag of no event": ("INSERT INTO log.tag VALUES ('place:x', 'place-registered', 3)", "no such event carries it"),
    "the log's id": ("UPDATE log.header SET log_id = gen_random_uuid()", "log.header, log_id"),
    "when the log was made": (
        "UPDATE log.header SET created_at = created_at - interval '1 year'",
        "log.header, created_at",
    ),
    "the clock's flag": ("UPDATE log.header SET clock = 'seeded'", "log.header, clock"),
    "the header, deleted": ("DELETE FROM log.header", "not exactly one header"),
    "kept roots, deleted": ("DELETE FROM log.kept WHERE root IS NOT NULL", "no longer in it"),
    "a kept root, changed": ("UPDATE log.kept SET root = sha256('x') WHERE root IS NOT NULL", "has another root now"),
}
OF_THE_SCHEMA = {
    "a trigger, dropped": ("DROP TRIGGER append_only ON log.event", "trigger append_only on log.event: it is missing"),
    "a trigger, disabled": ("ALTER TABLE log.tag DISABLE TRIGGER append_only", "trigger append_only on log.tag"),
    "a trigger that rests in replication": (
        "ALTER TABLE log.event ENABLE TRIGGER append_only",
        "trigger append_only on log.event",
    ),
    "what the triggers do": (
        NO_CHANGE.format("log.refuse_change()", "RETURNS trigger LANGUAGE plpgsql", "BEGIN RETURN NULL; END"),
        "function log.refuse_change()",
    ),
    "the clock": (
        NO_CHANGE.format(
            "log.now()",
            "RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE",
            "SELECT timestamptz ''2001-01-01''".replace("''", "''"),
        ),
        "function log.now()",
    ),
    "how leaves are made": (
        "ALTER FUNCTION log.leaf RENAME TO leaf_of; CREATE FUNCTION log.leaf() RETURNS int LANGUAGE sql RETURN 1",
        "function log.leaf",
    ),
    "with whose rights one appends": (f"ALTER FUNCTION {APPEND} SECURITY INVOKER", "function log.append"),
    "where append looks things up": (f"ALTER FUNCTION {APPEND} SET search_path = public", "function log.append"),
    "how the vault destroys": (
        NO_CHANGE.format(
            "vault.destroy(doomed_key_ids uuid[], why_event_ids uuid[])",
            "RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp",
            "SELECT 0::bigint",
        ),
        "function vault.destroy",
    ),
    "a right to insert": (
        "GRANT INSERT ON log.event TO folkmoot_writer",
        "right of folkmoot_writer to insert on table log.event",
    ),
    "a right to read the vault": (
        "GRANT SELECT ON vault.key TO PUBLIC",
        "right of everybody to select on table vault.key",
    ),
    "another's trigger": (
        "CREATE TRIGGER other BEFORE INSERT ON log.event FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()",
        "trigger other on log.event: it is none of ours",
    ),
    "a rule": ("CREATE RULE lost AS ON INSERT TO log.tag DO INSTEAD NOTHING", "rule lost on log.tag"),
    "row security": ("ALTER TABLE log.event ENABLE ROW LEVEL SECURITY", "relation log.event"),
    "that ids come once": (
        "ALTER TABLE log.event DROP CONSTRAINT event_id_once",
        "constraint event_id_once on log.event",
    ),
    "whose a table is": ("ALTER TABLE vault.key OWNER TO folkmoot_writer", "relation vault.key"),
    "a view of stored rows": (
        "CREATE OR REPLACE VIEW projection.commitments AS SELECT {columns} FROM projection.{table} WHERE false",
        "view projection.commitments",
    ),
}
OF_KEYS = {
    "a key, deleted": (f"DELETE FROM vault.key WHERE key_id = {A_TEXT}", "its key is missing"),
    "a key, altered": (
        f"UPDATE vault.key SET wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1) WHERE key_id = {A_TEXT}",
        "its key was altered",
    ),
    "a key for another purpose": (
        f"UPDATE vault.key SET purpose = 'fingerprint' WHERE key_id = {A_TEXT}",
        "another purpose",
    ),
    "a key that no forgetting would destroy": ("DELETE FROM vault.key_subject", "not listed under those"),
    "a forged tombstone": (
        (
            f"INSERT INTO vault.tombstone SELECT {A_TEXT}, now(), gen_random_uuid(); "
            f"DELETE FROM vault.key WHERE key_id = {A_TEXT}"
        ),
        "tombstone",
    ),
    "a tombstone that blames another's forgetting": (
        (
            f"CREATE TEMPORARY TABLE one AS SELECT key_id FROM vault.key k WHERE purpose = 'text' "
            "AND NOT EXISTS (SELECT FROM vault.key_subject s WHERE s.key_id = k.key_id) LIMIT 1; "
            f"INSERT INTO vault.tombstone SELECT key_id, now(), {AN_ERASURE} FROM one; "
            "DELETE FROM vault.key USING one WHERE key.key_id = one.key_id"
        ),
        "the tombstone is forged",
    ),
    "a destroyed key, brought back": (
        (
            "INSERT INTO vault.key SELECT t.key_id, 'text', k.wrapping_key_id, k.wrapped "
            "FROM vault.tombstone t, vault.key k LIMIT 1"
        ),
        "is there again",
    ),
    "a destroyed key, brought back without its tombstone": (
        (
            "INSERT INTO vault.key SELECT t.key_id, k.purpose, k.wrapping_key_id, k.wrapped "
            "FROM vault.tombstone t, vault.key k "
            f"WHERE k.key_id = {A_TEXT}; DELETE FROM vault.tombstone"
        ),
        "the log says that its key is destroyed, and it is there",
    ),
    "an erasure that no event says": (
        "UPDATE vault.subject SET erased_at = now(), erasure_event_id = gen_random_uuid() WHERE erased_at IS NULL",
        "erasure of subject",
    ),
    "an erasure, undone": ("UPDATE vault.subject SET erased_at = NULL, erasure_event_id = NULL", "erasure by event"),
    "a steward's key, forged": (
        "INSERT INTO api.key (key_id, sha256, name, scope) VALUES (gen_random_uuid(), sha256('x'), 'mine', 'steward')",
        "API key",
    ),
    "a reader's key, raised": ("UPDATE api.key SET scope = 'steward' WHERE scope = 'read'", "API key"),
    "a key that was taken away, given back": ("UPDATE api.key SET revoked_at = NULL", "API key"),
}
_SECOND = "who opened words, row 2"
_LAST_OPENING = "(SELECT max(number) FROM vault.opening)"
OF_OPENINGS = {
    "who opened words, changed": (
        "UPDATE vault.opening SET actor_id = gen_random_uuid() WHERE number = 2",
        f"{_SECOND}: it was changed",
    ),
    "whose words were opened, changed": (
        "UPDATE vault.opening SET subject_ids = '{}' WHERE number = 2",
        f"{_SECOND}: it was changed",
    ),
    "on which ground words were opened, changed": (
        "UPDATE vault.opening SET grounds = array_replace(grounds, grounds[1], 'own-entry') WHERE number = 2",
        f"{_SECOND}: it was changed",
    ),
    "when words were opened, changed": (
        "UPDATE vault.opening SET opened_at = opened_at - interval '1 day' WHERE number = 2",
        f"{_SECOND}: it was changed",
    ),
    "an opening, taken out": ("DELETE FROM vault.opening WHERE number = 2", f"{_SECOND}: they were taken out"),
    "an opening, taken out and the gap closed": (
        "DELETE FROM vault.opening WHERE number = 2; UPDATE vault.opening SET number = number - 1 WHERE number > 2",
        f"{_SECOND}: it was changed",
    ),
    "the last opening, taken out": (
        f"DELETE FROM vault.opening WHERE number = {_LAST_OPENING}",
        "the trail reached so far once, and no longer does",
    ),
    "every opening, taken out": (
        "DELETE FROM vault.opening",
        "the trail reached so far once, and no longer does",
    ),
    "an opening that never was": (
        (
            "INSERT INTO vault.opening SELECT number + 1, opened_at, request_id, operation, actor_id, account_id, "
            "organisation_id, key_ids, grounds, subject_ids, is_bulk, mark FROM vault.opening "
            f"WHERE number = {_LAST_OPENING}"
        ),
        "it was changed, or put here by other means than an opening",
    ),
    "the oldest openings, cut by somebody else": (
        "INSERT INTO vault.opening_cut VALUES (2, now(), 'x'); DELETE FROM vault.opening WHERE number <= 2",
        "who opened words, cut at row 2",
    ),
    "how openings are recorded": (
        NO_CHANGE.format("vault.next_opening()", "RETURNS bigint LANGUAGE sql STABLE", "SELECT 1::bigint"),
        "function vault.next_opening()",
    ),
    "that openings stay": (
        "ALTER TABLE vault.opening DISABLE TRIGGER append_only",
        "trigger append_only on vault.opening",
    ),
}
OF_ACCESS = {
    "an account, moved to those who run the installation": (
        "UPDATE api.account SET party_id = NULL WHERE party_id IS NOT NULL",
        "account ",
    ),
    "an account that was closed, opened again": ("UPDATE api.account SET closed_at = NULL", "account "),
    "a role, raised": ("UPDATE api.grant_entry SET role = 'administrator' WHERE entry = 1", "entry on roles 1"),
    "a role, widened": (
        "UPDATE api.grant_entry SET reach = 'all', reach_ids = '{}' WHERE entry = 1",
        "entry on roles 1",
    ),
    "a role, given to somebody else": (
        (
            "UPDATE api.grant_entry SET account_id = (SELECT account_id FROM api.account "
            "WHERE account_id <> grant_entry.account_id LIMIT 1) WHERE entry = 1"
        ),
        "entry on roles 1",
    ),
    "a role that nobody gave": (
        (
            "INSERT INTO api.grant_entry SELECT entry + 10, gen_random_uuid(), 'given', account_id, 'steward', 'all', "
            "'{}', '{}', NULL, NULL, NULL, 'mine', now(), mark FROM api.grant_entry WHERE entry = 1"
        ),
        "entry on roles 11",
    ),
    "an entry on roles, taken out": ("DELETE FROM api.grant_entry WHERE entry = 1", "entry on roles 1"),
    "that a role was taken away, taken out": (
        "DELETE FROM api.grant_entry WHERE act = 'taken-away'",
        "the role that it gave or took away has no entry any more",
    ),
    "an act on an account, taken out": ("DELETE FROM api.account_act WHERE entry = 1", "act on an account 1"),
    "who did something to an account, changed": (
        "UPDATE api.account_act SET why = 'nothing' WHERE entry = 2",
        "act on an account 2",
    ),
    "that entries on roles stay": (
        "ALTER TABLE api.grant_entry DISABLE TRIGGER keep_grant_entry",
        "trigger keep_grant_entry on api.grant_entry",
    ),
    "that acts on accounts stay": (
        "ALTER TABLE api.account_act DISABLE TRIGGER keep_account_act",
        "trigger keep_account_act on api.account_act",
    ),
}
TAMPERINGS = OF_ACCESS | OF_THE_LOG | OF_THE_SCHEMA | OF_KEYS | OF_OPENINGS

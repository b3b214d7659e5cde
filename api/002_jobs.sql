-- Long work that was asked for over the API: how far it has come, and the files it made.

CREATE TABLE api.job (
    job_id     uuid        PRIMARY KEY,
    review_id  uuid        NOT NULL,
    given      jsonb       NOT NULL,
    position   bigint      NOT NULL,
    as_of      date        NOT NULL,
    forms      text[]      NOT NULL,
    state      text        NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    done       integer     NOT NULL DEFAULT 0,
    total      integer     NOT NULL DEFAULT 0,
    asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at   timestamptz,
    problem    text,
    manifest_sha256 text
);
COMMENT ON TABLE api.job IS 'One row for each freezing of a review that was asked for. Whoever works at one holds the advisory lock of its id, so that a job whose process died is known by its lock being free.';
COMMENT ON COLUMN api.job.job_id IS 'Identity of the job, made from the key and the Idempotency-Key it was asked with.';
COMMENT ON COLUMN api.job.review_id IS 'The review to freeze.';
COMMENT ON COLUMN api.job.given IS 'What was sent, to tell a repeat from another request.';
COMMENT ON COLUMN api.job.position IS 'The position of the log the extract is of.';
COMMENT ON COLUMN api.job.as_of IS 'The day by which months must be over.';
COMMENT ON COLUMN api.job.forms IS 'The formats in which tables are written.';
COMMENT ON COLUMN api.job.state IS 'How far it has come: waiting, running, done or failed.';
COMMENT ON COLUMN api.job.done IS 'How many partnerships are done.';
COMMENT ON COLUMN api.job.total IS 'How many there are.';
COMMENT ON COLUMN api.job.asked_at IS 'When it was asked for first.';
COMMENT ON COLUMN api.job.ended_at IS 'When it ended.';
COMMENT ON COLUMN api.job.problem IS 'Why it failed, in a sentence.';
COMMENT ON COLUMN api.job.manifest_sha256 IS 'SHA-256 of the manifest of what it made.';

CREATE TABLE api.job_file (
    job_id  uuid   NOT NULL REFERENCES api.job ON DELETE CASCADE,
    path    text   NOT NULL,
    sha256  text   NOT NULL,
    content bytea  NOT NULL,
    PRIMARY KEY (job_id, path)
);
COMMENT ON TABLE api.job_file IS 'The files that jobs made; each can be made again from its manifest.';
COMMENT ON COLUMN api.job_file.job_id IS 'The job that made it.';
COMMENT ON COLUMN api.job_file.path IS 'Its name.';
COMMENT ON COLUMN api.job_file.sha256 IS 'SHA-256 of its content.';
COMMENT ON COLUMN api.job_file.content IS 'Its content.';

CREATE FUNCTION api.job_lock(job_id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT hashtextextended(job_id::text, 0)';
COMMENT ON FUNCTION api.job_lock(uuid) IS 'The advisory lock that whoever works at a job holds.';

CREATE FUNCTION api.is_held(job_id uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_locks AS held JOIN pg_catalog.pg_database AS here ON here.oid = held.database
        WHERE held.locktype = 'advisory' AND held.objsubid = 1 AND here.datname = current_database()
          AND held.classid::bigint = (api.job_lock(job_id) >> 32) & 4294967295
          AND held.objid::bigint = api.job_lock(job_id) & 4294967295)
$$;
COMMENT ON FUNCTION api.is_held(uuid) IS 'Whether anybody works at a job, seen without taking its lock.';

GRANT SELECT, INSERT, UPDATE ON api.job TO folkmoot_writer;
GRANT SELECT, INSERT, DELETE ON api.job_file TO folkmoot_writer;

-- Jobs of other kinds than freezing: making an extract again, and comparing two.

ALTER TABLE api.job
    ADD COLUMN kind   text NOT NULL DEFAULT 'freeze' CHECK (kind IN ('freeze', 'rerun', 'diff')),
    ADD COLUMN result jsonb;
ALTER TABLE api.job ALTER COLUMN kind DROP DEFAULT;
COMMENT ON TABLE api.job IS 'One row for each piece of long work on a review that was asked for. Whoever works at one holds the advisory lock of its id, so that a job whose process died is known by its lock being free.';
COMMENT ON COLUMN api.job.kind IS 'What the work is: freeze an extract, make one again, or compare two.';
COMMENT ON COLUMN api.job.review_id IS 'The review it is about.';
COMMENT ON COLUMN api.job.position IS 'The position of the log that the extract is of; where two are compared, the first.';
COMMENT ON COLUMN api.job.as_of IS 'The day by which months must be over in that extract.';
COMMENT ON COLUMN api.job.forms IS 'The formats in which tables of that extract are written.';
COMMENT ON COLUMN api.job.manifest_sha256 IS 'SHA-256 of the manifest of the extract that it froze.';
COMMENT ON COLUMN api.job.result IS 'What making an extract again or comparing two found.';
COMMENT ON TABLE api.job_file IS 'The files that jobs made; each can be made again.';

CREATE INDEX job_manifest ON api.job (manifest_sha256) WHERE manifest_sha256 IS NOT NULL;

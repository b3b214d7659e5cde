-- Stored projections: the tables that lists across partnerships are read from, and what is known of each build.
-- Everything here can be made again from the log; nothing here is ever read to decide.

CREATE SCHEMA projection;
COMMENT ON SCHEMA projection IS 'Stored projections, made from the log and made again every night; readers use the views.';

DO $$
BEGIN
    CREATE ROLE folkmoot_projector NOLOGIN;
    COMMENT ON ROLE folkmoot_projector IS 'May read the log, and make and fill the tables of stored projections.';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    GRANT folkmoot_projector TO CURRENT_USER;
    GRANT folkmoot_reader TO folkmoot_projector;
EXCEPTION WHEN insufficient_privilege THEN NULL; -- somebody else grants the roles here
END $$;

CREATE TABLE projection.run (
    run_id     uuid        PRIMARY KEY,
    state      text        NOT NULL CHECK (state IN ('running', 'done', 'failed', 'given-up')),
    log_id     uuid        NOT NULL,
    position   bigint      NOT NULL,
    as_of      date        NOT NULL,
    shards     integer     NOT NULL CHECK (shards > 0),
    release    text        NOT NULL,
    is_check   boolean     NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at   timestamptz,
    events     bigint      NOT NULL DEFAULT 0,
    rows       bigint      NOT NULL DEFAULT 0,
    drifted    integer     NOT NULL DEFAULT 0,
    parked     integer     NOT NULL DEFAULT 0,
    fault      text
);
COMMENT ON TABLE projection.run IS 'Every rebuild and every check of stored projections: the nights so far.';
COMMENT ON COLUMN projection.run.run_id IS 'Identity of the run.';
COMMENT ON COLUMN projection.run.state IS 'running (or ended without a word, until the next run finds out), done, failed, or given up by a later run.';
COMMENT ON COLUMN projection.run.log_id IS 'The log it was made from.';
COMMENT ON COLUMN projection.run.position IS 'The position that was pinned: events up to here are in the first pass.';
COMMENT ON COLUMN projection.run.as_of IS 'The day as of which it was projected.';
COMMENT ON COLUMN projection.run.shards IS 'Into how many parts the partitions were split.';
COMMENT ON COLUMN projection.run.release IS 'The code that ran: a run is only resumed by the same.';
COMMENT ON COLUMN projection.run.is_check IS 'Whether it only compared what is stored with the log.';
COMMENT ON COLUMN projection.run.started_at IS 'When it began.';
COMMENT ON COLUMN projection.run.ended_at IS 'When it ended; empty while it runs or when it was killed.';
COMMENT ON COLUMN projection.run.events IS 'Events projected.';
COMMENT ON COLUMN projection.run.rows IS 'Rows made.';
COMMENT ON COLUMN projection.run.drifted IS 'Row sets whose live content differed from the log.';
COMMENT ON COLUMN projection.run.parked IS 'Row sets that could not be projected.';
COMMENT ON COLUMN projection.run.fault IS 'Why it failed, in words fit for an operator.';

CREATE TABLE projection.build (
    build    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text    NOT NULL,
    version  integer NOT NULL,
    state    text    NOT NULL CHECK (state IN ('building', 'live', 'previous', 'retired')),
    run_id   uuid    NOT NULL REFERENCES projection.run,
    log_id   uuid    NOT NULL,
    position bigint  NOT NULL,
    leaf     bytea,
    as_of    date    NOT NULL,
    live_at  timestamptz
);
CREATE UNIQUE INDEX build_once ON projection.build (name, state) WHERE state <> 'retired';
COMMENT ON INDEX projection.build_once IS 'One build of a projection is live, one is being filled, one is kept.';
COMMENT ON TABLE projection.build IS 'The registry: which table of each projection is being built, is read, and was read before.';
COMMENT ON COLUMN projection.build.build IS 'Number of the build; its table is <name>_v<version>_b<build>.';
COMMENT ON COLUMN projection.build.name IS 'The projection.';
COMMENT ON COLUMN projection.build.version IS 'The version of the projection it was made by.';
COMMENT ON COLUMN projection.build.state IS 'building: being filled; live: what the view shows; previous: kept for a roll-back; retired: to be dropped.';
COMMENT ON COLUMN projection.build.run_id IS 'The run that made it.';
COMMENT ON COLUMN projection.build.log_id IS 'The log it is made from.';
COMMENT ON COLUMN projection.build.position IS 'Every event up to here is in it; the same as its row of tracking.';
COMMENT ON COLUMN projection.build.leaf IS 'Leaf of the event at that position, by which a restored log is told.';
COMMENT ON COLUMN projection.build.as_of IS 'The day to which every row set has been brought; single ones may be ahead.';
COMMENT ON COLUMN projection.build.live_at IS 'When it became live.';

CREATE TABLE projection.row_set (
    build         integer NOT NULL REFERENCES projection.build ON DELETE CASCADE,
    partition_id  uuid    NOT NULL,
    position      bigint  NOT NULL,
    as_of         date    NOT NULL,
    method_sha256 text    NOT NULL,
    rows          integer NOT NULL,
    digest        text    NOT NULL,
    PRIMARY KEY (build, partition_id)
);
COMMENT ON TABLE projection.row_set IS 'The header of the rows of one partition in one build: what they were made from, and their digest.';
COMMENT ON COLUMN projection.row_set.build IS 'The build.';
COMMENT ON COLUMN projection.row_set.partition_id IS 'The partition.';
COMMENT ON COLUMN projection.row_set.position IS 'The last event of the partition that is in them.';
COMMENT ON COLUMN projection.row_set.as_of IS 'The day as of which they were projected.';
COMMENT ON COLUMN projection.row_set.method_sha256 IS 'The method by which they were scored.';
COMMENT ON COLUMN projection.row_set.rows IS 'How many there are.';
COMMENT ON COLUMN projection.row_set.digest IS 'SHA-256 over them.';

CREATE TABLE projection.parked (
    build        integer     NOT NULL REFERENCES projection.build ON DELETE CASCADE,
    partition_id uuid        NOT NULL,
    position     bigint      NOT NULL,
    event_name   text        NOT NULL,
    fault        text        NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (build, partition_id)
);
COMMENT ON TABLE projection.parked IS 'Partitions that a projection could not take in: their last good rows stay, and are stale.';
COMMENT ON COLUMN projection.parked.build IS 'The build.';
COMMENT ON COLUMN projection.parked.partition_id IS 'The partition.';
COMMENT ON COLUMN projection.parked.position IS 'The last event of the partition when it failed.';
COMMENT ON COLUMN projection.parked.event_name IS 'The type of that event.';
COMMENT ON COLUMN projection.parked.fault IS 'What kind of error it was; never its message, which could hold content.';
COMMENT ON COLUMN projection.parked.parked_at IS 'When it failed last.';

CREATE TABLE projection.shard (
    run_id uuid    NOT NULL REFERENCES projection.run ON DELETE CASCADE,
    shard  integer NOT NULL,
    events bigint  NOT NULL,
    rows   bigint  NOT NULL,
    PRIMARY KEY (run_id, shard)
);
COMMENT ON TABLE projection.shard IS 'Parts of a run that are written whole; a run that was killed goes on with the others.';
COMMENT ON COLUMN projection.shard.run_id IS 'The run.';
COMMENT ON COLUMN projection.shard.shard IS 'Which part, from 0.';
COMMENT ON COLUMN projection.shard.events IS 'Events projected in it.';
COMMENT ON COLUMN projection.shard.rows IS 'Rows written in it.';

CREATE TABLE projection.drift (
    run_id       uuid    NOT NULL REFERENCES projection.run ON DELETE CASCADE,
    name         text    NOT NULL,
    build        integer NOT NULL,
    partition_id uuid,
    fault        text    NOT NULL,
    row_key      jsonb,
    live         jsonb,
    rebuilt      jsonb
);
CREATE INDEX drift_by_run ON projection.drift (run_id, name, partition_id);
COMMENT ON TABLE projection.drift IS 'What differed between what was stored and what the log says, run by run.';
COMMENT ON COLUMN projection.drift.run_id IS 'The run that found it.';
COMMENT ON COLUMN projection.drift.name IS 'The projection.';
COMMENT ON COLUMN projection.drift.build IS 'The build in which it was found.';
COMMENT ON COLUMN projection.drift.partition_id IS 'The partition; empty where the whole build is concerned.';
COMMENT ON COLUMN projection.drift.fault IS 'What differs: rows, header, tracking; or stray, of no partnership.';
COMMENT ON COLUMN projection.drift.row_key IS 'Key of the first row that differs.';
COMMENT ON COLUMN projection.drift.live IS 'That row, or the header, as stored; null for nothing.';
COMMENT ON COLUMN projection.drift.rebuilt IS 'The same as the log says; null for nothing.';
COMMENT ON INDEX projection.drift_by_run IS 'One run''s findings together.';

CREATE TABLE projection.tracking (
    application_name text PRIMARY KEY,
    notification_id  bigint
);
COMMENT ON TABLE projection.tracking IS 'How far each build has followed the log; in the form of the event-sourcing library, which refuses to go back.';
COMMENT ON COLUMN projection.tracking.application_name IS 'The table of the build.';
COMMENT ON COLUMN projection.tracking.notification_id IS 'The position.';

CREATE FUNCTION projection.is_shown(asked integer) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF EXISTS (SELECT FROM projection.build WHERE build = asked AND state = 'live') THEN
        RETURN true;
    END IF;
    RAISE EXCEPTION 'the projection was rebuilt after this transaction began to read: begin it again'
        USING ERRCODE = 'serialization_failure';
END
$$;
COMMENT ON FUNCTION projection.is_shown(integer) IS
    'Refuses a snapshot from before a build was put under its view: in that snapshot its rows may be half there.';

REVOKE ALL ON SCHEMA projection FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA projection TO folkmoot_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection TO folkmoot_projector;
GRANT USAGE ON SCHEMA projection TO folkmoot_writer, folkmoot_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA projection TO folkmoot_writer, folkmoot_reader;

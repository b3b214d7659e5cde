-- Work in the background: a schema of its own, in which the library procrastinate makes its tables after this file.

CREATE SCHEMA work;
COMMENT ON SCHEMA work IS 'The queue of work in the background. Not part of the record, and in no backup.';

-- Roles belong to the whole server, so another database may have made it already or be making it now.
DO $$
BEGIN
    CREATE ROLE folkmoot_worker NOLOGIN NOINHERIT;
    COMMENT ON ROLE folkmoot_worker IS 'May take work from the queue and say how it went; takes the writer''s role for the work itself.';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    GRANT folkmoot_worker TO CURRENT_USER;
    GRANT folkmoot_writer TO folkmoot_worker;
EXCEPTION WHEN insufficient_privilege THEN NULL; -- somebody else grants the roles here
END $$;

GRANT USAGE ON SCHEMA work TO folkmoot_worker, folkmoot_writer;
-- Holds for what the library makes now, and for what its later versions make.
ALTER DEFAULT PRIVILEGES IN SCHEMA work GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO folkmoot_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA work GRANT USAGE ON SEQUENCES TO folkmoot_worker;

CREATE TABLE work.schedule (
    task   text        PRIMARY KEY,
    due_at timestamptz NOT NULL
);
COMMENT ON TABLE work.schedule IS 'When each task that has a time of day was last due and put into the queue: once, by whichever worker saw it first.';
COMMENT ON COLUMN work.schedule.task IS 'The name of the task.';
COMMENT ON COLUMN work.schedule.due_at IS 'The last time that it was due.';

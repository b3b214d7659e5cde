-- The service puts work into the queue, and sees how it stands; it neither changes it nor reads what others' is about.

GRANT INSERT (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at),
    SELECT (id, queue_name, task_name, lock, queueing_lock, status, scheduled_at, attempts)
    ON work.procrastinate_jobs TO folkmoot_writer;
GRANT INSERT (job_id, type, at), SELECT (job_id, type, at) ON work.procrastinate_events TO folkmoot_writer;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA work FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA work TO folkmoot_worker;
GRANT EXECUTE ON FUNCTION work.procrastinate_defer_jobs_v1 TO folkmoot_writer;
GRANT USAGE ON SEQUENCE work.procrastinate_jobs_id_seq, work.procrastinate_events_id_seq TO folkmoot_writer;

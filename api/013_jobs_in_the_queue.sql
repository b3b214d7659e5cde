-- Jobs are done by whichever worker takes them from the queue: each keeps for whom it is done, and may be cancelled.

ALTER TABLE api.job ADD COLUMN actor jsonb, ADD COLUMN cancelled_at timestamptz;
COMMENT ON TABLE api.job IS 'One row for each piece of long work that was asked for, on a review or on the log. The work stands in the queue for as long as it is under way; whoever works at it holds the advisory lock of its id, so that nobody works at it twice.';
COMMENT ON COLUMN api.job.actor IS 'For whom it is done: the ids of the key that asked and of those it speaks for. Null for what an earlier release was asked for.';
COMMENT ON COLUMN api.job.cancelled_at IS 'When it was cancelled; it then ends where it next notes how far it has come.';

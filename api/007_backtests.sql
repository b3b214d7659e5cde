-- Jobs on no review: a backtest of the whole log.

ALTER TABLE api.job DROP CONSTRAINT job_kind_check;
ALTER TABLE api.job ADD CONSTRAINT job_kind_check CHECK (kind IN ('freeze', 'rerun', 'diff', 'backtest'));
COMMENT ON TABLE api.job IS 'One row for each piece of long work that was asked for, on a review or on the log. Whoever works at one holds the advisory lock of its id, so that a job whose process died is known by its lock being free.';
COMMENT ON COLUMN api.job.kind IS 'What the work is: freeze an extract, make one again, compare two, or check the figures of the log against what came after.';
COMMENT ON COLUMN api.job.review_id IS 'The review it is about; of a backtest, the log.';
COMMENT ON COLUMN api.job.as_of IS 'The day by which months must be over in that extract; of a backtest, the day it was asked on.';
COMMENT ON COLUMN api.job.result IS 'What making an extract again, comparing two, or a backtest found.';

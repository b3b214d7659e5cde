-- What was sent to the tables of builds, so that reading it back needs no decoding to be a proof.

CREATE TABLE projection.sent (
    run_id uuid    NOT NULL,
    shard  integer NOT NULL,
    build  integer NOT NULL REFERENCES projection.build ON DELETE CASCADE,
    sha256 bytea   NOT NULL,
    PRIMARY KEY (run_id, shard, build),
    FOREIGN KEY (run_id, shard) REFERENCES projection.shard ON DELETE CASCADE
);
CREATE INDEX sent_by_build ON projection.sent (build);
COMMENT ON TABLE projection.sent IS 'A hash over all that a shard sent to the tables of one build, rows and headers, as it went over the wire.';
COMMENT ON COLUMN projection.sent.run_id IS 'The run.';
COMMENT ON COLUMN projection.sent.shard IS 'Which part of it.';
COMMENT ON COLUMN projection.sent.build IS 'The build.';
COMMENT ON COLUMN projection.sent.sha256 IS 'SHA-256 over the SHA-256 of each group of partitions, in order.';
COMMENT ON INDEX projection.sent_by_build IS 'What goes when a build is dropped.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.sent TO folkmoot_projector;
GRANT SELECT ON projection.sent TO folkmoot_writer, folkmoot_reader;

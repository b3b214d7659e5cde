-- Whoever rebuilds keeps the root of the log that it was made from.

GRANT EXECUTE ON FUNCTION log.keep_root(bigint, bytea) TO folkmoot_projector;

-- What each applied schema file is called, and whether a release that does not know it may go on: what older ones read.

ALTER TABLE log.migration ADD COLUMN IF NOT EXISTS name text, ADD COLUMN IF NOT EXISTS stage text;
COMMENT ON COLUMN log.migration.name IS 'What the file does, by its name; null for one applied by a release that did not note it.';
COMMENT ON COLUMN log.migration.stage IS 'pre: a release from before it goes on over it; post: only releases that know it do.';

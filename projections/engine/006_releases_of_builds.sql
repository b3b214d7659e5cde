-- Which release wrote the rows of a build: what another made is not taken for what this one would make.

ALTER TABLE projection.build ADD COLUMN release text NOT NULL DEFAULT '';
COMMENT ON COLUMN projection.build.release IS 'The code by which alone its rows were made and followed, as a run names it; empty where several had a hand in it.';

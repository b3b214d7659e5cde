-- Who may read and change what of the runs: readers need neither, and what was written down of a night stays.

REVOKE ALL ON projection.drift FROM folkmoot_writer, folkmoot_reader;
REVOKE ALL ON projection.run FROM folkmoot_reader;
REVOKE DELETE ON projection.run FROM folkmoot_projector;

"""A PostgreSQL server of Folkmoot's own, for those who have none: its programs, its data directory, its life."""

"""The append-only log on PostgreSQL: one order of events, added to on conditions, never changed."""

"""A partition's history: what stands, as known at a position of the log, and what follows from it by rule."""

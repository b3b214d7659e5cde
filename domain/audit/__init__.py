"""The audit of the log and what is derived from it: content against leaf, leaves against kept roots, tags, keys."""

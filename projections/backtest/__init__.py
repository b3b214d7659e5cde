"""The predictive check: what the figures foretold, against what came after, in the order in which it was recorded."""

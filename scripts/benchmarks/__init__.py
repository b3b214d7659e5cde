"""How fast the real work is, measured beside a yardstick in the same run: one bench a file."""

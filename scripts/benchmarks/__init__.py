"""Benchmarks: the speed of the real work beside a yardstick in the same run, one bench a file."""

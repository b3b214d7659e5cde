"""Carrying commands out: looked up, decided against the log, sealed and appended."""

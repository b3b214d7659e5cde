"""Proof that the log says what it said: hashes and trees that anyone can check."""

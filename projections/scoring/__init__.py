"""The mathematics of trust and partnership health: pure functions of evidence, a day and a method document.

Nothing here reads a clock, a database or a random number. Rows that are kept hold sufficient statistics; intervals
are computed when they are shown.
"""

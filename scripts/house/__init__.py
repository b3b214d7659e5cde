"""Measures of the code itself: how its modules hang together, how large they are and how they are worded.

Only the standard library and networkx are needed, and the measured modules are parsed, never imported: any checkout,
an old commit's too, is measured by the same rules.
"""

"""Crosswalks: how the figures of a partnership map onto the instruments that people know, cell by cell."""

"""Formulas of the literature as pure functions of numbers; each names its source."""

"""The facets of trust: from what was done, the evidence of each, as one body met it of another."""

from typing import Final

from projections.scoring.facets import delegated_control, flexibility, integrity, openness, reliability, responsiveness

FACETS: Final = (reliability, responsiveness, openness, integrity, flexibility, delegated_control)
"""Every facet of behaviour; each gathers its own evidence."""

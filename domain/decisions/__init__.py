"""Commands, and the pure rules that turn what is known and a command into events or a refusal.

Importing this package registers every command.
"""

from domain.decisions import (
    asks,
    awards,
    commitment_endings,
    commitments,
    consultations,
    decisions,
    disputes,
    documents,
    experience,
    funding,
    interactions,
    outcomes,
    partnerships,
    promise_answers,
    publication,
    records,
    registries,
    reviews,
    source_coverage,
    stewardship,
)

__all__ = [
    "asks",
    "awards",
    "commitment_endings",
    "commitments",
    "consultations",
    "decisions",
    "disputes",
    "documents",
    "experience",
    "funding",
    "interactions",
    "outcomes",
    "partnerships",
    "promise_answers",
    "publication",
    "records",
    "registries",
    "reviews",
    "source_coverage",
    "stewardship",
]

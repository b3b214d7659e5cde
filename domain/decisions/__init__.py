"""Commands, and the pure rules that turn what is known and a command into events or a refusal.

Importing this package registers every command.
"""

from domain.decisions import (
    asks,
    awards,
    choices,
    commitments,
    consultations,
    disputes,
    endings,
    experience,
    funding,
    meetings,
    outcomes,
    partnerships,
    records,
    registries,
    reviews,
    stewardship,
)

__all__ = [
    "asks",
    "awards",
    "choices",
    "commitments",
    "consultations",
    "disputes",
    "endings",
    "experience",
    "funding",
    "meetings",
    "outcomes",
    "partnerships",
    "records",
    "registries",
    "reviews",
    "stewardship",
]

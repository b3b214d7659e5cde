"""The parts of a method: groups of parameters that belong together, and what their numbers may be."""

from typing import Annotated

from msgspec import Meta, Struct

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(ge=0.000001, le=1_000_000_000)]
"""Above nothing, and neither so small nor so large that sums of it lose all that is added to them."""
Weight = Annotated[float, Meta(ge=0, le=1_000_000_000)]
PriorWeight = Annotated[float, Meta(ge=0.000001, le=10_000)]
"""In acts: what is expected before there are any must leave room for them."""
Variance = Annotated[float, Meta(gt=0, le=1)]
"""Nothing measured from 0 to 1 varies by more."""
Multiple = Annotated[float, Meta(gt=0, le=100)]
WholeDays = Annotated[int, Meta(ge=0, le=3_660)]
HalfLife = Annotated[float, Meta(ge=1, le=1_000_000)] | None
"""A half-life in days; null: nothing fades."""

ShortText = Annotated[str, Meta(min_length=1, max_length=1_000)]


class MethodPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of parameters that belong together.

    A setting that came later is UNSET in the methods published before it: those keep their documents, their digests
    and what they did.
    """

"""Dimensions of health in the words of pages: what each is about, what its ends are called, what it rests on."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from api.pages.pictures.range_bar import ScaleEnds


class DimensionWords(Struct, frozen=True, kw_only=True):
    """One dimension. `counts` calls the acts it rests on, one and several; `rests_on` and `few` are said of `{count}`.

    `done` is what was done with an act at best; `nothing` says what did not happen; `called` are names for words of a
    likely range that fit this dimension better than the usual ones.
    """

    name: str
    note: str = ""
    ends: ScaleEnds = ScaleEnds()
    counts: tuple[str, str]
    rests_on: str
    few: str = ""
    done: str = ""
    nothing: str
    called: Mapping[str, str] = {}


_PLAIN_ENDS: Final = ScaleEnds("none", None, "all")

DIMENSION_WORDS: Final[Mapping[str, DimensionWords]] = {
    "H1": DimensionWords(
        name="Promises kept",
        note="by officials, to residents",
        counts=("promise", "promises"),
        rests_on="Rests on about {count}",
        few="About {count} is too few.",
        done="kept",
        nothing="no promise to residents was made",
    ),
    "H2": DimensionWords(
        name="Residents’ asks answered",
        counts=("ask", "asks"),
        rests_on="Rests on about {count}",
        few="About {count} is too few.",
        done="answered",
        nothing="residents asked for nothing",
    ),
    "H3": DimensionWords(
        name="What residents asked was acted on",
        counts=("ask", "asks"),
        rests_on="{count} old enough to judge",
        few="Only {count} old enough to judge.",
        done="acted on",
        nothing="no ask is old enough to judge",
    ),
    "H4": DimensionWords(
        name="Work is shared out",
        note="how few people do half of it",
        ends=ScaleEnds("one person", None, "everyone"),
        counts=("thing done", "things done"),
        rests_on="{count} in the year",
        nothing="nothing that was done is noted in the year",
    ),
    "H6": DimensionWords(
        name="Expected bodies take part",
        ends=_PLAIN_ENDS,
        counts=("body", "bodies"),
        rests_on="{count} expected",
        nothing="who is expected was not written down",
    ),
    "H8": DimensionWords(
        name="Meetings held as planned",
        ends=_PLAIN_ENDS,
        counts=("meeting", "meetings"),
        rests_on="{done} of {count} held",
        few="{count} is too few.",
        done="held",
        nothing="no meeting was planned",
    ),
    "H9": DimensionWords(
        name="Freedom in how money is given",
        ends=ScaleEnds("tied", None, "free"),
        counts=("award", "awards"),
        rests_on="Rests on {count}",
        nothing="no award runs",
    ),
    "H10": DimensionWords(
        name="Openness",
        note="notes, reasons and feedback in time",
        counts=("thing to share", "things to share"),
        rests_on="Rests on about {count}",
        few="About {count} is too few.",
        done="shared in time",
        nothing="nothing was to be shared",
    ),
    "H11": DimensionWords(
        name="People who take part match the place",
        ends=ScaleEnds("far apart", None, "a match"),
        counts=("person", "people"),
        rests_on="{count} counted",
        nothing="nobody counted who takes part",
        called={
            "under a quarter": "Far apart",
            "under half": "More unlike than alike",
            "over half": "More alike than not",
            "over three quarters": "A close match",
        },
    ),
    "H12": DimensionWords(
        name="How working together feels",
        note="residents, about officials",
        ends=ScaleEnds("bad", None, "good"),
        counts=("rating", "ratings"),
        rests_on="Rests on {count}",
        nothing="nobody was asked",
        called={
            "under a quarter": "Mostly bad",
            "under half": "More bad than good",
            "over half": "More good than bad",
            "over three quarters": "Mostly good",
            "could be either side of half": "Could be more good than bad, or more bad than good",
        },
    ),
    "H13": DimensionWords(
        name="Stopping to learn",
        note="reviews held",
        ends=_PLAIN_ENDS,
        counts=("review", "reviews"),
        rests_on="{done} of {count} held",
        few="{count} is too few.",
        done="held",
        nothing="no review of the partnership was planned in the last year",
    ),
}
"""The dimensions that have a figure, by id; of the others there is only context."""

"""Aspects of trust in the words of pages: what is asked, and what may have become of an act."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from domain.vocabulary import Facet
from projections.scoring.trust.marks import MarkKind


class Aspect(Struct, frozen=True, kw_only=True):
    """One aspect of trust. `slug` stands in addresses; `done` is what was done with an act at best.

    `whole` is what was done wholly and in time, `partial` what was done otherwise.
    `lanes` names what may have become of an act, in the order of the picture, and `marks` begins the name of a mark.
    """

    facet: Facet
    slug: str
    name: str
    question: str
    act: str
    acts: str
    done: str
    whole: str
    partial: str
    lanes: Mapping[MarkKind, str]
    marks: Mapping[MarkKind, str]


_DISPUTED: Final = {MarkKind.DISPUTED: "disputed"}
_DISPUTED_MARK: Final = {MarkKind.DISPUTED: "Disputed"}

ASPECTS: Final[tuple[Aspect, ...]] = (
    Aspect(
        facet=Facet.RELIABILITY,
        slug="keeping-promises",
        name="Keeping promises",
        question="Of promises each body makes to residents, how many will be kept, judging by those met so far?",
        act="promise",
        acts="promises",
        done="kept",
        whole="kept in time",
        partial="late or in part",
        lanes={
            MarkKind.KEPT: "kept in time",
            MarkKind.LATE: "kept late",
            MarkKind.IN_PART: "in part",
            MarkKind.SETTLED: "settled",
            MarkKind.OVERDUE: "overdue",
            MarkKind.BROKEN: "broken",
            **_DISPUTED,
            MarkKind.LET_OFF: "let off",
        },
        marks={
            MarkKind.KEPT: "Kept in time",
            MarkKind.IN_PART: "Kept in part",
            MarkKind.SETTLED: "Settled for a part",
            MarkKind.LATE: "Kept late",
            MarkKind.OVERDUE: "Overdue",
            MarkKind.BROKEN: "Not kept",
            **_DISPUTED_MARK,
            MarkKind.LET_OFF: "Let off by agreement",
        },
    ),
    Aspect(
        facet=Facet.RESPONSIVENESS,
        slug="answering",
        name="Answering",
        question="Of what residents ask of each body, how much will be answered in time, judging by what they asked?",
        act="ask",
        acts="asks",
        done="answered",
        whole="answered in time",
        partial="late",
        lanes={MarkKind.IN_TIME: "in time", MarkKind.LATE: "late", MarkKind.NO_ANSWER: "no answer", **_DISPUTED},
        marks={
            MarkKind.IN_TIME: "Answered in time",
            MarkKind.LATE: "Answered late",
            MarkKind.NO_ANSWER: "No answer yet",
            **_DISPUTED_MARK,
        },
    ),
    Aspect(
        facet=Facet.OPENNESS,
        slug="being-open",
        name="Being open",
        question="Of notes, reasons and feedback that each body owes residents, how much will be shared in time?",
        act="note, reason or feedback",
        acts="notes, reasons and feedback",
        done="shared",
        whole="shared in time",
        partial="late",
        lanes={MarkKind.KEPT: "shared", MarkKind.LATE: "late", MarkKind.OVERDUE: "not shared", **_DISPUTED},
        marks={
            MarkKind.KEPT: "Shared",
            MarkKind.LATE: "Shared late",
            MarkKind.OVERDUE: "Not shared yet",
            **_DISPUTED_MARK,
        },
    ),
    Aspect(
        facet=Facet.INTEGRITY,
        slug="sharing-decisions",
        name="Sharing decisions",
        question="When a body leads a decision, will residents have the part in it that they were promised?",
        act="decision",
        acts="decisions",
        done="taken as promised",
        whole="taken as promised",
        partial="with less of a part",
        lanes={MarkKind.KEPT: "in full", MarkKind.IN_PART: "in part", MarkKind.BROKEN: "not at all", **_DISPUTED},
        marks={
            MarkKind.KEPT: "Taken as promised",
            MarkKind.IN_PART: "Taken with less of a part than promised",
            MarkKind.BROKEN: "Taken without the part promised",
            **_DISPUTED_MARK,
        },
    ),
    Aspect(
        facet=Facet.FLEXIBILITY,
        slug="terms-of-money",
        name="Terms of money",
        question="How far will money from each funder come on terms that leave room to change a plan?",
        act="award or answer",
        acts="awards and answers",
        done="left free",
        whole="left free",
        partial="free in part",
        lanes={MarkKind.KEPT: "free", MarkKind.IN_PART: "in part", MarkKind.BROKEN: "refused", **_DISPUTED},
        marks={
            MarkKind.KEPT: "Left free",
            MarkKind.IN_PART: "Free in part",
            MarkKind.BROKEN: "Refused",
            **_DISPUTED_MARK,
        },
    ),
    Aspect(
        facet=Facet.ENTRUSTED,
        slug="handing-over",
        name="Handing over control",
        question="Of control, money and decisions put into the hands of residents, how much will be left there?",
        act="thing handed over",
        acts="things handed over",
        done="handed over",
        whole="handed over",
        partial="in part",
        lanes={MarkKind.KEPT: "given", MarkKind.IN_PART: "in part", MarkKind.BROKEN: "taken back", **_DISPUTED},
        marks={
            MarkKind.KEPT: "Handed over",
            MarkKind.IN_PART: "Handed over in part",
            MarkKind.BROKEN: "Taken back",
            **_DISPUTED_MARK,
        },
    ),
)
"""The aspects that are measured by what bodies do, in the order of the page; how working together feels is health."""

BY_SLUG: Final = {aspect.slug: aspect for aspect in ASPECTS}
BY_FACET: Final = {aspect.facet: aspect for aspect in ASPECTS}

"""Reliability (H1): whether officials keep their promises to residents, and residents theirs to officials."""

from collections.abc import Sequence
from typing import Final

from domain.values import day_of
from domain.vocabulary import OFFICIALS, Facet
from projections.method.method import Dimension
from projections.scoring.health.material import RESIDENT_SIDE, Material, block
from projections.scoring.health.measure import HEADLINE, Measure, Missing, share
from projections.scoring.health.promise_counts import how_many, outcomes, timing, undated, with_a_date
from projections.scoring.health.promises_to_residents import PromiseToResidents, promises_to_residents

H1: Final = Dimension.RELIABILITY


def reliability(material: Material) -> list[Measure]:
    """Measure officials' promises to residents kept; beside it the twin, the timing and how promises are made."""
    ours = promises_to_residents(material.history, material.method)
    missing = Missing.NOT_YET_DUE if ours else Missing.NOTHING_HAPPENED
    twin = block(
        material,
        H1,
        "residents-to-officials",
        Facet.RELIABILITY,
        trusters=OFFICIALS,
        trustees=RESIDENT_SIDE,
    )
    recent = [each for each in ours if each.is_recent]
    rules, standing = material.method.commitments, [each.now for each in ours if each.now is not None]
    recent_now = [each.now for each in recent if each.now is not None]
    timed = [now for now in recent_now if rules.usual_term is not None or now.phase.due_on is not None]
    return [
        block(material, H1, HEADLINE, Facet.RELIABILITY, missing=missing),
        twin,
        *outcomes(standing, material, len(ours)),
        *timing(timed, material),
        *(undated(standing, material) if rules.usual_term is None else ()),
        *([with_a_date(recent_now, material)] if rules.usual_term is None else ()),
        share(H1, "owner-promisee-due-and-measure", sum(each.is_well_made for each in recent), len(recent)),
        _renegotiated(ours, material),
        how_many("reported-but-unconfirmed", [now for now in standing if now.phase.is_reported], len(ours), material),
    ]


def _renegotiated(promises: Sequence[PromiseToResidents], material: Material) -> Measure:
    """The share of promises first due in the window whose terms were moved by agreement."""
    start_on, as_of = day_of(material.start), material.history.as_of
    due = [each for each in promises if (on := each.promise.first_due_on) is not None and start_on <= on <= as_of]
    changed = [each.promise.made for each in due if each.now is not None and each.now.phase.renegotiated]
    return share(H1, "renegotiated", len(changed), len(due), causes=material.causes(H1, "renegotiated", changed))

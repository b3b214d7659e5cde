"""Asking what if: from a partnership as known, and what to change, to the spread of its figures."""

from collections.abc import Iterator, Sequence
from itertools import chain
from uuid import UUID

from msgspec import Struct

from domain.errors import FolkmootError
from domain.events.recorded import Recorded
from domain.log.decoding import recorded
from projections.engine.replay import KnownPartnership, ReadableLog, adopted_method
from projections.method.method import Method
from projections.scoring.sensitivity import ADVERSE_WEIGHTS, HALF_LIVES_DAYS
from projections.what_if.readings import read_variant
from projections.what_if.spread import (
    WhatIf,
    composite_spread,
    digest_of,
    health_spreads,
    shown_variant,
    trust_spreads,
)
from projections.what_if.variants import (
    RecordVariant,
    WhatIfVariantKind,
    parties_in,
    under_other_weights,
    under_settings,
    withdrawal,
    without_acts,
    without_event,
    without_parties,
)


class WhatIfQuestion(Struct, frozen=True, kw_only=True):
    """What to change. `sensitivity` adds the usual settings, each party and each act; so does asking for nothing.

    `half_lives_days` None: nothing fades. `method_is_named`: the partnership is read by a method named by the asker,
    rather than by the one it adopted.
    """

    methods: tuple[Method, ...] = ()
    half_lives_days: tuple[float | None, ...] = ()
    adverse_weights: tuple[float, ...] = ()
    without_events: tuple[UUID, ...] = ()
    without_parties: tuple[UUID, ...] = ()
    sensitivity: bool = False
    composite: bool = False
    method_is_named: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the whole sensitivity is asked for."""
        named = (self.methods, self.half_lives_days, self.adverse_weights, self.without_events, self.without_parties)
        return self.sensitivity or not any(named)


class NotThere(Struct, frozen=True):
    """One thing asked to be left out that is not there: by which parameter, and what to do."""

    parameter: str
    detail: str


class NothingToLeaveOut(FolkmootError, LookupError):
    """Some of what was to be left out is not in this partnership's record; `faults` names each."""

    def __init__(self, faults: tuple[NotThere, ...]) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = faults


def what_if(log: ReadableLog, found: KnownPartnership, asked: WhatIfQuestion) -> WhatIf:
    """Read a partnership as it stands and under every variant asked for. Raises NothingToLeaveOut."""
    base = RecordVariant(
        name=WhatIfVariantKind.AS_IT_STANDS,
        kind=WhatIfVariantKind.AS_IT_STANDS,
        history=found.history,
        method=found.method,
    )
    records = (
        [recorded(event) for event in log.read_partition(found.history.partition_id, found.basis.position)]
        if asked.without_events
        else []
    )
    faults = tuple(_faults(base, asked, records))
    if faults:
        raise NothingToLeaveOut(faults)
    standing = read_variant(base)
    variants, acts_not_tried = _variants(log, base, asked, records)
    under = [(variant, read_variant(variant, standing)) for variant in variants]
    shown = tuple(shown_variant(each, read) for each, read in ((base, standing), *under))
    return WhatIf(
        log_id=found.basis.log_id,
        position=found.basis.position,
        as_of=found.basis.as_of,
        method=found.basis.method,
        method_sha256=found.basis.method_sha256,
        tree_root=found.basis.tree_root,
        rules_as_claimed=found.basis.rules_as_claimed,
        digest=digest_of(shown),
        variants=shown,
        acts_not_tried=acts_not_tried,
        trust=trust_spreads(standing, under),
        health=health_spreads(standing, under),
        composite=composite_spread(standing, under) if asked.composite else None,
    )


def _faults(base: RecordVariant, asked: WhatIfQuestion, records: Sequence[Recorded]) -> Iterator[NotThere]:
    there = {record.event_id for record in records}
    for event_id in asked.without_events:
        if event_id not in there:
            detail = f"no event {event_id} was recorded in this partnership by position {base.history.position}"
            yield NotThere("without_event", detail)
    parties = {*parties_in(base), *(seat.party.party_id for seat in base.history.seats)}
    for party_id in asked.without_parties:
        if _kept(party_id, base) not in parties:
            yield NotThere("without_party", f"no party {party_id} is a member here, or judges or is judged by that day")


def _kept(party_id: UUID, base: RecordVariant) -> UUID:
    """Give the body that a party was found to be."""
    kept = base.history.same_bodies.get(party_id)
    return party_id if kept is None else kept.party_id


def _variants(
    log: ReadableLog, base: RecordVariant, asked: WhatIfQuestion, records: Sequence[Recorded]
) -> tuple[list[RecordVariant], int]:
    """Give each variant once, in the order of what it changes, and how many acts were too slight to try."""
    whole = asked.is_whole
    parties = [_kept(each, base) for each in asked.without_parties]
    acts, acts_not_tried = without_acts(base) if whole else ([], 0)
    found = chain(
        under_settings(
            base,
            asked.methods,
            (*asked.half_lives_days, *(HALF_LIVES_DAYS if whole else ())),
            (*asked.adverse_weights, *(ADVERSE_WEIGHTS if whole else ())),
        ),
        under_other_weights(base, of_headlines=asked.composite) if whole else (),
        (_without_event(log, base, asked, event_id, records) for event_id in asked.without_events),
        without_parties(base, (*parties, *(parties_in(base) if whole else ()))),
        acts,
    )
    return list({each.name: each for each in found}.values()), acts_not_tried


def _without_event(
    log: ReadableLog, base: RecordVariant, asked: WhatIfQuestion, event_id: UUID, records: Sequence[Recorded]
) -> RecordVariant:
    """Leave an event out; where it adopted the method, the one adopted before it reads the rest."""
    left = [*records, withdrawal(event_id, base.history)]
    method = base.method if asked.method_is_named else adopted_method(log, left, base.history.position)
    return without_event(base, event_id, left, method)

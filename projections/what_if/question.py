"""The what-if question: from a partnership as known, and what to change, to the spread of its figures."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import FolkmootError
from domain.events.experience import FeedbackGiven
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from projections.engine.replay import KnownPartnership, ReadableLog, adopted_method
from projections.history.history import History
from projections.history.memo import answered_once
from projections.method.method import Method, method_sha256
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
    ADVERSE_WEIGHTS,
    HALF_LIVES_DAYS,
    RecordVariant,
    WhatIfVariantKind,
    parties_in,
    under_other_weights,
    under_settings,
    withdrawal,
    without_acts,
    without_event,
    without_leniency_of_raters,
    without_parties,
)


class WhatIfQuestion(Struct, frozen=True, kw_only=True):
    """The changes to try. `sensitivity` adds the usual settings, each party and each act; so does an empty question.

    `half_lives_days` None: nothing fades. `method_is_named`: the partnership is read by a method that the question
    names, rather than by the one it adopted.
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
        """The whole sensitivity is asked for."""
        options = (self.methods, self.half_lives_days, self.adverse_weights, self.without_events, self.without_parties)
        return self.sensitivity or not any(options)


class NotThere(Struct, frozen=True):
    """One thing that cannot be left out, for it is not in the record or would be told: by which parameter, and why."""

    parameter: str
    detail: str


class NothingToLeaveOut(FolkmootError, LookupError):
    """Some of what was to be left out is not in this partnership's record, or is one rating; `faults` names each."""

    def __init__(self, faults: tuple[NotThere, ...]) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = faults


def what_if(log: ReadableLog, partnership: KnownPartnership, question: WhatIfQuestion) -> WhatIf:
    """The figures of a partnership as it stands and under every variant of a question. Raises NothingToLeaveOut."""
    faults = tuple(_faults(_as_it_stands(partnership, partnership.history), question, partnership.records))
    if faults:
        raise NothingToLeaveOut(faults)
    told_apart = replace(question, methods=())
    position = partnership.basis.position if question.without_events else None  # by which an adopted method is found

    def work() -> _Figures:
        base = _as_it_stands(partnership, partnership.history_by_itself())
        return _figures(log, base, question, partnership.records)

    figures: _Figures = answered_once(
        partnership.history,
        ("what if", told_apart, tuple(map(method_sha256, question.methods)), position),
        partnership.method,
        work,
    )
    return WhatIf(
        log_id=partnership.basis.log_id,
        position=partnership.basis.position,
        as_of=partnership.basis.as_of,
        method=partnership.basis.method,
        method_sha256=partnership.basis.method_sha256,
        tree_root=partnership.basis.tree_root,
        rules_as_claimed=partnership.basis.rules_as_claimed,
        known_by=partnership.basis.known_by,
        **figures,
    )


def _as_it_stands(partnership: KnownPartnership, past: History) -> RecordVariant:
    return RecordVariant(
        name=WhatIfVariantKind.AS_IT_STANDS,
        kind=WhatIfVariantKind.AS_IT_STANDS,
        history=past,
        method=partnership.method,
    )


_Figures = dict[str, Any]
"""The fields of an answer but for its basis, by name."""


def _figures(log: ReadableLog, base: RecordVariant, question: WhatIfQuestion, records: Sequence[Recorded]) -> _Figures:
    as_it_stands = read_variant(base)
    variants, acts_not_tried = _variants(log, base, question, records)
    under = [(variant, read_variant(variant, as_it_stands)) for variant in variants]
    shown_variants = tuple(shown_variant(each, read) for each, read in ((base, as_it_stands), *under))
    return {
        "digest": digest_of(shown_variants),
        "variants": shown_variants,
        "acts_not_tried": acts_not_tried,
        "trust": trust_spreads(as_it_stands, under),
        "health": health_spreads(as_it_stands, under),
        "composite": composite_spread(as_it_stands, under) if question.composite else None,
    }


def _faults(base: RecordVariant, question: WhatIfQuestion, records: Sequence[Recorded]) -> Iterator[NotThere]:
    event_ids = {record.event_id for record in records}
    ratings = _ratings(records)
    for event_id in question.without_events:
        if event_id in ratings:
            detail = f"{event_id} is of one person's rating, which could be told from figures with and without it"
            yield NotThere("without_event", detail)
        if event_id not in event_ids:
            detail = f"no event {event_id} was recorded in this partnership by position {base.history.position}"
            yield NotThere("without_event", detail)
    parties = {*parties_in(base), *(seat.party.party_id for seat in base.history.seats)}
    for party_id in question.without_parties:
        if _surviving_body(party_id, base) not in parties:
            yield NotThere("without_party", f"no party {party_id} is a member here, or judges or is judged by that day")


def _ratings(records: Sequence[Recorded]) -> set[UUID]:
    """The events by which one person rated, or such a rating was put right or withdrawn."""
    ratings: set[UUID] = set()
    for record in records:
        about = record.body.record_id if isinstance(record.body, RecordCorrected | RecordWithdrawn) else None
        if isinstance(record.body, FeedbackGiven) or about in ratings:
            ratings.add(record.event_id)
    return ratings


def _surviving_body(party_id: UUID, base: RecordVariant) -> UUID:
    """The body that a party was found to be the same as; itself for any other."""
    body = base.history.same_bodies.get(party_id)
    return party_id if body is None else body.party_id


def _variants(
    log: ReadableLog, base: RecordVariant, question: WhatIfQuestion, records: Sequence[Recorded]
) -> tuple[list[RecordVariant], int]:
    """The variants, each once, in the order of what they change, and the number of acts too slight to try."""
    is_whole = question.is_whole
    parties = [_surviving_body(each, base) for each in question.without_parties]
    acts, acts_not_tried = without_acts(base) if is_whole else ([], 0)
    variants = chain(
        under_settings(
            base,
            question.methods,
            (*question.half_lives_days, *(HALF_LIVES_DAYS if is_whole else ())),
            (*question.adverse_weights, *(ADVERSE_WEIGHTS if is_whole else ())),
        ),
        under_other_weights(base, of_headlines=question.composite) if is_whole else (),
        without_leniency_of_raters(base) if is_whole else (),
        (_without_event(log, base, question, event_id, records) for event_id in question.without_events),
        without_parties(base, (*parties, *(parties_in(base) if is_whole else ()))),
        acts,
    )
    return list({each.name: each for each in variants}.values()), acts_not_tried


def _without_event(
    log: ReadableLog, base: RecordVariant, question: WhatIfQuestion, event_id: UUID, records: Sequence[Recorded]
) -> RecordVariant:
    """The variant without an event; where that adopted the method, the one adopted before it reads the rest."""
    records_left = [*records, withdrawal(event_id, base.history)]
    past = base.history
    method = base.method if question.method_is_named else adopted_method(log, records_left, past.position, past.reached)
    return without_event(base, event_id, records_left, method)

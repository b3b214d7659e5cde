"""A promise as somebody without an account is asked about it: what was recorded, and in whose word they answer."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from api.reading.names_and_texts import UNNAMED, NamesAndTexts, ShownText
from api.runtime.services import Services
from domain.events.commitments import FulfilmentClaimed
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipFormed
from domain.values import PartyAt, Sealed
from domain.vault import Ground
from domain.vocabulary import Extent, InteractionKind, PartyKind
from projections.engine.replay import KnownPartnership, known_partnership
from projections.history.history import History
from projections.lifecycles.commitments import Commitment, commitment
from projections.lifecycles.promise_work import promise_work
from projections.lifecycles.work_rows import WorklistTask
from projections.rows import TextAt
from projections.views.commitments import commitment_rows


class PromiseReport(Struct, frozen=True, kw_only=True):
    """A report that a promise was kept: of when, by whom, and whether of the whole."""

    happened: str
    by: str
    is_whole: bool


class AskedPromise(Struct, frozen=True, kw_only=True):
    """A promise on record, in words."""

    partnership: str
    promisers: str
    body: str
    is_at_large: bool
    """It was made to residents at large, for whom the body speaks."""
    words: ShownText
    made: str
    meeting_kind: InteractionKind | None
    due_on: date | None
    report: PromiseReport | None
    """The latest report that nobody has answered; None where there is none."""
    silence_counts_on: date | None
    """The day on which silence agrees to the report."""


def asked_promise(services: Services, partnership_id: UUID, commitment_id: UUID, party_id: UUID) -> AskedPromise:
    """The promise as it stands now, its words opened for whoever these services are for.

    Raises UnknownPartnership; and LookupError where no such promise stands any more.
    """
    partnership = known_partnership(services.recorder, partnership_id, remembered=services.histories)
    past, method = partnership.history, partnership.method
    row = next((row for row in commitment_rows(past, method) if row.commitment_id == commitment_id), None)
    if row is None:
        raise LookupError(commitment_id)
    promise = commitment(past, method, commitment_id)
    waiting = [
        work for work in promise_work(past, method, commitment_id) if work.task is WorklistTask.CONFIRM_FULFILMENT
    ]
    report = _report(past, commitment_id) if waiting else None
    formed = next((body for _, body in past.each(PartnershipFormed)), None)
    bodies = {*row.promiser_ids, party_id, *((report.claimed_by.party_id,) if report else ())}
    names = NamesAndTexts(services, entitled=None).names(bodies, formed=formed, upto=partnership.basis.position)
    return AskedPromise(
        partnership=formed.name if formed else "",
        promisers=_listed([names.get(each, UNNAMED) for each in row.promiser_ids]),
        body=names.get(party_id, UNNAMED),
        is_at_large=any(_is_at_large(each) for each in promise.body.promisees),
        words=_words(services, partnership, row.text),
        made=promise.made.body.happened,
        meeting_kind=_meeting_kind(past, promise),
        due_on=row.due_on,
        report=None
        if report is None
        else PromiseReport(
            happened=report.done or report.happened,
            by=names.get(report.claimed_by.party_id, UNNAMED),
            is_whole=report.extent is Extent.WHOLE,
        ),
        silence_counts_on=next((work.silence_counts_on for work in waiting if work.silence_counts_on), None),
    )


def _report(past: History, commitment_id: UUID) -> FulfilmentClaimed | None:
    reports = [fact.body for fact in past.about(commitment_id) if isinstance(fact.body, FulfilmentClaimed)]
    return reports[-1] if reports else None


def _is_at_large(party: PartyAt) -> bool:
    return party.kind is PartyKind.RESIDENTS_AT_LARGE


def _meeting_kind(past: History, promise: Commitment) -> InteractionKind | None:
    meeting_id = promise.body.interaction_id
    facts = [] if meeting_id is None else past.about(meeting_id)
    return next((fact.body.kind for fact in facts if isinstance(fact.body, InteractionRecorded)), None)


def _words(services: Services, partnership: KnownPartnership, place: TextAt | None) -> ShownText:
    """The words of the promise and of nothing else."""
    fact = None if place is None else partnership.history.fact(place.event_id)
    sealed = None if fact is None or place is None else getattr(fact.body, place.field, None)
    if fact is None or not isinstance(sealed, Sealed):
        return ShownText(None)
    texts = NamesAndTexts(services, entitled=Ground.LINK).texts([fact], partnership.history.amendments)
    return texts[sealed]


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last

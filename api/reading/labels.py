"""Labels: the words that a person reads in place of an id.

A thing is called by its title, for who may read that, else by what it is and of when; a body or place by its name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from api.reading.names_and_texts import NamesAndTexts, ShownTexts, ids_in, plain_words
from domain.decisions.refusals import in_words
from domain.events import EventBody, asks, commitments, consultations, decisions, disputes, funding, outcomes
from domain.events.english import when_in_words, words
from domain.events.interactions import InteractionPlanned, InteractionRecorded
from domain.events.partnerships import DataSharingRecorded, MemberJoined, PartnershipFormed
from domain.events.recorded import Effective, resolve
from domain.events.sentences import sentence
from domain.log.beginnings import find_beginnings, things_begun
from domain.log.find_records import with_corrections
from domain.log.recorder import LogRecorder
from domain.values import Plain, Sealed
from projections.declaration import Projection, ProjectionRow
from projections.history.history import History

REGISTERED: Final = frozenset({"party", "place"})
RECORD: Final = "record"
TITLES: Final[Mapping[type[EventBody], tuple[str, ...]]] = {
    asks.AskRaised: ("text",),
    commitments.CommitmentMade: ("text",),
    commitments.CommitmentProposed: ("text",),
    consultations.ConsultationOpened: ("subject",),
    decisions.DecisionTaken: ("title",),
    decisions.SpendingRecorded: ("purpose",),
    disputes.DisputeRaised: ("about",),
    funding.FundingApplied: ("scheme",),
    funding.FundingAwarded: ("title", "scheme"),
    funding.FundingVariationRequested: ("text",),
    InteractionRecorded: ("title",),
    outcomes.InterventionStarted: ("name",),
    outcomes.LessonDrawn: ("lesson",),
    outcomes.OutcomeObserved: ("indicator",),
    DataSharingRecorded: ("covers",),
    PartnershipFormed: ("name",),
}
"""The fields by which people call a thing, the likeliest first, by the event that begins it."""
_LONGEST: Final = 200


def ids_by_kind(projection: Projection, rows: Sequence[ProjectionRow]) -> dict[str, set[UUID]]:
    """The ids in rows, by the kind of thing that their column is declared to name; causes are left out."""
    ids: dict[str, set[UUID]] = {kind: set() for kind in projection.kinds.values()}
    columns = {column: kind for column, kind in projection.kinds.items() if kind != RECORD}
    for column, kind in columns.items():
        for value in {getattr(row, column) for row in rows} - {None}:
            ids[kind].update(value if isinstance(value, tuple) else (value,))
    return ids


def named_columns(projection: Projection) -> list[str]:
    """The columns of ids beside which labels stand."""
    return [column for column, kind in projection.kinds.items() if kind != RECORD]


class Beginnings:
    """The facts that began the things with these ids: in one history, else wherever they are on record."""

    def __init__(self, log: LogRecorder, history: History, ids: Iterable[UUID]) -> None:
        self.here: dict[UUID, Effective] = {}
        self.elsewhere: dict[UUID, Effective] = {}
        unknown: list[UUID] = []
        for identity in ids:
            fact = _beginning(history, identity) or history.fact(identity)
            if fact is None:
                unknown.append(identity)
            else:
                self.here[identity] = fact
        for record in find_beginnings(log, unknown, upto=history.position):
            for _, identity in things_begun(record.body):
                fact = Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)
                self.elsewhere.setdefault(identity, fact)

    @property
    def parties(self) -> set[UUID]:
        """The bodies in the labels of seats, and of records that begin nothing."""
        bodies = [fact.body for fact in self.here.values()]
        unlabelled = [body for body in bodies if isinstance(body, MemberJoined) or not any(things_begun(body))]
        return {each for body in unlabelled for each in ids_in(body, "party")}

    def labels(self, names: Mapping[UUID, str], texts: ShownTexts) -> dict[UUID, str]:
        """The label of every thing, by its id; texts that were recorded at another table stay closed."""
        here = {identity: _label(fact, names, texts) for identity, fact in self.here.items()}
        return here | {identity: _label(fact, names, {}) for identity, fact in self.elsewhere.items()}


def labels_across(
    words: NamesAndTexts, ids: Mapping[UUID, set[UUID]], names: Mapping[UUID, str], *, upto: int
) -> dict[UUID, str]:
    """Labels of things, by partnership, for somebody who sits at all of these tables."""
    records = with_corrections(words.log, find_beginnings(words.log, set().union(*ids.values()), upto=upto))
    standing, _ = resolve(records)
    beginnings = {
        identity: fact
        for fact in standing
        for _, identity in things_begun(fact.body)
        if identity in ids.get(fact.partition_id, ())
    }
    texts = words.texts(beginnings.values(), records)
    return {identity: _label(fact, names, texts) for identity, fact in beginnings.items()}


def _beginning(history: History, identity: UUID) -> Effective | None:
    """The fact that began a thing: of a plan and a record of the same contact, the record."""
    facts = [fact for fact in history.about(identity) if identity in {each for _, each in things_begun(fact.body)}]
    return facts[-1] if facts else None


def _label(fact: Effective, names: Mapping[UUID, str], texts: ShownTexts) -> str:
    body = fact.body
    title = next((text for field in TITLES.get(type(body), ()) if (text := _title(getattr(body, field), texts))), None)
    if title:
        return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    if isinstance(body, MemberJoined) and body.party.party_id in names:
        return names[body.party.party_id]
    kind = next((kind for kind, _ in things_begun(body)), None)
    if kind is None:
        return sentence(
            body, label=lambda id_: names.get(id_, "somebody"), text=lambda _, text: plain_words(text, texts)
        )
    noun = words(body.kind) if isinstance(body, InteractionPlanned | InteractionRecorded) else in_words(kind)
    return f"{noun[:1].upper()}{noun[1:]} of {when_in_words(body.happened)}"


def _title(title: object, texts: ShownTexts) -> str | None:
    match title:
        case Plain(text=text) | str(text):
            return text
        case Sealed():
            opened = texts.get(title)
            return None if opened is None else opened.text
        case _:
            return None


def things_in(ids: Mapping[str, set[UUID]]) -> list[UUID]:
    """The ids that no register names, in order: those of promises, meetings and the like."""
    return sorted({each for kind, of_kind in ids.items() if kind not in REGISTERED for each in of_kind})

"""Replies of bodies to figures about them, printed with those figures."""

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import asdict

from api.reading.names_and_texts import NamesAndTexts, ShownText
from domain.events.records import ReplyAttached
from domain.values import Sealed
from domain.vocabulary import Facet, Side
from projections.history.history import History
from projections.method.method import Dimension
from projections.scoring.health.measure import HEADLINE, Measure
from projections.scoring.health.shown_profile import Profile, ShownDimension, ShownMeasure
from projections.scoring.trust.shown_trust import ShownTrust
from projections.scoring.trust.trust_rows import TrustRow, TrustVariant


class Reply(Struct, frozen=True, kw_only=True):
    """One body's answer to a figure: to an aspect of trust, or to a dimension of health."""

    reply_id: UUID
    event_id: UUID
    facet: Facet | None
    dimension: str | None
    replied_by: UUID
    replied_by_side: Side
    happened: str
    reply: ShownText


JudgedBodies = dict[Facet, set[UUID]]
PrintedReplies = Annotated[tuple[Reply, ...], Meta(description="What was replied to it, oldest first")]


class TrustInBody(ShownTrust, frozen=True, kw_only=True):
    """One side's (or one body's) trust in one body, in one aspect, and what was replied to it."""

    replies: PrintedReplies


class HealthDimension(ShownDimension, frozen=True, kw_only=True):
    """One dimension: its headline, what is shown beside it, and what was replied to it."""

    replies: PrintedReplies


class HealthProfile(Struct, frozen=True, kw_only=True):
    """The dimensions in order, how it was recorded, and the market's score for comparison."""

    dimensions: tuple[HealthDimension, ...]
    beside: tuple[ShownMeasure, ...]


class Replies:
    """Replies given by the day asked about, for one reader."""

    def __init__(self, history: History, words: NamesAndTexts) -> None:
        facts = history.each(ReplyAttached)
        texts = words.texts((fact for fact, _ in facts), history.amendments)
        self._all = [
            Reply(
                reply_id=body.reply_id,
                event_id=fact.event_id,
                facet=body.facet,
                dimension=body.dimension,
                replied_by=body.replied_by.party_id,
                replied_by_side=body.replied_by.side,
                happened=body.happened,
                reply=texts[body.reply] if isinstance(body.reply, Sealed) else ShownText(body.reply.text),
            )
            for fact, body in facts
        ]

    @property
    def bodies(self) -> set[UUID]:
        """The bodies that replied."""
        return {each.replied_by for each in self._all}

    def to_trust(self, facet: Facet, trustee_id: UUID, judged: Iterable[UUID]) -> tuple[Reply, ...]:
        """The replies to one figure: of the body it judges, and of bodies that are not `judged` in this aspect."""
        others = set(judged) - {trustee_id}
        return tuple(each for each in self._all if each.facet is facet and each.replied_by not in others)

    def to_dimension(self, number: str) -> tuple[Reply, ...]:
        """The replies to one dimension of health, by its id, such as `H4`."""
        return tuple(each for each in self._all if each.dimension == number)

    def with_trust(self, figures: Sequence[ShownTrust], judged: JudgedBodies) -> tuple[TrustInBody, ...]:
        """Figures of trust with the replies to them."""
        return tuple(
            TrustInBody(**asdict(figure), replies=self.to_trust(figure.facet, figure.trustee_id, judged[figure.facet]))
            for figure in figures
        )

    def with_health(self, profile: Profile) -> HealthProfile:
        """The dimensions of health with the replies to them."""
        dimensions = tuple(
            HealthDimension(**asdict(dimension), replies=self.to_dimension(dimension.id))
            for dimension in profile.dimensions
        )
        return HealthProfile(dimensions=dimensions, beside=profile.beside)

    def beside_trust(self, rows: Sequence[TrustRow], judged: JudgedBodies) -> dict[str, list[object]]:
        """The replies as a column, on the rows that say how each figure stands."""
        stand = [row.current and row.variant is TrustVariant.AS_IT_STANDS for row in rows]
        replies = [self.to_trust(row.facet, row.trustee_id, judged[row.facet]) for row in rows]
        return {"replies": [_written(each if stands else ()) for each, stands in zip(replies, stand, strict=True)]}

    def beside_health(self, rows: Sequence[Measure]) -> dict[str, list[object]]:
        """The replies as a column, on the headline of each dimension, else on its first row."""
        first = {row.dimension: index for index, row in reversed(list(enumerate(rows)))}
        first |= {row.dimension: index for index, row in enumerate(rows) if row.name == HEADLINE}
        numbers = {str(dimension): f"H{number}" for number, dimension in enumerate(Dimension, start=1)}
        return {
            "replies": [
                _written(self.to_dimension(numbers.get(row.dimension, "")) if first[row.dimension] == index else ())
                for index, row in enumerate(rows)
            ]
        }


def judged_in(rows: Iterable[TrustRow]) -> JudgedBodies:
    """The bodies that are judged in each aspect."""
    bodies: dict[Facet, set[UUID]] = {}
    for row in rows:
        bodies.setdefault(row.facet, set()).add(row.trustee_id)
    return bodies


def _written(replies: Sequence[Reply]) -> tuple[str, ...]:
    return tuple(each.reply.text for each in replies if each.reply.text is not None)

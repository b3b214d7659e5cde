"""The publications of a partnership: the decision in force on a day, and the words for asks that anybody may read."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.events.asks import PublicWordingGiven
from domain.events.partnerships import PublicationDecided
from domain.events.recorded import Effective
from domain.personal_identifiers import personal_identifiers
from domain.values import end_of_day, first_day
from domain.vocabulary import PublicReport
from projections.history.history import History


class PublicWording(Struct, frozen=True):
    """How one ask is told to anybody: in these words, by its theme (empty), or not at all."""

    words: str
    is_kept_back: bool


def decision_in_force(facts: Iterable[Effective], today: date) -> Effective | None:
    """The decision on publication that was taken last by a day; None while there is none."""
    decisions = [each for each in facts if isinstance(each.body, PublicationDecided)]
    earlier = [each for each in decisions if each.occurred_at < end_of_day(today)]
    return max(earlier, key=lambda decision: (decision.occurred_at, decision.position), default=None)


def is_open(facts: Iterable[Effective], report: PublicReport, today: date) -> bool:
    """Anybody may read a report on a day."""
    decision = decision_in_force(facts, today)
    if decision is None or not isinstance(decision.body, PublicationDecided):
        return False
    body = decision.body
    return report in body.reports and body.opens is not None and first_day(body.opens) <= today


def public_wordings(history: History) -> dict[UUID, PublicWording]:
    """The words given last for each ask. Words that seem to hold something personal count as none."""
    return {
        body.ask_id: PublicWording(fit_for_anybody(body.wording), body.kept_back)
        for _, body in history.each(PublicWordingGiven)
    }


def fit_for_anybody(text: str | None) -> str:
    """A clear text that anybody may read; empty where it seems to hold a personal identifier."""
    return "" if text is None or personal_identifiers(text) else text

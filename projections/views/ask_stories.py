"""You said, and what became of it: every ask by theme, from the asking to a promise or money, with the latest word."""

from collections import Counter
from datetime import date
from itertools import chain
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from msgspec import Meta

from domain.events.asks import PublicWordingGiven
from domain.events.commitments import OF_COMMITMENTS
from domain.events.decisions import DecisionAttested, DecisionTaken, SpendingRecorded
from domain.events.recorded import Effective
from domain.values import last_day
from domain.vocabulary import Answer, AskKind, Side
from projections.agreement.agreement import AGREEING
from projections.agreement.steps import step_at
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.ask_stories import AskStory, LatestWord, ask_stories
from projections.lifecycles.asks import Ask, AskState, is_ask_laid_at_door
from projections.lifecycles.decisions import LedDecision, agreed_lead, led_decision
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.lifecycles.publications import PublicWording, public_wordings
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at
from projections.views.asks import OF_ASKS

_BY_THEME: Final = PublicWording("", is_kept_back=False)


class StoryFacts(ProjectionRow, frozen=True, kw_only=True):
    """The facts of one ask's story. Of several decisions or payments the last day is told; sums are of all."""

    theme: Annotated[str, Meta(description="What it is about: a theme of the partnership, else a shared challenge")]
    kind: Annotated[AskKind, Meta(description="What sort of ask")]
    state: Annotated[AskState, Meta(description="Where it stood at the end of the day asked about")]
    latest: Annotated[LatestWord, Meta(description="The latest word on it")]
    latest_on: Annotated[date, Meta(description="The day of that word")]
    raised_on: Annotated[date, Meta(description="The last day on which it may have been asked")]
    is_unaccepted: Annotated[
        bool, Meta(description="Whether who was asked neither agreed to sit here nor spoke of it, and so may not know")
    ]
    due_on: Annotated[date, Meta(description="The last day of the usual time for an answer")]
    answer: Annotated[Answer | None, Meta(description="The answer")]
    answered_on: Annotated[date | None, Meta(description="The last day on which it may have been given")]
    decided_on: Annotated[date | None, Meta(description="The day of the last decision about it")]
    led_by_sides: Annotated[tuple[Side, ...], Meta(description="The sides that led those, where another side agrees")]
    promised_on: Annotated[date | None, Meta(description="The day of the promise that most needs attention")]
    promise_due_on: Annotated[date | None, Meta(description="The day that promise is due")]
    promise_outcome: Annotated[PromiseOutcome | None, Meta(description="How that promise stands")]
    spent_minor: Annotated[dict[str, int], Meta(description="How much was spent, in minor units by currency")]
    spent_on: Annotated[date | None, Meta(description="The day of the last payment")]


class AskStoryRow(StoryFacts, frozen=True, kw_only=True):
    """One ask and what became of it."""

    gone_with: ClassVar[str] = "text"

    ask_id: Annotated[UUID, names_a("ask", "The ask")]
    raised_by_party_id: Annotated[UUID, names_a("party", "Who asked")]
    raised_by_side: Annotated[Side, Meta(description="The side that asked")]
    holder_party_id: Annotated[UUID | None, names_a("party", "Who owes the answer, or gave it; empty: nobody has it")]
    answered_by_party_id: Annotated[UUID | None, names_a("party", "Who gave the answer")]
    decision_ids: Annotated[tuple[UUID, ...], names_a("decision", "The decisions about it")]
    commitment_ids: Annotated[tuple[UUID, ...], names_a("commitment", "The promises that it led to")]
    promised_by_party_ids: Annotated[tuple[UUID, ...], names_a("party", "Who promised")]
    spending_ids: Annotated[tuple[UUID, ...], names_a("spending", "Money spent on it, directly or by a decision")]
    spent_by_party_ids: Annotated[tuple[UUID, ...], names_a("party", "Who spent it")]
    public_wording: Annotated[str, Meta(description="The words in which anybody may read of it; empty: its theme")]
    is_kept_back: Annotated[bool, Meta(description="Whether anybody else is told nothing of it")]
    text: Annotated[TextAt | None, Meta(description="Where its sealed words stand")]
    reasons: Annotated[TextAt | None, Meta(description="Where the sealed reasons of the answer stand")]
    causes: Causes


def story_facts(history: History, method: Method, story: AskStory) -> dict[str, Any]:
    """The facts of one story, by column."""
    ask, promised = story.ask, story.pressing_promise
    leaders = [agreed_lead(led, history.end).led_by for led in _leads(history, method, story)]
    sums: Counter[str] = Counter()
    for payment in story.spending:
        sums[payment.body.amount.currency] += payment.body.amount.minor_units
    return {
        "theme": story.theme,
        "kind": ask.body.kind,
        "state": ask.state,
        "latest": story.latest,
        "latest_on": story.latest_on,
        "raised_on": ask.raised_on,
        "is_unaccepted": is_ask_laid_at_door(history, ask),
        "due_on": ask.due_on,
        "answer": story.answer.answer if story.answer else None,
        "answered_on": ask.answered_on,
        "decided_on": max((last_day(each.body.happened) for each in story.decisions), default=None),
        "led_by_sides": tuple(dict.fromkeys(leader.side for leader in leaders if leader is not None)),
        "promised_on": promised.promise.promised_on if promised else None,
        "promise_due_on": promised.phase.due_on if promised else None,
        "promise_outcome": promised.outcome if promised else None,
        "spent_minor": dict(sorted(sums.items())),
        "spent_on": max((last_day(each.body.happened) for each in story.spending), default=None),
    }


def _leads(history: History, method: Method, story: AskStory) -> list[LedDecision]:
    led = [led_decision(history, method, each.fact.event_id) for each in story.decisions]
    return [each for each in led if each is not None]


@projection(
    name="ask_stories",
    version=1,
    row=AskStoryRow,
    key=("ask_id",),
    handles=(
        *OF_ASKS,
        PublicWordingGiven,
        DecisionTaken,
        DecisionAttested,
        SpendingRecorded,
        *OF_COMMITMENTS,
        *AGREEING,
        *MENDING,
    ),
    question="What was asked, and what became of it: answer, decision, promise and money?",
    ignores_rest="Nothing else asks for anything, answers it, decides on it, or promises or pays for it.",
)
def ask_story_rows(history: History, method: Method) -> list[AskStoryRow]:
    """One row for each ask: by theme, those without one last, and in each theme the latest asked first."""
    wordings = public_wordings(history)
    stories = ask_stories(history, method)
    rows = [_row(history, method, story, wordings.get(story.ask.ask_id, _BY_THEME)) for story in stories]
    latest_first = sorted(rows, key=lambda row: row.raised_on, reverse=True)
    return sorted(latest_first, key=lambda row: (not row.theme, row.theme))


def _row(history: History, method: Method, story: AskStory, public: PublicWording) -> AskStoryRow:
    ask = story.ask
    promisers = chain.from_iterable(each.promise.body.promisers for each in story.promises)
    courses = [led.course for led in _leads(history, method, story)]
    steps = [step for course in courses if (step := step_at(course, history.end)) is not None]
    decisions, spending = [each.fact for each in story.decisions], [each.fact for each in story.spending]
    promises = [each.phase for each in story.promises]
    return AskStoryRow(
        **story_facts(history, method, story),
        ask_id=ask.ask_id,
        raised_by_party_id=ask.body.raised_by.party_id,
        raised_by_side=ask.body.raised_by.side,
        holder_party_id=ask.holder.party_id if ask.holder else None,
        answered_by_party_id=story.answer.answered_by.party_id if story.answer else None,
        decision_ids=tuple(each.body.decision_id for each in story.decisions),
        commitment_ids=tuple(each.promise.commitment_id for each in story.promises),
        promised_by_party_ids=tuple(dict.fromkeys(each.party_id for each in promisers)),
        spending_ids=tuple(each.body.spending_id for each in story.spending),
        spent_by_party_ids=tuple(dict.fromkeys(each.body.spent_by.party_id for each in story.spending)),
        public_wording=public.words,
        is_kept_back=public.is_kept_back,
        text=text_at(ask.raised, "text"),
        reasons=text_at(ask.answer, "reasons") if ask.answer else None,
        causes=causes_of([ask, *_wordings(history, ask), *decisions, *steps, *promises, *spending]),
    )


def _wordings(history: History, ask: Ask) -> list[Effective]:
    return [fact for fact in history.about(ask.ask_id) if isinstance(fact.body, PublicWordingGiven)]

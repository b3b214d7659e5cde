"""The meeting form read: its answers become the body of one command, and every fault is named by its field.

Nothing is looked up here. What a promise or an ask is, the form was told when it was shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct

from api.pages.ground.entered_dates import EnteredDate, end_of_march, end_of_quarter, entered_date
from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.page import FieldError
from api.pages.meetings.answers import FIRST_FIELDS, MOST_BLOCKS, Answers
from api.pages.meetings.meeting_choices import Choices
from domain.vocabulary import Answer, AskKind, Attendance, InteractionKind, Level, PartyKind, Side

TODAY, YESTERDAY, ANOTHER_DAY = "today", "yesterday", "other"
NEXT_MEETING, QUARTER, MARCH, NO_DATE = "next", "quarter", "march", "none"
ANOTHER_KIND: Final = "other"
NAMED_HERE: Final = "visitor-"
ASKED_HERE: Final = "asked-"
_LARGEST_CROWD: Final = 100_000
_DASHES: Final = 2
"""In the name of a field of a block: it tells the part, the number and the field."""


class FilledForm(Struct, frozen=True):
    """A form as it was read: the body of the command, the field that each place in it came from, and the faults."""

    body: dict[str, Any]
    fields: Mapping[str, str]
    faults: tuple[FieldError, ...]


def read_meeting(answers: Answers, choices: Choices, today: date) -> FilledForm:
    """The meeting that somebody filled in on a day."""
    return _Reading(answers, choices, today).read()


def read_additions(answers: Answers, choices: Choices, today: date) -> FilledForm:
    """The additions to a meeting on record, as somebody filled it in on a day."""
    return _Reading(answers, choices, today).read_additions()


def day_of_meeting(answers: Answers, today: date) -> str | None:
    """When the meeting was, as entered; None where that cannot be told."""
    when = answers.one("when")
    if when in {TODAY, YESTERDAY}:
        return (today - timedelta(days=when == YESTERDAY)).isoformat()
    return entered_date(answers, "held", "Date of the meeting", month_until=today).when


class _Reading:
    """One form being read."""

    def __init__(self, answers: Answers, choices: Choices, today: date) -> None:
        self.answers, self.choices, self.today = answers, choices, today
        self.fields: dict[str, str] = {}
        self.faults: list[FieldError] = []

    def read(self) -> FilledForm:
        body: dict[str, Any] = {"happened": self._when(), "kind": self._kind()}
        body["participants"] = self._participants()
        body["crowds"] = self._crowd()
        plan = self.choices.plan_of(body["kind"] or "", body["happened"] or "")
        body["planned"] = plan.interaction_id if plan else None
        self.fields["/planned"] = "when"
        body |= self._came_up()
        return FilledForm(_without_empty(body), self.fields, tuple(self.faults))

    def read_additions(self) -> FilledForm:
        body = _without_empty(self._came_up())
        if not body and not self.faults:
            self._fault("asked-1-by", "Add at least one thing that came up at the meeting")
        return FilledForm(body, self.fields, tuple(self.faults))

    def _came_up(self) -> dict[str, Any]:
        return {
            "asks": self._items("asked", "asks", self._ask),
            "answers": self._items("answered", "answers", self._answer),
            "decisions": self._items("decided", "decisions", self._decision),
            "commitments": self._items("promised", "commitments", self._promise),
            "fulfilments": self._reports(),
        }

    def _fault(self, field: str, words: str) -> None:
        self.faults.append(FieldError(field, words))

    def _when(self) -> str | None:
        self.fields["/happened"] = "when"
        when = self.answers.one("when")
        if when in {TODAY, YESTERDAY}:
            return day_of_meeting(self.answers, self.today)
        date_entered = entered_date(self.answers, "held", "Date of the meeting", month_until=self.today)
        if date_entered == EnteredDate():
            self._fault("held-day" if when == ANOTHER_DAY else "when", "Enter the date of the meeting")
            return None
        self.fields["/happened"] = "held-day"
        if date_entered.fault is not None:
            self.faults.append(date_entered.fault)
        elif date_entered.when is not None and date_entered.when > self.today.isoformat():
            self._fault("held-day", "Date of the meeting must be today or in the past")
        return date_entered.when

    def _kind(self) -> str | None:
        kind = self.answers.one("kind")
        field = "kind"
        if kind == ANOTHER_KIND:
            kind, field = self.answers.one("other-kind"), "other-kind"
        self.fields["/kind"] = field
        if kind not in set(InteractionKind):
            self._fault(field, "Select what kind of contact it was")
            return None
        return kind

    def _participants(self) -> list[dict[str, Any]]:
        came, apologies = self.answers.many("came"), self.answers.many("apologies")
        participants: list[dict[str, Any]] = []
        for party_id in came:
            self.fields[f"/participants/{len(participants)}"] = "came"
            participants.append({"party": party_id})
        for number in self._blocks("visitor"):
            self.fields[f"/participants/{len(participants)}/party/kind"] = f"visitor-{number}-kind"
            self.fields[f"/participants/{len(participants)}"] = f"visitor-{number}-name"
            participants.append({"party": self._named_here(number)})
        if not participants:
            self._fault("came", "Select who was there")
        for party_id in apologies:
            if party_id in came:
                name = self.choices.name_of(party_id) or "An organisation or group"
                self._fault("apologies", f"{name} cannot both have been there and have sent apologies")
            self.fields[f"/participants/{len(participants)}"] = "apologies"
            participants.append({"party": party_id, "attendance": str(Attendance.APOLOGIES)})
        return participants

    def _named_here(self, number: int) -> dict[str, str]:
        at = f"visitor-{number}"
        name, kind = self.answers.one(f"{at}-name"), self.answers.one(f"{at}-kind")
        if not name:
            self._fault(f"{at}-name", self._of("visitor", number, "Enter the name of the organisation or group"))
        if kind not in set(PartyKind):
            what = name or "the organisation or group"
            self._fault(
                f"{at}-kind", self._of("visitor", number, f"Select what kind of organisation or group {what} is")
            )
        return {"name": name, "kind": kind}

    def _crowd(self) -> list[dict[str, Any]]:
        text = self.answers.one("public").replace(",", "").replace(" ", "")
        self.fields["/crowds"] = "public"
        if not text:
            return []
        count = whole_number(text)
        if count is None or count > _LARGEST_CROWD:
            self._fault("public", "How many others from the public must be a whole number, like 12")
            return []
        return [{"side": str(Side.RESIDENTS), "count": count}] if count else []

    def _items(self, part: str, name: str, read: Callable[[int, str], dict[str, Any]]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        for number in self._blocks(part):
            items.append(_without_empty(read(number, f"/{name}/{len(items)}")))
        return items

    def _blocks(self, part: str) -> list[int]:
        """The blocks of a part that are filled in; those for which one form has no room are faults."""
        blocks = self.answers.blocks(part)
        for number in blocks[MOST_BLOCKS:]:
            words = f"One form holds {MOST_BLOCKS} at most. Save the others, then add this one to the meeting"
            self._fault(f"{part}-{number}-{FIRST_FIELDS[part]}", self._of(part, number, words))
        return blocks

    def _ask(self, number: int, at: str) -> dict[str, Any]:
        return {
            "raised_by": self._body("asked", number, "by", f"{at}/raised_by", "Select who asked"),
            "addressee": self._body("asked", number, "to", f"{at}/addressee"),
            "kind": self._one_of("asked", number, "kind", f"{at}/kind", AskKind, "Select what sort of ask it was"),
            "text": self._text("asked", number, "text", f"{at}/text", "Enter what was asked"),
        }

    def _answer(self, number: int, at: str) -> dict[str, Any]:
        answer = self._one_of("answered", number, "answer", f"{at}/answer", Answer, "Select what the answer was")
        must_say_why = "Enter the reasons why it was declined" if answer == Answer.DECLINED else ""
        return {
            "ask": self._ask_answered(number, f"{at}/ask"),
            "answered_by": self._body("answered", number, "by", f"{at}/answered_by", "Select who answered"),
            "answer": answer,
            "reasons": self._text("answered", number, "reasons", f"{at}/reasons", must_say_why),
        }

    def _ask_answered(self, number: int, at: str) -> str | dict[str, int] | None:
        field = f"answered-{number}-ask"
        self.fields[at] = field
        text = self.answers.one(field)
        asked_here = self.answers.blocks("asked")
        here = whole_number(text.removeprefix(ASKED_HERE))
        if text.startswith(ASKED_HERE) and here in asked_here:
            return {"here": asked_here.index(here)}
        if text not in {ask.ask_id for ask in self.choices.asks}:
            self._fault(field, self._of("answered", number, "Select which ask was answered"))
            return None
        return text

    def _decision(self, number: int, at: str) -> dict[str, Any]:
        return {
            "title": self._text("decided", number, "title", f"{at}/title", "Enter what was decided"),
            "decided_by": self._body("decided", number, "by", f"{at}/decided_by", "Select who decided"),
            "led_by": self._body("decided", number, "led", f"{at}/led_by"),
            "level_promised": self._one_of("decided", number, "promised", f"{at}/level_promised", Level),
            "level_practised": self._one_of("decided", number, "practised", f"{at}/level_practised", Level),
            "reasons": self._text("decided", number, "reasons", f"{at}/reasons"),
        }

    def _promise(self, number: int, at: str) -> dict[str, Any]:
        promiser = self._body("promised", number, "by", f"{at}/promisers", "Select who promised")
        promisee = self._body("promised", number, "to", f"{at}/promisees", "Select who it was promised to")
        if promiser is not None and promiser == promisee:
            words = "Select somebody other than who promised"
            self._fault(f"promised-{number}-to", self._of("promised", number, words))
        return {
            "promisers": [promiser] if promiser else [],
            "promisees": [promisee] if promisee else [],
            "text": self._text("promised", number, "text", f"{at}/text", "Enter what was promised"),
            "due": self._due(number, f"{at}/due"),
            "measure": self._text("promised", number, "measure", f"{at}/measure"),
        }

    def _due(self, number: int, at: str) -> str | None:
        field, prefix = f"promised-{number}-when", f"promised-{number}-due"
        self.fields[at] = field
        when = self.answers.one(field)
        date_entered = entered_date(self.answers, prefix, "Due date")
        plan = self.choices.next_plan(self.today)
        terms = {QUARTER: end_of_quarter(self.today), MARCH: end_of_march(self.today)}
        if plan is not None:
            terms[NEXT_MEETING] = plan.day
        if when in terms:
            return terms[when].isoformat()
        if when == NO_DATE:
            return None
        self.fields[at] = f"{prefix}-day"
        if date_entered.fault is not None:
            at_fault = date_entered.fault
            self._fault(at_fault.field, self._of("promised", number, at_fault.words))
        elif date_entered.when is None:
            lacking = f"{prefix}-day" if when == ANOTHER_DAY else field
            words = "Enter the date when it is due" if when == ANOTHER_DAY else "Select by when it was promised"
            self._fault(lacking, self._of("promised", number, words))
        return date_entered.when

    def _reports(self) -> list[dict[str, Any]]:
        """The promises that were reported done, by who promised it."""
        promisers = {promise.commitment_id: promise.promiser_id for promise in self.choices.promises}
        reports: list[dict[str, Any]] = []
        for commitment_id in self.answers.many("kept"):
            if commitment_id not in promisers:
                self._fault("kept", "A promise that you ticked is no longer open. Untick it")
                continue
            self.fields[f"/fulfilments/{len(reports)}"] = "kept"
            reports.append({"commitment": commitment_id, "claimed_by": promisers[commitment_id]})
        return reports

    def _body(self, part: str, number: int, name: str, at: str, lacking: str = "") -> str | dict[str, str] | None:
        """A body chosen in a list: by its id, or one named in this form."""
        field = f"{part}-{number}-{name}"
        self.fields[at] = field
        text = self.answers.one(field)
        here = whole_number(text.removeprefix(NAMED_HERE))
        if text.startswith(NAMED_HERE) and here in self.answers.blocks("visitor"):
            return {name: self.answers.one(f"{text}-{name}") for name in ("name", "kind")}
        if text and not any(body.party_id == text for body in self.choices.bodies):
            text = ""
        if not text and (lacking or self.answers.one(field)):
            self._fault(field, self._of(part, number, lacking or "Select an organisation or group in the list"))
        return text or None

    def _one_of(
        self, part: str, number: int, name: str, at: str, codes: Iterable[str], lacking: str = ""
    ) -> str | None:
        field = f"{part}-{number}-{name}"
        self.fields[at] = field
        text = self.answers.one(field)
        if text in set(codes):
            return text
        if text or lacking:
            self._fault(field, self._of(part, number, lacking or "Select an answer in the list"))
        return None

    def _text(self, part: str, number: int, name: str, at: str, lacking: str = "") -> str | None:
        field = f"{part}-{number}-{name}"
        self.fields[at] = field
        text = self.answers.one(field)
        if not text and lacking:
            self._fault(field, self._of(part, number, lacking))
        return text or None

    def _of(self, part: str, number: int, words: str) -> str:
        """The words for a fault, which say in which of several blocks it lies."""
        if len(self.answers.blocks(part)) == 1:
            return words
        return f"{_NOUNS[part]} {number}: {words[0].lower()}{words[1:]}"


_NOUNS: Final = {
    "visitor": "Visitor",
    "asked": "Ask",
    "answered": "Answer",
    "decided": "Decision",
    "promised": "Promise",
}


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def texts_written(answers: Answers) -> Sequence[tuple[str, str]]:
    """Every free text in the form, with its field."""
    text_names = ("name", "text", "title", "reasons", "measure")
    return [
        (name, many[-1])
        for name, many in answers.texts().items()
        if name.rpartition("-")[2] in text_names and name.count("-") == _DASHES
    ]

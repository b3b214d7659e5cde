"""The summary of a filled form before it is recorded: a row for each answer, and the way back to change it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from api.pages.ground.in_words import day_in_words, sentence_case
from api.pages.meetings.answers import Answers
from api.pages.meetings.form_values import ANSWERS, ASK_KINDS, HEADINGS, LEVELS
from api.pages.meetings.kinds import kind_in_words
from api.pages.meetings.meeting_choices import Choices
from api.pages.meetings.meeting_form import FilledForm
from domain.vocabulary import InteractionKind

NOT_PROVIDED: Final = "Not provided"


class AnswerRow(Struct, frozen=True):
    """One answer: what it is about, what was said, and the field in which it is changed."""

    title: str
    lines: tuple[str, ...]
    field: str
    warning: str = ""


def answer_rows(answers: Answers, filled: FilledForm, choices: Choices, warnings: Mapping[str, str]) -> list[AnswerRow]:
    """Every answer of a form without faults, in the order of the form."""
    summary = _Summary(answers, filled.body, choices, warnings)
    return [*summary.who_and_when(), *summary.items(), summary.kept()]


class _Summary:
    """The rows of one form."""

    def __init__(
        self, answers: Answers, body: Mapping[str, Any], choices: Choices, warnings: Mapping[str, str]
    ) -> None:
        self.answers, self.body, self.choices, self.warnings = answers, body, choices, warnings

    def who_and_when(self) -> Iterator[AnswerRow]:
        day = day_in_words(self.body["happened"])
        plan = ", which was planned" if "planned" in self.body else ""
        yield AnswerRow("Date of the meeting", (f"{day}{plan}",), "when")
        yield AnswerRow("Kind", (kind_in_words(InteractionKind(self.body["kind"])),), "kind")
        participants = self.body["participants"]
        came = [self._name(who["party"]) for who in participants if "attendance" not in who]
        away = [self._name(who["party"]) for who in participants if "attendance" in who]
        warning = next((words for field, words in self.warnings.items() if field.startswith("visitor-")), "")
        yield AnswerRow("Who was there", tuple(came), "came", warning)
        yield AnswerRow("Apologies", tuple(away) or (NOT_PROVIDED,), "apologies")
        crowd = self.body.get("crowds", [{}])[0].get("count")
        yield AnswerRow("Others from the public", (f"{crowd:,}" if crowd else NOT_PROVIDED,), "public")

    def items(self) -> Iterator[AnswerRow]:
        lines = {"asked": self._ask, "answered": self._answer, "decided": self._decision, "promised": self._promise}
        lists = {"asked": "asks", "answered": "answers", "decided": "decisions", "promised": "commitments"}
        for part, (heading, noun) in HEADINGS.items():
            numbers = self.answers.blocks(part)
            if not numbers:
                yield AnswerRow(heading, (NOT_PROVIDED,), f"part-{part}")
            for number, item in zip(numbers, self.body.get(lists[part], ()), strict=True):
                title = heading if len(numbers) == 1 else f"{sentence_case(noun)} {number}"
                at = f"{part}-{number}-"
                warning = next((words for field, words in self.warnings.items() if field.startswith(at)), "")
                yield AnswerRow(title, tuple(lines[part](item)), f"part-{part}", warning)

    def kept(self) -> AnswerRow:
        texts = {promise.commitment_id: promise.text for promise in self.choices.promises}
        texts_kept = tuple(texts[report["commitment"]] for report in self.body.get("fulfilments", ()))
        return AnswerRow("Earlier promises reported done", texts_kept or (NOT_PROVIDED,), "part-kept")

    def _ask(self, item: Mapping[str, Any]) -> Iterator[str]:
        to = f" asked {self._name(item['addressee'])}" if "addressee" in item else " asked"
        yield f"{self._name(item['raised_by'])}{to}: {item['text']}"
        yield ASK_KINDS[item["kind"]]

    def _answer(self, item: Mapping[str, Any]) -> Iterator[str]:
        ask = item["ask"]
        here = self.body["asks"][ask["here"]]["text"] if isinstance(ask, dict) else ""
        text = here or next(offered.text for offered in self.choices.asks if offered.ask_id == ask)
        yield f"{self._name(item['answered_by'])} answered “{text}”: {ANSWERS[item['answer']]}"
        if "reasons" in item:
            yield item["reasons"]

    def _decision(self, item: Mapping[str, Any]) -> Iterator[str]:
        yield f"{self._name(item['decided_by'])} decided: {item['title']}"
        if "led_by" in item:
            yield f"Proposed by {self._name(item['led_by'])}"
        for level, label in (("level_promised", "Promised"), ("level_practised", "In fact")):
            if level in item:
                yield f"{label}: {LEVELS[item[level]][0].lower()}{LEVELS[item[level]][1:]}"
        if "reasons" in item:
            yield item["reasons"]

    def _promise(self, item: Mapping[str, Any]) -> Iterator[str]:
        due = f"by {day_in_words(item['due'])}" if "due" in item else "no date was given"
        to = self._name(item["promisees"][0])
        yield f"{self._name(item['promisers'][0])} promised {to}, {due}: {item['text']}"
        if "measure" in item:
            yield f"We shall know by: {item['measure']}"

    def _name(self, party: str | Mapping[str, str]) -> str:
        return self.choices.name_of(party) if isinstance(party, str) else party["name"]

"""The values for the form's template: every list to choose from, with the answers given so far."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from api.pages.ground.entered_dates import end_of_march, end_of_quarter
from api.pages.ground.in_words import count_of, day_in_words, sentence_case
from api.pages.meetings.answers import MOST_BLOCKS, PARTS, Answers
from api.pages.meetings.kinds import kind_in_words, kind_items
from api.pages.meetings.meeting_choices import Choices, OfferedBody
from api.pages.meetings.meeting_form import (
    ANOTHER_DAY,
    ANOTHER_KIND,
    ASKED_HERE,
    MARCH,
    NAMED_HERE,
    NEXT_MEETING,
    NO_DATE,
    QUARTER,
    TODAY,
    YESTERDAY,
)
from domain.events.english import words
from domain.vocabulary import (
    KINDS_BY_SIDE,
    OFFICE_HOLDER_KINDS,
    Answer,
    AskKind,
    CodeList,
    InteractionKind,
    Level,
    PartyKind,
    Side,
)

USUAL_KINDS: Final = (
    InteractionKind.MEETING,
    InteractionKind.CALL,
    InteractionKind.WALKABOUT,
    InteractionKind.WORKSHOP,
)
ASK_KINDS: Final = {
    AskKind.REQUEST: "Something to be done",
    AskKind.QUESTION: "A question",
    AskKind.RECOMMENDATION: "A recommendation",
    AskKind.ASPIRATION: "A hope for later",
}
ANSWERS: Final = {
    Answer.ADOPTED: "Yes, as it was asked",
    Answer.ADAPTED: "Yes, with changes",
    Answer.DECLINED: "No",
}
LEVELS: Final = {
    Level.INFORM: "Residents were told",
    Level.CONSULT: "Residents were asked",
    Level.INVOLVE: "Residents worked on it with others",
    Level.COLLABORATE: "Residents decided with others",
    Level.EMPOWER: "Residents decided",
}
HEADINGS: Final = {
    "asked": ("What was asked", "ask"),
    "answered": ("What was answered", "answer"),
    "decided": ("What was decided", "decision"),
    "promised": ("What was promised", "promise"),
}


def form_values(
    choices: Choices, answers: Answers, today: date, warnings: Mapping[str, str], faulty: Collection[str]
) -> dict[str, Any]:
    """The values of the form's template on a day."""
    last = choices.last_meeting(answers.one("kind"))
    as_last = answers.one("as-last")
    ticked = len(answers.many("came"))
    return {
        "name": choices.name,
        "back": f"/partnerships/{choices.partnership_id}",
        "answers": answers,
        "warnings": warnings,
        "today": today.isoformat(),
        "days": [
            {"value": TODAY, "text": "Today"},
            {"value": YESTERDAY, "text": "Yesterday"},
            {"value": ANOTHER_DAY, "text": "Another day"},
        ],
        "kinds": [*kind_items(USUAL_KINDS), {"value": ANOTHER_KIND, "text": "Another kind"}],
        "other_kinds": kind_items(sorted(set(InteractionKind) - set(USUAL_KINDS), key=kind_in_words)),
        "members": _ticks(choices.members),
        "other_members": _ticks(choices.other_members),
        "guests": _ticks(choices.guests),
        "everybody": _ticks((*choices.members, *choices.other_members)),
        "last": last,
        "last_came": ""
        if last is None
        else count_of(len(last.came), "organisation or group came", "organisations and groups came"),
        "as_last": f"Ticked: the {ticked} who came on {day_in_words(as_last)}." if as_last else "",
        "bodies": _bodies(choices, answers),
        "body_kinds": _body_kinds(),
        "ask_kinds": _worded(ASK_KINDS),
        "given_answers": _worded(ANSWERS),
        "levels": _worded(LEVELS),
        "asks": _asks(choices, answers),
        "dues": _dues(choices, today),
        "promises": _promises(choices),
        "parts": {part: _part(part, answers, faulty) for part in PARTS},
        "are_others_ticked": _is_any_ticked(choices.other_members, answers),
        "are_guests_ticked": _is_any_ticked(choices.guests, answers),
        "is_kept_open": bool(answers.many("kept")) or "kept" in faulty,
    }


def _items(codes: Iterable[CodeList]) -> list[dict[str, str]]:
    return [{"value": str(code), "text": sentence_case(words(code))} for code in codes]


def _worded(table: Mapping[Any, str]) -> list[dict[str, str]]:
    return [{"value": str(code), "text": text} for code, text in table.items()]


def _is_any_ticked(bodies: Iterable[OfferedBody], answers: Answers) -> bool:
    return not {body.party_id for body in bodies}.isdisjoint(answers.many("came"))


def _ticks(bodies: Iterable[OfferedBody]) -> list[dict[str, str]]:
    return [{"value": body.party_id, "text": body.name} for body in bodies]


def _bodies(choices: Choices, answers: Answers) -> list[dict[str, str]]:
    """Who can have asked, answered, decided or promised: also the bodies that were named in this form."""
    newcomers = [
        {"value": f"{NAMED_HERE}{number}", "text": answers.one(f"visitor-{number}-name")}
        for number in answers.blocks("visitor")
        if answers.one(f"visitor-{number}-name")
    ]
    return [*_ticks(choices.bodies), *newcomers]


def _body_kinds() -> list[tuple[str, list[dict[str, str]]]]:
    """The kinds of organisation and group by side, but for those that are one person or everybody."""
    left_out = {*OFFICE_HOLDER_KINDS, PartyKind.RESIDENTS_AT_LARGE}
    return [
        (sentence_case(words(side)), _items(kind for kind in KINDS_BY_SIDE[side] if kind not in left_out))
        for side in Side
    ]


def _asks(choices: Choices, answers: Answers) -> list[dict[str, str]]:
    here = [
        {"value": f"{ASKED_HERE}{number}", "text": f"At this meeting: {_short(answers.one(f'asked-{number}-text'))}"}
        for number in answers.blocks("asked")
    ]
    return [
        *here,
        *({"value": ask.ask_id, "text": f"{_short(ask.text)} ({ask.asked_by})"} for ask in choices.asks),
    ]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_LONGEST: Final = 90


def _dues(choices: Choices, today: date) -> list[dict[str, str]]:
    plan = choices.next_plan(today)
    quarter, march = end_of_quarter(today), end_of_march(today)
    dues = {} if plan is None else {NEXT_MEETING: f"Next meeting, {day_in_words(plan.day)}"}
    if quarter != march:
        dues[QUARTER] = f"End of {day_in_words(quarter.isoformat()[:7])}"
    dues |= {
        MARCH: f"End of {day_in_words(march.isoformat()[:7])}",
        ANOTHER_DAY: "Another day",
        NO_DATE: "No date was given",
    }
    return _worded(dues)


def _promises(choices: Choices) -> list[dict[str, Any]]:
    return [
        {
            "value": promise.commitment_id,
            "text": promise.text,
            "hint": {
                "text": promise.promisers
                + (f", due {day_in_words(promise.due_on)}" if promise.due_on else ", without a date")
                + (", reported done already" if promise.is_reported else "")
            },
        }
        for promise in choices.promises
    ]


def _part(part: str, answers: Answers, faulty: Collection[str]) -> dict[str, Any]:
    """One part of the form: its blocks, how many of them are filled in, and whether it is shown open."""
    count, blocks = len(answers.blocks(part)), answers.shown_blocks(part)
    has_fault = any(field.startswith(f"{part}-") for field in faulty)
    return {
        "blocks": blocks,
        "count": count,
        "has_room": len(blocks) < MOST_BLOCKS,
        "is_open": bool(count) or len(blocks) > 1 or has_fault,
    }

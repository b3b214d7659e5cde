"""Refusals: the closed list of reasons why a command changes nothing, each with a stable code."""

from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from domain.vocabulary import CodeList


class RefusalKind(Enum):
    """How a refusal is answered: with better input, by someone else, or not at all as things stand."""

    INVALID = "invalid"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"


class _Reason(NamedTuple):
    kind: RefusalKind
    title: str


class Code(CodeList):
    """Why a command was refused. Codes are permanent."""

    UNKNOWN_PARTNERSHIP = "unknown-partnership"
    UNKNOWN_PARTY = "unknown-party"
    UNKNOWN_PERSON = "unknown-person"
    UNKNOWN_PLACE = "unknown-place"
    UNKNOWN_MEMBER = "unknown-member"
    UNKNOWN_INTERACTION = "unknown-interaction"
    UNKNOWN_ASK = "unknown-ask"
    UNKNOWN_CONSULTATION = "unknown-consultation"
    UNKNOWN_DECISION = "unknown-decision"
    UNKNOWN_COMMITMENT = "unknown-commitment"
    UNKNOWN_DISPUTE = "unknown-dispute"
    UNKNOWN_AWARD = "unknown-award"
    UNKNOWN_VARIATION = "unknown-variation"
    UNKNOWN_INTERVENTION = "unknown-intervention"
    UNKNOWN_OUTCOME = "unknown-outcome"
    UNKNOWN_LESSON = "unknown-lesson"
    UNKNOWN_METHOD = "unknown-method"
    UNKNOWN_REVIEW = "unknown-review"
    UNKNOWN_CONDITION = "unknown-condition"
    UNKNOWN_DOCUMENT = "unknown-document"
    UNKNOWN_RECORD = "unknown-record"
    IMPOSSIBLE_DATE = "impossible-date"
    IN_THE_FUTURE = "in-the-future"
    BEFORE_WHAT_IT_REFERS_TO = "before-what-it-refers-to"
    KIND_NOT_OF_SIDE = "kind-not-of-side"
    SAME_PARTY = "same-party"
    REASONS_REQUIRED = "reasons-required"
    FRACTION_REQUIRED = "fraction-required"
    NOTHING_TO_RECORD = "nothing-to-record"
    NOT_WITH_THIS_KIND = "not-with-this-kind"
    WRONG_REPLACEMENT = "wrong-replacement"
    INVALID_METHOD = "invalid-method"
    SIDE_MAY_NOT_RECORD = "side-may-not-record"
    NOT_A_MEMBER = "not-a-member"
    MAY_NOT_SPEAK_FOR = "may-not-speak-for"
    ONLY_THE_PROMISEE = "only-the-promisee"
    TIED_TO_THE_PROMISER = "tied-to-the-promiser"
    ONLY_THE_PROMISER = "only-the-promiser"
    ONLY_THE_PARTIES = "only-the-parties"
    ONLY_WHO_RECORDED_IT = "only-who-recorded-it"
    NOT_YOURS_TO_NAME = "not-yours-to-name"
    ONLY_THE_ASKER = "only-the-asker"
    ONLY_THE_BODY_ASKED = "only-the-body-asked"
    ONLY_ANOTHER_SIDE = "only-another-side"
    NOT_THE_RESOLVER = "not-the-resolver"
    STEWARDS_ONLY = "stewards-only"
    ALREADY_ENDED = "already-ended"
    ALREADY_ANSWERED = "already-answered"
    ALREADY_DONE = "already-done"
    NOT_YET_REFERRED = "not-yet-referred"
    PARTNERSHIP_CLOSED = "partnership-closed"
    SUBJECT_ERASED = "subject-erased"
    NOT_DISPUTED = "not-disputed"
    NOT_REPORTED = "not-reported"
    SAME_COMMITMENT = "same-commitment"
    SAME_MEETING = "same-meeting"
    SAME_PERSON = "same-person"
    KEPT_ENTRY_ONLY = "kept-entry-only"
    PERSON_REQUIRED = "person-required"
    EXACTLY_ONE = "exactly-one"
    ENDS_BEFORE_IT_STARTS = "ends-before-it-starts"
    DUE_BEFORE_MADE = "due-before-made"
    BOTH_SIDES_REQUIRED = "both-sides-required"
    ONLY_WHO_CONSULTED = "only-who-consulted"
    NOT_AWARDED = "not-awarded"
    WINDOW_ENDED = "window-ended"
    IN_BOTH_GROUPS = "in-both-groups"
    PERSONAL_IDENTIFIER = "personal-identifier"
    UNFIT_DOCUMENT = "unfit-document"


_IN_WORDS = {
    "party": "organisation or group",
    "interaction": "contact or meeting",
    "commitment": "promise",
    "coverage": "change to what the record covers",
}


def in_words(kind: str) -> str:
    """The field's words for a kind of thing, such as `party`, for which the code has a shorter name."""
    return _IN_WORDS.get(kind, kind)


_I, _F, _C = RefusalKind.INVALID, RefusalKind.FORBIDDEN, RefusalKind.CONFLICT

REASONS: dict[Code, _Reason] = {
    **{
        code: _Reason(RefusalKind.INVALID, f"No such {in_words(code.removeprefix('unknown-'))} is recorded here")
        for code in Code
        if code.startswith("unknown-")
    },
    Code.IMPOSSIBLE_DATE: _Reason(_I, "The calendar has no such date"),
    Code.IN_THE_FUTURE: _Reason(_I, "What has happened cannot lie in the future"),
    Code.BEFORE_WHAT_IT_REFERS_TO: _Reason(_I, "It cannot have happened before what it refers to"),
    Code.KIND_NOT_OF_SIDE: _Reason(_I, "This kind cannot be used here"),
    Code.SAME_PARTY: _Reason(_I, "Two different organisations are needed"),
    Code.REASONS_REQUIRED: _Reason(_I, "Reasons must be given"),
    Code.FRACTION_REQUIRED: _Reason(_I, "A part needs its fraction, and only a part has one"),
    Code.NOTHING_TO_RECORD: _Reason(_I, "Nothing was given to record"),
    Code.NOT_WITH_THIS_KIND: _Reason(_I, "This cannot be said of that kind of record"),
    Code.WRONG_REPLACEMENT: _Reason(_I, "The replacement does not fit the record"),
    Code.INVALID_METHOD: _Reason(_I, "The method document is not valid"),
    Code.SIDE_MAY_NOT_RECORD: _Reason(_F, "Your side may not record this"),
    Code.NOT_A_MEMBER: _Reason(_F, "Your organisation has no seat in this partnership"),
    Code.MAY_NOT_SPEAK_FOR: _Reason(_F, "Your key does not speak for that organisation"),
    Code.ONLY_THE_PROMISEE: _Reason(_F, "Only those promised to may say this"),
    Code.TIED_TO_THE_PROMISER: _Reason(_F, "Someone who belongs to or is paid by who promised may not say this"),
    Code.ONLY_THE_PROMISER: _Reason(_F, "Only who promised may say this"),
    Code.ONLY_THE_ASKER: _Reason(_F, "Only who asked may say this"),
    Code.ONLY_THE_BODY_ASKED: _Reason(_F, "Only the organisation asked may say this"),
    Code.ONLY_ANOTHER_SIDE: _Reason(_F, "Only another side may say this"),
    Code.NOT_THE_RESOLVER: _Reason(_F, "Only the resolver accepted by rule may say this"),
    Code.STEWARDS_ONLY: _Reason(_F, "Only a key that looks after the record may do this"),
    Code.ALREADY_ENDED: _Reason(_C, "It has ended already"),
    Code.ALREADY_ANSWERED: _Reason(_C, "It has been answered already"),
    Code.ALREADY_DONE: _Reason(_C, "It has been recorded already"),
    Code.NOT_YET_REFERRED: _Reason(_C, "It was not referred to that organisation"),
    Code.PARTNERSHIP_CLOSED: _Reason(_C, "The partnership is closed"),
    Code.SUBJECT_ERASED: _Reason(_C, "The person has been forgotten"),
    Code.ONLY_THE_PARTIES: _Reason(_F, "Only those between whom it stands may say this"),
    Code.ONLY_WHO_RECORDED_IT: _Reason(_F, "Only who recorded it, or looks after the record, may do this"),
    Code.NOT_YOURS_TO_NAME: _Reason(_F, "This entry stands for one person whom you have no reason to name"),
    Code.NOT_REPORTED: _Reason(_C, "It has not been reported done"),
    Code.SAME_COMMITMENT: _Reason(_I, "Two different promises are needed"),
    Code.SAME_MEETING: _Reason(_I, "Two different meetings are needed"),
    Code.NOT_DISPUTED: _Reason(_C, "The record is not disputed"),
    Code.SAME_PERSON: _Reason(_I, "Two different people are needed"),
    Code.KEPT_ENTRY_ONLY: _Reason(_C, "This entry was found to be the same person as another, which was kept"),
    Code.PERSON_REQUIRED: _Reason(_I, "A body that is one person needs that person's reference"),
    Code.EXACTLY_ONE: _Reason(_I, "Exactly one of these must be given"),
    Code.ENDS_BEFORE_IT_STARTS: _Reason(_I, "It cannot end before it starts"),
    Code.DUE_BEFORE_MADE: _Reason(_I, "What is promised cannot be due before it was promised"),
    Code.BOTH_SIDES_REQUIRED: _Reason(_I, "Both sides must have agreed"),
    Code.ONLY_WHO_CONSULTED: _Reason(_F, "Only who opened the consultation may say this"),
    Code.NOT_AWARDED: _Reason(_C, "The money has not been awarded"),
    Code.WINDOW_ENDED: _Reason(_I, "The window is over: its outcome can be known already"),
    Code.PERSONAL_IDENTIFIER: _Reason(_I, "Words for everybody hold nothing personal"),
    Code.IN_BOTH_GROUPS: _Reason(_I, "A partnership cannot be compared with itself"),
    Code.UNFIT_DOCUMENT: _Reason(_I, "This file cannot be kept"),
}


COMMON: frozenset[Code] = frozenset(
    {
        *(code for code in Code if code.startswith("unknown-")),
        Code.IMPOSSIBLE_DATE,
        Code.IN_THE_FUTURE,
        Code.BEFORE_WHAT_IT_REFERS_TO,
        Code.SUBJECT_ERASED,
        Code.PARTNERSHIP_CLOSED,
        Code.NOT_A_MEMBER,
        Code.STEWARDS_ONLY,
        Code.SIDE_MAY_NOT_RECORD,
        Code.NOT_YOURS_TO_NAME,
    }
)
"""The codes that any command may be refused with: of references to nothing, impossible times, missing rights."""


class Fault(Struct, frozen=True):
    """One thing wrong with a command: a code, where (JSON pointer into the command), and a sentence."""

    code: Code
    pointer: str
    detail: str

    @property
    def kind(self) -> RefusalKind:
        """The kind of refusal that its code makes."""
        return REASONS[self.code].kind


class Refusal(Struct, frozen=True):
    """Why nothing was recorded: every fault that was found."""

    faults: tuple[Fault, ...]

    @property
    def kind(self) -> RefusalKind:
        """The gravest kind among the faults: forbidden, then invalid, missing, conflict."""
        kinds = {fault.kind for fault in self.faults}
        return next(
            kind
            for kind in (RefusalKind.FORBIDDEN, RefusalKind.INVALID, RefusalKind.MISSING, RefusalKind.CONFLICT)
            if kind in kinds
        )


class Faults:
    """Collects every fault of a command under the place in it where the rule is looking."""

    def __init__(self, at: str = "", noted: list[Fault] | None = None) -> None:
        """Start at a JSON pointer, sharing the list with the faults of the whole command."""
        self._at = at
        self._noted: list[Fault] = [] if noted is None else noted

    def within(self, at: str) -> "Faults":
        """The faults of one part of the command, which are faults of the whole too."""
        return Faults(f"{self._at}/{at}" if at else self._at, self._noted)

    def pointer(self, at: str) -> str:
        """The JSON pointer of a field (empty for the whole)."""
        return f"#{self._at}/{at}" if at else f"#{self._at}"

    def add(self, code: Code, at: str, detail: str) -> None:
        """Note a fault at a field (empty for the whole)."""
        self._noted.append(Fault(code, self.pointer(at), detail))

    def __bool__(self) -> bool:
        """At least one fault was found."""
        return bool(self._noted)

    def refusal(self) -> Refusal:
        """A refusal with every fault, each once."""
        return Refusal(tuple(dict.fromkeys(self._noted)))

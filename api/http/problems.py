"""Problems: the ways in which a request can fail, as problem documents (RFC 9457) from one table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.letting_in import FAULTS_IN_WORDS, AccessFault
from domain.decisions.refusals import REASONS, Code, Refusal, RefusalKind
from domain.errors import FolkmootError
from domain.log import errors as log_errors
from domain.log.memorandum import MemorandumUnusable
from domain.structs import MOST_FAULTS
from domain.vault import SubjectForgotten, UnsealableText, VaultError

PROBLEM_JSON: Final = "application/problem+json"


class ProblemKind(Struct, frozen=True):
    """A kind of problem: its HTTP status, a title, and advice on what to do."""

    status: int
    title: str
    advice: str


PROBLEMS: Final[dict[str, ProblemKind]] = {
    "unreadable": ProblemKind(400, "The request cannot be read", "Send one JSON object in UTF-8."),
    "invalid-query": ProblemKind(400, "The query cannot be used", "Mend the parameters named, or leave them out."),
    "idempotency-key-required": ProblemKind(
        400,
        "An Idempotency-Key is needed",
        "Send a new random Idempotency-Key with each thing you record, and the same one when you try again.",
    ),
    "key-required": ProblemKind(
        401, "A valid key is needed", "Send `Authorization: Bearer` and a key, or a token, that is in force."
    ),
    "not-allowed": ProblemKind(403, "This is not yours to do", "Ask someone whose key may do it."),
    "not-found": ProblemKind(404, "There is no such thing", "Check the address."),
    "method-not-allowed": ProblemKind(405, "This cannot be done here", "Use a method that the Allow header names."),
    "not-acceptable": ProblemKind(406, "No such format", "Accept one of the media types named."),
    "too-slow": ProblemKind(408, "It took too long to come", "Send the same again, with the same Idempotency-Key."),
    "conflict": ProblemKind(409, "Things have moved on", "Read the present state and decide again."),
    "changed-meanwhile": ProblemKind(412, "It has changed since you read it", "Read it again, then try again."),
    "too-large": ProblemKind(413, "This is too large", "Send less than 1 MB, and shorter texts."),
    "address-too-long": ProblemKind(414, "This address is too long", "Ask for less at once."),
    "unsupported-media-type": ProblemKind(415, "Send JSON", "Send `Content-Type: application/json`."),
    "invalid": ProblemKind(422, "This cannot be recorded as it is", "Mend every field named, then send it again."),
    "idempotency-key-reused": ProblemKind(
        422, "This Idempotency-Key was used for something else", "Use a new key for a new thing to record."
    ),
    "too-many-requests": ProblemKind(
        429, "Too many requests", "Wait as many seconds as Retry-After says, then go on more slowly."
    ),
    "too-many-at-once": ProblemKind(
        429, "Others of yours are still being worked out", "Ask for one after another: wait for each answer."
    ),
    "too-many-streams": ProblemKind(
        429, "Too many of your streams are open", "End one that you hold open, or go on with it."
    ),
    "headers-too-large": ProblemKind(431, "The headers are too large", "Send fewer or shorter headers."),
    "internal-error": ProblemKind(
        500, "Something went wrong on our side", "Try again; tell the operator the request id if it persists."
    ),
    "unavailable": ProblemKind(503, "The record cannot be reached now", "Try again shortly; nothing is lost."),
    "busy": ProblemKind(
        503, "Too much is being worked out just now", "Wait as many seconds as Retry-After says, then ask again."
    ),
    "not-built": ProblemKind(
        503, "This list has not been made yet", "The operator makes it with `folkmoot rebuild`; try again then."
    ),
    "behind": ProblemKind(
        503, "This list has not come so far yet", "Try again shortly, or send `Prefer: wait=5` to wait for it."
    ),
}

FIELD_CODES: Final[dict[str, str]] = {
    "unknown-field": "There is no such field",
    "missing": "It must be given",
    "wrong-type": "It is of the wrong type",
    "out-of-bounds": "It is too short, too long, too small, too large, or not of the right form",
    "not-in-list": "It is not on the list",
    "unfit-text": "It holds characters that cannot stand there, or nothing that can be seen",
    "repeated": "It was given more than once",
    "unknown-parameter": "There is no such parameter",
}

_OF_KIND: Final = {
    RefusalKind.FORBIDDEN: "not-allowed",
    RefusalKind.INVALID: "invalid",
    RefusalKind.MISSING: "not-found",
    RefusalKind.CONFLICT: "conflict",
}
_OF_ERROR: Final[dict[type[Exception], tuple[str, str]]] = {
    log_errors.EntryTooLarge: ("too-large", "One entry would take more than 60,000 bytes: shorten its texts or lists."),
    log_errors.Malformed: ("invalid", "It holds a value that cannot be stored, such as a NUL character."),
    log_errors.BeyondHead: ("invalid-query", "The record does not reach that far yet."),
    log_errors.StateMoved: ("changed-meanwhile", "Something was recorded about it meanwhile; nothing of this was."),
    log_errors.BoundaryConflict: ("unavailable", "Others kept recording about the same things; nothing was recorded."),
    log_errors.LockTimeout: ("unavailable", "The record was busy; nothing was recorded."),
    log_errors.DiskFull: (
        "unavailable",
        "The database's disk is full. Tell the operator; then send the same again with the same key.",
    ),
    log_errors.LogUnavailable: (
        "unavailable",
        "The database cannot be reached; send the same again with the same key.",
    ),
    log_errors.LogAmiss: (
        "unavailable",
        "The database holds or answers what it never should; nothing that you sent is at fault. Tell the operator.",
    ),
    log_errors.UnfitServer: ("unavailable", "The database cannot be used as it is set up. Tell the operator."),
    log_errors.LogNotPrepared: ("unavailable", "The database has not been prepared for this version."),
    VaultError: ("unavailable", "A text's key cannot be used: its operator must mend the vault. Tell the operator."),
    MemorandumUnusable: (
        "unavailable",
        "What was destroyed cannot be remembered outside the database. Tell the operator, then send the same again.",
    ),
    SubjectForgotten: ("conflict", "Somebody it names was forgotten meanwhile; leave that person out."),
    UnsealableText: ("invalid", "A text holds half of a character pair and is not Unicode: correct it."),
}


class ProblemFault(Struct, frozen=True, omit_defaults=True):
    """One thing wrong with a request: where, which code, and a sentence."""

    code: str
    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class ProblemDocument(Struct, frozen=True, omit_defaults=True):
    """What went wrong, for programs and for people (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: tuple[ProblemFault, ...] | UnsetType = UNSET
    more_errors: Annotated[int, Meta(description="How many more are wrong than are listed")] | UnsetType = UNSET


class Problem(FolkmootError):
    """A request that fails: ends the work on it and becomes a problem document."""

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[ProblemFault] = (),
        headers: Mapping[str, str] | None = None,
        in_all: int = 0,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors[:MOST_FAULTS])
        self.more = max(in_all, len(errors)) - len(self.errors)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code].status

    def document(self, request_id: str) -> ProblemDocument:
        """The problem document for one request."""
        kind = PROBLEMS[self.code]
        return ProblemDocument(
            type=f"/problems/{self.code}",
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            instance=f"urn:uuid:{request_id}",
            code=self.code,
            errors=self.errors or UNSET,
            more_errors=self.more or UNSET,
        )


def problem_of_refusal(refusal: Refusal, is_in_path: Callable[[str], bool]) -> Problem:
    """The problem of a refused command: 404 where the address names what is not there, else by the gravest kind.

    `is_in_path` tells whether a JSON pointer leads to a field that came from the address.
    """
    unknown = [fault for fault in refusal.faults if fault.code.startswith("unknown-") and is_in_path(fault.pointer)]
    code = "not-found" if unknown else _OF_KIND[refusal.kind]
    faults = [ProblemFault(code=fault.code, detail=fault.detail, pointer=fault.pointer) for fault in refusal.faults]
    first = unknown[0] if unknown else next(each for each in refusal.faults if each.kind is refusal.kind)
    return Problem(code, _sentence(first.detail), faults)


def problem_of_error(error: Exception) -> Problem | None:
    """The problem that an error of the log or the vault is to whoever asked; None for one that is our fault."""
    for error_type in type(error).__mro__:
        if error_type in _OF_ERROR:
            code, detail = _OF_ERROR[error_type]
            headers = {"Retry-After": "2"} if PROBLEMS[code].status == PROBLEMS["unavailable"].status else None
            return Problem(code, detail, headers=headers)
    return None


def meaning_of(code: str) -> tuple[str, str] | None:
    """The title and advice of a problem's or a fault's code; None for one that does not exist."""
    if code in PROBLEMS:
        return PROBLEMS[code].title, PROBLEMS[code].advice
    if code in FIELD_CODES:
        return FIELD_CODES[code], "Mend the field or parameter that it names."
    if code in FAULTS_IN_WORDS:
        return FAULTS_IN_WORDS[AccessFault(code)], "Nothing was done. The detail says what to do."
    try:
        refused = Code(code)
    except ValueError:
        return None
    return REASONS[refused].title, "Nothing was recorded. The detail says what stood in the way."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")

"""Examples of problem documents, one of each kind, as the description of the API shows them."""

from typing import Any, Final

import msgspec

from api.http.problems import Problem, ProblemFault

_REQUEST: Final = "0198a3c2-7b1e-7d40-9f00-5a1c3e2b4d60"
_FAULTY_FIELD: Final = ProblemFault(code="out-of-bounds", detail="must be 0 or more", pointer="#/items/0/count")
_FAULTY_PARAMETER: Final = ProblemFault(code="unknown-parameter", detail="there is no such parameter", parameter="asof")
_DETAILS: Final[dict[str, str]] = {
    "unreadable": "The body is not JSON: it ends too early.",
    "invalid-query": "asof: there is no such parameter.",
    "idempotency-key-required": "Nothing was recorded, so that trying again cannot record it twice.",
    "key-required": "No key was given.",
    "not-allowed": "Nothing that you hold lets you record what happened, as the word of its bodies (`record`).",
    "not-found": "There is no partnership with this id.",
    "method-not-allowed": "This address takes GET and HEAD.",
    "not-acceptable": "This can be given as application/json or text/csv.",
    "too-slow": "It did not come whole within 30 seconds.",
    "conflict": "The promise was acknowledged meanwhile.",
    "changed-meanwhile": 'It is at "218" now.',
    "too-large": "A request may have 1,000,000 bytes.",
    "unsupported-media-type": "The body must be JSON in UTF-8, not compressed, and say so.",
    "invalid": "items/0/count must be 0 or more.",
    "idempotency-key-reused": "Nothing was recorded by this request.",
    "unavailable": "The database cannot be reached; nothing is lost. Try again shortly.",
    "not-built": "The list of promises has not been made yet.",
    "behind": "The list of promises holds everything up to 211, and 218 was asked for.",
}
_FAULTS: Final[dict[str, ProblemFault]] = {"invalid": _FAULTY_FIELD, "invalid-query": _FAULTY_PARAMETER}


def problem_example(code: str, advice: str) -> dict[str, Any]:
    """An example of a problem of this kind; where it has no sentence of its own, its advice stands in the detail."""
    faults = [_FAULTS[code]] if code in _FAULTS else []
    document = Problem(code, _DETAILS.get(code, advice), faults).document(_REQUEST)
    example: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return example

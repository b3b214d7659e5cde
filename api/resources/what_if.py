"""Figures of a partnership by other methods, or without something, side by side. Nothing is recorded."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar
from uuid import UUID

from msgspec import Meta

from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.as_of import MethodName, PastQuery, PinnedPast, pinned, read_known
from api.reading.figures import published_documents
from api.reading.formats import MEDIA, TABLES, Format, table_in
from api.reading.names_and_texts import NamesAndTexts, ids_in
from api.reading.replay_answers import about_partnership
from api.reading.shown_table import ShownTable
from domain.events.partnerships import PartnershipFormed
from domain.text import END
from projections.engine.replay import KnownPartnership, MethodMissing
from projections.method.document import MethodInvalid, load_method, shipped_method
from projections.method.method import Method
from projections.what_if.question import NothingToLeaveOut, WhatIfQuestion, what_if
from projections.what_if.spread import WhatIf
from projections.what_if.spread_table import COLUMNS, spread_rows

INFINITE: Final = "infinite"
_MOST: Final = 10
_SHA256: Final = "[0-9a-f]{64}"
_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DAYS: Final = rf"([1-9][0-9]{{0,4}}|{INFINITE})"
_WEIGHT: Final = r"([1-9][0-9]{0,2}(\.[0-9]{1,3})?|0\.[0-9]{0,2}[1-9])"
_ID: Final = "0b7f3c1e-5a52-4c1e-9f0e-0f6a1f0c7a11"

V = TypeVar("V")


def _list_of(item: str, description: str, example: str) -> Meta:
    more = rf"(,{item}){{0,{_MOST - 1}}}"
    return Meta(
        description=f"{description}; up to {_MOST}, by commas", pattern=f"^{item}{more}{END}", examples=[example]
    )


class WhatIfQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and what to change; when nothing is named, everything usual is."""

    base: Annotated[MethodName, Meta(description="The method to set others against; else the one adopted")] | None = (
        None
    )
    method: (
        Annotated[str, _list_of(_SHA256, "Other methods, published here or shipped, by SHA-256", "0" * 64)] | None
    ) = None
    half_life: Annotated[str, _list_of(_DAYS, f"Half-lives in days, or {INFINITE}", "90,365,infinite")] | None = None
    adverse_weight: Annotated[str, _list_of(_WEIGHT, "Weights on what goes against a body", "2,3")] | None = None
    without_event: Annotated[str, _list_of(_UUID, "Events to leave out, as if withdrawn, each alone", _ID)] | None = (
        None
    )
    without_party: Annotated[str, _list_of(_UUID, "Bodies, by id, to leave out, each alone", _ID)] | None = None
    sensitivity: Annotated[
        bool, Meta(description="Whether to add the usual settings and weights, and each body and act left out")
    ] = False
    composite: Annotated[bool, Meta(description="Whether to combine the headlines of health as well")] = False
    format: Format | None = None


_QUESTION: Final = "What would the figures be under other settings, or without some events or bodies?"


class WhatIfAnswer(WhatIf, frozen=True, kw_only=True):
    """Figures side by side, and beside them, outside the digest, the names of bodies."""

    names: dict[UUID, str]


def _read(call: Call) -> OperationAnswer:
    query: WhatIfQuery = call.query
    question = _question(call, query)
    at = pinned(call, "what-if")
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at, scored_by="base")
    try:
        answer = what_if(call.services.recorder, partnership, question)
    except NothingToLeaveOut as error:
        faults = [
            ProblemFault(code="not-in-list", detail=fault.detail, parameter=fault.parameter) for fault in error.faults
        ]
        raise Problem("invalid-query", f"{faults[0].parameter}: {faults[0].detail}.", faults) from None
    except MethodMissing as error:
        fault = ProblemFault(code="missing", detail=str(error), parameter="base")
        raise Problem("invalid-query", f"base: {fault.detail}.", [fault]) from None
    return _answer(call, at, partnership, answer)


def _answer(call: Call, at: PinnedPast, partnership: KnownPartnership, answer: WhatIf) -> OperationAnswer:
    history = partnership.history
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    words = NamesAndTexts(call.services, entitled=at.entitled)
    names = words.names(set(ids_in(answer, "trustee", "party")), formed=formed, upto=answer.position)
    if call.media in TABLES:
        table = ShownTable(columns=COLUMNS, rows=spread_rows(answer), names=names)
        content: object = table_in(call.media, about_partnership(call, partnership, "What if", _QUESTION, {}), table)
    else:
        content = WhatIfAnswer(**{name: getattr(answer, name) for name in WhatIf.__struct_fields__}, names=names)
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=bool(at.entitled))


def _question(call: Call, query: WhatIfQuery) -> WhatIfQuestion:
    return WhatIfQuestion(
        methods=_methods(call, query.method),
        half_lives_days=_items(query.half_life, lambda text: None if text == INFINITE else float(text)),
        adverse_weights=_items(query.adverse_weight, float),
        without_events=_items(query.without_event, UUID),
        without_parties=_items(query.without_party, UUID),
        sensitivity=query.sensitivity,
        composite=query.composite,
        method_is_named=query.base is not None,
    )


def _items(items: str | None, read: Callable[[str], V]) -> tuple[V, ...]:
    return () if items is None else tuple(read(text.strip()) for text in items.split(","))


def _methods(call: Call, text: str | None) -> tuple[Method, ...]:
    """Methods by SHA-256. Raises Problem 400 naming every one that is not published here or cannot be used."""
    sha256s = _items(text, str)
    documents = published_documents(call.services) if sha256s else {}
    methods: list[Method] = []
    faults: list[ProblemFault] = []
    for sha256 in sha256s:
        try:
            methods.append(shipped_method(sha256) or load_method(documents[sha256].encode()))
        except KeyError:
            detail = f"no method published here has the SHA-256 {sha256}: publish it first"
            faults.append(ProblemFault(code="not-in-list", detail=detail, parameter="method"))
        except MethodInvalid as error:
            faults.append(
                ProblemFault(code="out-of-bounds", detail=f"{sha256} cannot be used: {error}", parameter="method")
            )
    if faults:
        raise Problem("invalid-query", f"method: {faults[0].detail}.", faults)
    return tuple(methods)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/what-if",
        name="read-what-if",
        summary="Read what the figures would be by other methods, or without an event or a body, side by side.",
        tag="Reading",
        handle=_read,
        query=WhatIfQuery,
        answers={200: WhatIfAnswer},
        media=MEDIA,
        conditional=True,
        dear=True,
    ),
)

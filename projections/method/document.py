"""Reading method documents: every fault is named at once, by JSON pointer, and a faulty document gives no method."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct, UnsetType
from msgspec.structs import asdict, fields

from domain.errors import FolkmootError
from domain.expectations import did_you_mean
from domain.values import day_of
from domain.vocabulary import Answer, CodeList, ConditionChange, Facet, Materiality, VariationAnswer
from projections.method.experience_rules import ExperienceRules, MomentRules
from projections.method.method import Method, TrustRules, method_sha256
from projections.method.method_settings import provenance_of, settings_of

_METHODS: Final = files("projections.method").joinpath("methods")
_FIRST: Final = "folkmoot-2026.json"
"""The first method shipped, which says everything that a method must."""

BEHAVIOURAL_FACETS: Final = frozenset(Facet) - {Facet.EXPRESSED}

_DOCUMENTS_REMEMBERED: Final = 32


class MethodFault(Struct, frozen=True):
    """One thing wrong with a document, and where (a JSON pointer)."""

    pointer: str
    detail: str


class MethodInvalid(FolkmootError, ValueError):
    """The document is not a method; `faults` names everything to put right."""

    def __init__(self, faults: tuple[MethodFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.pointer or '/'}: {fault.detail}" for fault in faults))
        self.faults = faults


@lru_cache(_DOCUMENTS_REMEMBERED)
def load_method(document: bytes) -> Method:
    """Read a method from JSON: the same object for the same document. Raises MethodInvalid with every fault found."""
    try:
        content = msgspec.json.decode(document)
        repeated = _repeated(document)
    except (msgspec.DecodeError, ValueError) as error:
        raise MethodInvalid((MethodFault("", f"not readable as JSON: {error}"),)) from error
    except RecursionError as error:
        raise MethodInvalid((MethodFault("", "nested too deeply"),)) from error
    faults = (*_faults_of_shape(content, Method, ""), *(MethodFault("", f"gives {each} twice") for each in repeated))
    if faults:
        raise MethodInvalid((*faults, *_faults_beside(content, faults)))
    method = msgspec.convert(content, Method)
    faults = tuple(_faults_of_sense(method))
    if faults:
        raise MethodInvalid(faults)
    return method


def _repeated(document: bytes) -> list[str]:
    """The names that an object in a document gives more than once: nobody can tell which of the two was meant."""
    repeated: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        repeated.extend(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)

    json.loads(document, object_pairs_hook=note)
    return repeated


def _faults_beside(content: object, faults: Collection[MethodFault]) -> Iterator[MethodFault]:
    """The faults of sense in the parts of a document that can be read, where other parts cannot."""
    if not isinstance(content, dict):
        return
    unread = {fault.pointer.split("/")[1] for fault in faults if fault.pointer}
    readable = {name: part for name, part in content.items() if name not in unread}
    first = msgspec.json.decode(_METHODS.joinpath(_FIRST).read_bytes())
    whole = msgspec.convert(first | readable, Method)
    for fault in _faults_of_sense(whole):
        part, _, below = fault.pointer.removeprefix("/").partition("/")
        speaks_of_unread = part == "provenance" and below.partition(".")[0] in unread
        if part in readable and not speaks_of_unread:
            yield fault


@cache
def shipped_methods() -> tuple[Method, ...]:
    """The methods shipped with this release, in the order in which they were published."""
    methods = [load_method(each.read_bytes()) for each in _METHODS.iterdir() if each.name.endswith(".json")]
    return tuple(sorted(methods, key=lambda method: method.published_on))


def default_method() -> Method:
    """The method used now where none is named or adopted: the newest shipped."""
    return shipped_methods()[-1]


def shipped_by(instant: datetime) -> Method:
    """The newest shipped method published by an instant; the first of them for an earlier one."""
    published = [method for method in shipped_methods() if method.published_on <= day_of(instant)]
    return published[-1] if published else shipped_methods()[0]


def shipped_method(name: str) -> Method | None:
    """The shipped method with this id or SHA-256; None where none has it."""
    return next((method for method in shipped_methods() if name in (method.id, method_sha256(method))), None)


def _faults_of_shape(content: object, kind: Any, pointer: str) -> Iterator[MethodFault]:  # noqa: ANN401 - any type msgspec knows
    """Walk Structs and mappings field by field, so that one fault does not hide the next."""
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(content, dict):
        declared = {field.encode_name: field for field in fields(kind)}
        for name in sorted(content.keys() - declared.keys()):
            yield MethodFault(f"{pointer}/{name}", f"{did_you_mean(name, declared)}no such field")
        for name, field in declared.items():
            if name in content:
                yield from _faults_of_shape(content[name], _setting(field.type), f"{pointer}/{name}")
            elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
                yield MethodFault(f"{pointer}/{name}", "missing")
    elif get_origin(kind) is dict and isinstance(content, dict):
        key_kind, value_kind = kind.__args__
        for key, value in content.items():
            yield from _faults_of_leaf(key, key_kind, f"{pointer}/{key}")
            yield from _faults_of_shape(value, value_kind, f"{pointer}/{key}")
    elif get_origin(kind) is tuple and isinstance(content, list):
        for index, item in enumerate(content):
            yield from _faults_of_shape(item, kind.__args__[0], f"{pointer}/{index}")
    else:
        yield from _faults_of_leaf(content, kind, pointer)


def _setting(kind: Any) -> Any:  # noqa: ANN401 - any type msgspec knows
    """The type of a setting where a method has it: some may be left out."""
    kinds = [each for each in get_args(kind) if each is not UnsetType]
    return kinds[0] if UnsetType in get_args(kind) and len(kinds) == 1 else kind


def _faults_of_leaf(content: object, kind: Any, pointer: str) -> Iterator[MethodFault]:  # noqa: ANN401 - any type msgspec knows
    try:
        msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        yield MethodFault(pointer, str(error))


def _faults_of_sense(method: Method) -> Iterator[MethodFault]:
    """Check what concerns more than one value."""
    for facet in sorted(BEHAVIOURAL_FACETS - method.known_base_rates.keys()):
        yield MethodFault(f"/base_rates/{facet}", "missing: every behavioural facet needs a base rate")
    tables: tuple[tuple[str, type[CodeList], Collection[str]], ...] = (
        ("/commitments/materiality", Materiality, method.commitments.materiality),
        ("/values/influence", Answer, method.values.influence),
        ("/values/variation", VariationAnswer, method.values.variation),
        ("/values/condition", ConditionChange, method.values.condition),
    )
    for pointer, words, table in tables:
        for word in sorted(set(words) - set(table)):
            yield MethodFault(f"{pointer}/{word}", "missing")
    if not any(method.facet_weights.values()):
        yield MethodFault("/facet_weights", "at least one weight must be above 0")
    if not any(method.headline_weights.values()):
        yield MethodFault("/headline_weights", "at least one weight must be above 0")
    lows = [band.low for band in method.bands]
    if lows and (lows[0] != 0 or lows != sorted(set(lows))):
        yield MethodFault("/bands", "must begin at 0 and rise")
    yield from _faults_of_grades(method.trust)
    if method.survey_rules is not None:
        yield from _faults_of_surveys(method.survey_rules)
    yield from _faults_of_provenance(method)
    holidays = method.bank_holidays
    if list(holidays.dates) != sorted(set(holidays.dates)):
        yield MethodFault("/bank_holidays/dates", "must be in order, each once")
    if any(not holidays.first_year <= day.year <= holidays.last_year for day in holidays.dates):
        yield MethodFault("/bank_holidays/dates", "must lie in the years covered")


def _faults_of_grades(trust: TrustRules) -> Iterator[MethodFault]:
    """The grade *some* must ask for no more than the grade *enough* does."""
    enough, some = trust.enough, trust.least_shown
    if some.fewest_acts > enough.fewest_acts:
        yield MethodFault("/trust/some/fewest_acts", f"must not be above {enough.fewest_acts:g}, which is enough")
    if some.least_evidence > enough.least_evidence:
        yield MethodFault("/trust/some/least_evidence", f"must not be above {enough.least_evidence:g}, which is enough")
    if some.widest_interval < enough.widest_interval:
        yield MethodFault(
            "/trust/some/widest_interval", f"must not be below {enough.widest_interval:g}, which is enough"
        )


def _faults_of_surveys(rules: ExperienceRules) -> Iterator[MethodFault]:
    """Drift and noise are learnt by moments or by weighing candidates, not by both and not by neither."""
    candidates = rules.candidates
    for setting in fields(MomentRules):
        is_given = not isinstance(getattr(rules, setting.name), UnsetType)
        if isinstance(candidates, UnsetType) and not is_given:
            yield MethodFault(f"/experience/{setting.name}", "missing, unless there are candidates to weigh")
        elif not isinstance(candidates, UnsetType) and is_given:
            yield MethodFault(f"/experience/{setting.name}", "does nothing where candidates are weighed: leave it out")
    for name, multiples in () if isinstance(candidates, UnsetType) else asdict(candidates).items():
        if list(multiples) != sorted(set(multiples)):
            yield MethodFault(f"/experience/candidates/{name}", "must rise, each once")


def _faults_of_provenance(method: Method) -> Iterator[MethodFault]:
    """Where a setting comes from can be said of settings that there are, or of a group of them."""
    own_settings = settings_of(method)
    for setting in provenance_of(method):
        if not any(name == setting or name.startswith(f"{setting}.") for name in own_settings):
            yield MethodFault(f"/provenance/{setting}", "this method has no such setting")

"""Bodies and queries as declared Structs: every fault named by its place, as a problem (domain/structs.py reads)."""

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NoReturn, TypeVar

from msgspec import Struct
from msgspec.structs import fields as struct_fields

from api.http.problems import Problem, ProblemFault
from domain.decisions.refusals import Code
from domain.expectations import did_you_mean
from domain.structs import MOST_FAULTS, FieldFault, NotAsDeclared, read, read_texts, takes_list
from domain.values import day_of

NESTING: Final = 30

S = TypeVar("S", bound=Struct)
JsonObject = dict[str, Any]


def read_object(data: bytes) -> JsonObject:
    """The JSON object in a body. Raises Problem 400 for anything that is not plainly one."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Problem("unreadable", "The body is not valid UTF-8.") from None
    except RecursionError:
        raise Problem("unreadable", f"The body is nested more than {NESTING} levels deep.") from None
    except json.JSONDecodeError as error:
        raise Problem(
            "unreadable", f"The body is not valid JSON: it breaks off at line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError:
        raise Problem("unreadable", "The body holds a number that is too long.") from None
    _must_be_plain(value, 1)
    if not isinstance(value, dict):
        raise Problem("unreadable", "The body is not a JSON object.")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Problem("unreadable", "The body gives the same key twice in one object.")
    return members


def _no_constant(name: str) -> NoReturn:
    raise Problem("unreadable", f"The body holds {name}, which is not a JSON number.")


def _must_be_plain(value: object, level: int) -> None:
    """Refuse JSON that nobody can store: endless nesting and numbers, half characters. Raises Problem 400."""
    if level > NESTING:
        raise Problem("unreadable", f"The body is nested more than {NESTING} levels deep.")
    match value:
        case dict():
            for name, member in value.items():
                _must_be_plain(name, level)
                _must_be_plain(member, level + 1)
        case list():
            for member in value:
                _must_be_plain(member, level + 1)
        case float() if not math.isfinite(value):
            raise Problem("unreadable", "The body holds a number that is too large.")
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Problem("unreadable", "The body holds half of a character pair, which is not Unicode.") from None


def read_struct(body: Mapping[str, object], struct: type[S]) -> S:
    """A body as a Struct. Raises Problem 422 naming the first faults by JSON pointer."""
    try:
        return read(body, struct)
    except NotAsDeclared as error:
        faults = [ProblemFault(code=each.code, detail=each.detail, pointer=each.pointer) for each in error.faults]
        raise invalid(faults, in_all=error.in_all) from None


def invalid(faults: Sequence[ProblemFault], in_all: int = 0) -> Problem:
    """The problem of a body that was understood and cannot be used; `in_all` counts faults that are not listed too."""
    return Problem("invalid", summary_of(faults, in_all), faults, in_all=in_all)


def read_query(pairs: Sequence[tuple[str, str]], struct: type[S]) -> S:
    """Query parameters as a Struct; those that take a list are repeated for it.

    Raises Problem 400 naming the first faults and the parameters there are.
    """
    declared, lists = _parameters(struct)
    values: dict[str, Any] = {}
    times = Counter(name for name, _ in pairs)
    for name, text in pairs:
        if name in lists:
            values.setdefault(name, []).append(text)
        else:
            values[name] = text
    faults = [
        ProblemFault(code="repeated", detail="give it once", parameter=name)
        for name in sorted(name for name, count in times.items() if count > 1 and name not in lists)
    ]
    in_all = len(faults)
    try:
        query = read_texts(values, struct)
    except NotAsDeclared as error:
        faults += [_of_parameter(each, declared, lists) for each in error.faults]
        in_all += error.in_all
    else:
        if not faults:
            return query
    raise Problem(
        "invalid-query",
        f"{summary_of(faults, in_all)} Parameters here: {', '.join(declared) or 'none'}.",
        faults[:MOST_FAULTS],
        in_all=in_all,
    )


@cache
def _parameters(struct: type[Struct]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The parameters that a query may have, and those of them that take a list."""
    fields = struct_fields(struct)
    return tuple(each.encode_name for each in fields), frozenset(
        field.encode_name for field in fields if takes_list(field.type)
    )


def _of_parameter(fault: FieldFault, declared: Sequence[str], lists: Collection[str]) -> ProblemFault:
    """A fault of a query, by the parameter in which it lies."""
    name = fault.pointer.removeprefix("/").replace("~1", "/").replace("~0", "~")
    name = next((each for each in lists if name.startswith(f"{each}/")), name)
    if fault.code == "unknown-field":
        detail = f"{did_you_mean(name, declared)}there is no such parameter"
        return ProblemFault(code="unknown-parameter", detail=detail, parameter=name)
    return ProblemFault(code=fault.code, detail=fault.detail, parameter=name)


def refuse_future_day(as_of: date | None, now: datetime) -> None:
    """Refuse a day that is yet to come. Raises Problem 400."""
    today = day_of(now)
    if as_of is not None and as_of > today:
        detail = f"{as_of} lies in the future: today is {today}; leave it out to ask about today"
        fault = ProblemFault(code=Code.IN_THE_FUTURE, detail=detail, parameter="as_of")
        raise Problem("invalid-query", summary_of([fault], 1), [fault])


def summary_of(faults: Sequence[ProblemFault], in_all: int) -> str:
    """One sentence on the faults: the only one, or how many."""
    in_all = max(in_all, len(faults))
    if in_all == 1:
        where = faults[0].pointer or faults[0].parameter
        return f"{where}: {faults[0].detail}."
    if in_all > MOST_FAULTS:
        return f"{in_all:,} things are wrong; the first {MOST_FAULTS} are listed in errors."
    return f"{in_all} things are wrong; each is listed in errors."

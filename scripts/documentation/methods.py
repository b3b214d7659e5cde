"""The page of the reference about scoring methods: every setting, what it may be, and what each shipped method has."""

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

from msgspec import Meta, Struct, UnsetType
from msgspec.structs import fields

from projections.method.document import shipped_methods
from projections.method.method import Method, method_sha256
from projections.method.method_settings import provenance_of, settings_of
from scripts.documentation.markdown import page, table, title

_LONGEST: Final = 6


def methods_page() -> str:
    """Describe the settings of methods, part by part, and the methods that come with this release."""
    methods = shipped_methods()
    lines = [
        *title("Methods"),
        "A method is a JSON document with every number that a figure depends on beside the record.",
        "`folkmoot method show` prints one, `diff` compares two, `calibrate` fits one, `publish` makes it known; see",
        "[Calibrate and publish a method](../how-to/calibrate-a-method.md). A setting that a method leaves out came",
        "later, and without it figures are what they were before there was such a setting.",
        "",
    ]
    rows = [(f"`{each.id}`", each.title, str(each.published_on), f"`{method_sha256(each)}`") for each in methods]
    lines += table(("Shipped", "Title", "Published on", "SHA-256"), rows)
    for field in fields(Method):
        lines += _part(field.name, _kind(field.type), methods)
    lines += ["## Where the numbers of the newest come from", ""]
    lines += table(("Setting", "From"), [(f"`{name}`", text) for name, text in provenance_of(methods[-1]).items()])
    return page(lines)


def _part(name: str, kind: Any, methods: tuple[Method, ...]) -> Iterator[str]:  # noqa: ANN401 - any type msgspec knows
    values = [settings_of(method) for method in methods]
    settings = [each for each in dict.fromkeys(each for of_one in values for each in of_one) if _is_in(each, name)]
    if not settings:
        return
    yield from (f"## {name}", "")
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield from (" ".join((kind.__doc__ or "").split()), "")
    rows = [(f"`{each}`", _allowed(each), *(_value(of_one, each) for of_one in values)) for each in settings]
    yield from table(("Setting", "May be", *(f"`{method.id}`" for method in methods)), rows)


def _is_in(setting: str, part: str) -> bool:
    return setting == part or setting.startswith(f"{part}.")


def _value(settings: dict[str, Any], setting: str) -> str:
    if setting not in settings:
        return "left out"
    match settings[setting]:
        case None:
            return "null"
        case float() as number:
            return f"{number:g}"
        case list() as items:
            return f"{len(items)} of them" if len(items) > _LONGEST else ", ".join(map(str, items))
        case value:
            return str(value)


def _allowed(setting: str) -> str:
    """The values a setting may have, from the bounds that its type declares."""
    kind: Any = Method
    for name in setting.split("."):
        kind = _kind(kind)
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        else:
            kind = next(field.type for field in fields(kind) if field.encode_name == name)
    return ", ".join(_bounds(_kind(kind)))


def _bounds(kind: Any) -> Iterator[str]:  # noqa: ANN401 - any type msgspec knows
    if type(None) in get_args(kind):
        for part in get_args(kind):
            if part is not type(None):
                yield from _bounds(part)
        yield "or null"
        return
    for meta in getattr(kind, "__metadata__", ()):
        if isinstance(meta, Meta):
            yield from (
                f"{words} {bound:g}"
                for words, bound in (
                    ("at least", meta.ge),
                    ("above", meta.gt),
                    ("at most", meta.le),
                    ("below", meta.lt),
                )
                if bound is not None
            )


def _kind(kind: Any) -> Any:  # noqa: ANN401 - any type msgspec knows
    """The type of a setting where a method has it."""
    kinds = [each for each in get_args(kind) if each is not UnsetType]
    return kinds[0] if UnsetType in get_args(kind) and len(kinds) == 1 else kind

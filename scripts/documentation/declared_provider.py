"""The page about the file that declares a provider of sign-on: each field, and the roles that it can name."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields

from api.access.signed_on import ROLE_NAMES
from api.sign_on.provider_file import ClaimRow, ProviderFile
from scripts.documentation.markdown import page, table, title


def provider_file_page() -> str:
    """Describe the file that declares a provider, field by field."""
    lines = [
        *title("The provider file"),
        "What `FOLKMOOT_SIGN_ON_FILE` names, in TOML. A whole one stands in",
        "[sign on with your council's provider](../how-to/sign-on-with-your-provider.md).",
        "",
    ]
    for heading, struct in (("Provider", ProviderFile), ("A row of `[[roles]]`", ClaimRow)):
        lines += [f"## {heading}", "", *table(("Field", "By default", "Meaning"), map(_declared_field, fields(struct)))]
    roles = (f"`{name}`{' (needs an organisation)' if is_bound else ''}" for name, is_bound in ROLE_NAMES.items())
    return page([*lines, "## Roles", "", f"{', '.join(roles)}.", ""])


def _declared_field(field: FieldInfo) -> tuple[str, str, str]:
    default = "" if field.default is NODEFAULT else _default(field.default)
    described = next(meta.description for meta in field.type.__metadata__ if meta.description)
    allowed = next((get_args(each) for each in _within(field.type) if get_origin(each) is Literal), ())
    choices = f": {', '.join(f'`{each}`' for each in allowed)}" if allowed else ""
    return f"`{field.encode_name}`", default, f"{described}{choices}"


def _default(value: object) -> str:
    if value is None or value == ():
        return "none"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def _within(annotation: object) -> Iterator[object]:
    """An annotation and those inside it."""
    yield annotation
    for inner in get_args(annotation):
        yield from _within(inner)

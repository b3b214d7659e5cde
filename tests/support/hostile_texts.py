"""A county told by somebody hostile: every text that people may write carries what would run in a page."""

from typing import Any

from msgspec import inspect
from msgspec.structs import replace

from domain.decisions.command import Command
from domain.decisions.documents import AttachDocument
from domain.text import TextForm
from scripts.demonstration.county import CountyPlan

MARK = "x-hostile"
"""The element that stands in a page wherever a text was taken for markup."""
HOSTILE = (
    f"'\"></title></textarea></script>--><{MARK} onfocus=alert(1) autofocus tabindex=1></{MARK}>{{{{7*7}}}}{'w' * 50}"
)
"""Added to a text; one line, so that names take it too, and a word wider than a telephone."""
IN_A_FILE_NAME = f"'{{{{7+7}}}}&lt;{MARK}&gt;{'w' * 50} "
"""Put before the name of a file, which may have none of the signs that begin an element."""
_WRITTEN = (TextForm.NAME, TextForm.TEXT)


def told_hostilely(plan: CountyPlan) -> CountyPlan:
    """The same plan with hostile texts in every act."""
    return replace(plan, acts=tuple(replace(act, command=_hostile(act.command)) for act in plan.acts))


def _hostile(command: Command) -> Command:
    if isinstance(command, AttachDocument):
        return replace(command, name=IN_A_FILE_NAME + command.name)
    changed: Command = _changed(command, inspect.type_info(type(command)))
    return changed


def _changed(value: Any, declared: inspect.Type) -> Any:
    """The value of a declared type, with something added to every text in it that people write."""
    match declared:
        case inspect.Metadata(type=inner, extra=extra) if (extra or {}).get("form") in _WRITTEN:
            longest = getattr(inner, "max_length", None)
            return value if longest is not None and len(value) + len(HOSTILE) > longest else value + HOSTILE
        case inspect.Metadata(type=inner):
            return _changed(value, inner)
        case inspect.StructType(fields=fields):
            changes = {field.name: _changed(getattr(value, field.name), field.type) for field in fields}
            return replace(value, **changes)
        case inspect.UnionType(types=types):
            return next((_changed(value, each) for each in types if _is_of(value, each)), value)
        case inspect.VarTupleType(item_type=item):
            return tuple(_changed(each, item) for each in value)
    return value


def _is_of(value: Any, declared: inspect.Type) -> bool:
    match declared:
        case inspect.Metadata(type=inner):
            return _is_of(value, inner)
        case inspect.StructType(cls=cls):
            return isinstance(value, cls)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.VarTupleType():
            return isinstance(value, tuple)
    return False

"""The page about projections: the question each answers, its columns, and the events it handles."""

from collections.abc import Iterator

from domain.events import name_of
from projections.declaration import Projection
from projections.views import projections as declared
from scripts.documentation.markdown import page, table, title


def projections_page() -> str:
    """Describe every projection and each of its columns."""
    lines = [
        *title("Projections"),
        "Each is a function of one partnership's history, a day and a scoring method, and of nothing else. Ask for one",
        "with `folkmoot replay PARTNERSHIP --view NAME` or at `/v1/partnerships/{partnership_id}/NAME`.",
        "",
    ]
    for projection in sorted(declared().values(), key=lambda each: each.name):
        lines += _projection(projection)
    return page(lines)


def _projection(projection: Projection) -> Iterator[str]:
    handled = ", ".join(f"[{name}](events.md#{name})" for name in sorted(name_of(body) for body in projection.handles))
    yield from (f"## {projection.name}", "", projection.question, "")
    yield f"* Version {projection.version}; a row is told apart by {', '.join(f'`{key}`' for key in projection.key)}."
    yield f"* Made from: {handled}."
    yield f"* Not from the others: {projection.ignores_rest.rstrip('.')}."
    yield ""
    yield from table(("Column", "Meaning"), [(f"`{name}`", text) for name, text in projection.described().items()])

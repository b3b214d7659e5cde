"""Pages about commands and who may give them, projections, the tables of extracts, and settings."""

from collections.abc import Iterator
from typing import Final

import domain.decisions  # noqa: F401 - registers every command
from api.runtime import settings
from domain.decisions.authority import BY_RELATION, TABLE
from domain.decisions.command import Command, commands
from domain.decisions.refusals import REASONS, RefusalKind
from domain.decisions.warnings import SENTENCES, Slip
from domain.events.declaration import declarations, name_of
from domain.events.english import words
from domain.vocabulary import Side
from projections.declaration import Projection
from projections.reviews.comparison_tables import COMPARISON_TABLES
from projections.reviews.data_package import type_of
from projections.reviews.extract_tables import TABLES, ExtractTable
from projections.views import projections
from scripts.documentation.markdown import page, table, title

_ANSWERED = {
    RefusalKind.INVALID: "give better input",
    RefusalKind.MISSING: "it is not there",
    RefusalKind.FORBIDDEN: "somebody else may",
    RefusalKind.CONFLICT: "not as things stand",
}
_PREFACE: Final = """# Settings

Settings come from the environment. `folkmoot settings` shows those in force, secrets masked. An unknown `FOLKMOOT_*`
ends every command with exit code 78 and a suggestion.

| variable | by default | what it is for |
|---|---|---|
"""


def commands_page() -> str:
    """Describe every command, and every reason for which one is refused."""
    lines = [
        *title("Commands and refusals"),
        "A command is decided whole: either all that follows from it is recorded, or nothing is and every reason why",
        "not is given. The refusals of references and times (something unknown, a date that does not exist, that lies",
        "in the future or before what it refers to), of seats and of sides are common to all commands.",
        "",
        "## Commands",
        "",
    ]
    for name, declared in commands().items():
        lines += _command(name, declared)
    lines += ["## Refusals", ""]
    rows = [(f"`{code}`", reason.title, _ANSWERED[reason.kind]) for code, reason in REASONS.items()]
    lines += table(("Code", "Meaning", "What helps"), rows)
    lines += [
        "",
        "## Warnings",
        "",
        "What is allowed but may be a slip of the pen is recorded as sent, and the receipt asks about it once, in",
        "`warnings`: a code, the place in what was sent, and a sentence. A repeat answers with the same.",
        "",
    ]
    warnings = [(f"`{slip}`", SENTENCES[slip].format(about="…")) for slip in Slip]
    lines += table(("Code", "What it asks"), warnings)
    return page(lines)


def _command(name: str, declared: type[Command]) -> Iterator[str]:
    yield from (f"### {name}", "", " ".join((declared.__doc__ or "").split()), "")
    if declared.stewards_only:
        yield "* Only for keys that look after the record."
    if declared.refuses:
        yield f"* Refuses: {', '.join(f'`{code}`' for code in declared.refuses)}."
    yield f"* Fields: {', '.join(f'`{field}`' for field in declared.__struct_fields__)}."
    yield ""


def authority_page() -> str:
    """Show which side's word may stand as the record of which event."""
    lines = [
        *title("Who may record what"),
        "A cell says whether that side's word may stand as the record of that event. Rules about single promises, asks",
        "and attestations come on top of it. Keys that look after the record (operators, imports) set down the word of",
        "others and are not bound by the table.",
        "",
    ]
    rows = [
        (f"`{declared.name}`", *("yes" if side in TABLE[declared.body] else "" for side in Side))
        for declared in declarations()
    ]
    lines += table(("Event", *(words(side) for side in Side)), rows)
    lines += [
        "## What is somebody's",
        "",
        "An entry of a register, and a seat, is somebody's. To stand on the same side is not enough to touch it:",
        "beside keys that look after the record, only these may, and so may they mend what made it.",
        "",
    ]
    lines += table(("Event", "Recorded by"), [(f"`{name_of(event)}`", who) for event, who in BY_RELATION.items()])
    return page(lines)


def projections_page() -> str:
    """Describe every projection and each of its columns."""
    lines = [
        *title("Projections"),
        "Each is a function of one partnership's history, a day and a scoring method, and of nothing else. Ask for one",
        "with `folkmoot replay PARTNERSHIP --view NAME` or at `/v1/partnerships/{partnership_id}/NAME`.",
        "",
    ]
    for projection in sorted(projections().values(), key=lambda projection: projection.name):
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


def extracts_page() -> str:
    """Describe every table of an extract and each of its columns."""
    lines = [
        *title("Tables of frozen extracts"),
        "What `folkmoot review freeze` writes, as CSV and as Parquet. An empty cell is a missing one.",
        "[Freeze a review](../how-to/freeze-a-review.md) says how.",
        "",
    ]
    for extract_table in TABLES:
        lines += _table(extract_table)
    lines += (
        "## Comparisons",
        "",
        "What `folkmoot review diff --to` and a comparison over the API write, as CSV beside the whole as JSON.",
        "",
    )
    for extract_table in COMPARISON_TABLES:
        lines += _table(extract_table)
    return page(lines)


def _table(described: ExtractTable) -> Iterator[str]:
    yield from (f"## {described.name}", "", described.question, "")
    yield f"* Rows are told apart by {', '.join(f'`{name}`' for name in described.key)}."
    for link in described.links:
        yield f"* {', '.join(f'`{name}`' for name in link.columns)} names a row of [{link.table}](#{link.table})."
    yield ""
    rows = [
        (
            f"`{column.name}`",
            type_of(column)["type"],
            "" if column.optional else "yes",
            column.description,
            f"`{column.example}`",
        )
        for column in described.columns
    ]
    yield from table(("Column", "Type", "Always there", "Meaning", "Example"), rows)


def settings_page() -> str:
    """Write the table."""
    rows = (
        f"| `{setting.variable}` | {f'`{setting.default}`' if setting.default else 'none'} | "
        f"{setting.meaning}{' **Secret.**' if setting.secret else ''} |"
        for setting in settings.TABLE
    )
    return _PREFACE + "\n".join(rows) + "\n"

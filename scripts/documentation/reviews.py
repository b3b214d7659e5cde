"""The page about the tables of frozen extracts, from the declarations of their rows."""

from collections.abc import Iterator

from projections.reviews.comparison_tables import COMPARISON_TABLES
from projections.reviews.data_package import type_of
from projections.reviews.extract_tables import TABLES, ExtractTable
from scripts.documentation.markdown import page, table, title


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

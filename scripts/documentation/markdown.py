"""Writing Markdown: titles, tables and links of the generated pages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

NOTE: Final = "Written by `folkmoot reference` from the declarations in the code. Change those, not this page."


def title(text: str) -> list[str]:
    """Begin a generated page."""
    return [f"# {text}", "", NOTE, ""]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def link(page: str, heading: str) -> str:
    """Link to a heading of a page."""
    return f"[{heading}]({page}#{heading.lower().replace(' ', '-')})"


def capital(text: str) -> str:
    """Begin with a capital letter, leaving the rest as it is."""
    return text[:1].upper() + text[1:]


def page(lines: Iterable[str]) -> str:
    """Put lines together as a file."""
    return "\n".join(lines).rstrip("\n") + "\n"

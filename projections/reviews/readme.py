"""The page that goes with an extract: what it is, how to read it, what to beware of, how to cite and check it."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined

from projections.method.method import Method
from projections.reviews.extract_tables import TABLES
from projections.reviews.manifest import ExtractFile, Manifest

README: Final = "README.md"
_TEMPLATE: Final = "readme.md.jinja"


def readme(manifest: Manifest, method: Method, files_by_path: Mapping[str, ExtractFile]) -> bytes:
    """Write the page; `files_by_path` gives the files of tables by path."""
    # autoescape: Markdown, which nobody's browser runs; there is nothing to escape.
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - above
    template = environment.from_string(files("projections.reviews").joinpath(_TEMPLATE).read_text("utf-8"))
    return template.render(
        manifest=manifest,
        review=manifest.registered,
        seen=manifest.registered.beforehand,
        tables=[(table, files_by_path[f"{table.name}.{form}"]) for form in manifest.forms for table in TABLES],
        hindsight=[
            str(facet)
            for facet, rate in sorted(method.base_rates.items())
            if rate.calibrated_on is not None and manifest.position < rate.calibrated_on
        ],
    ).encode()

"""The files that describe an extract: its dictionary, its data package and its page, made from what tables declare."""

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

import msgspec
from jinja2 import Environment, StrictUndefined

from domain.csv_writer import CsvWriter
from projections.method.method import Method
from projections.reviews.extract_tables import TABLES, ExtractTable, TableColumn, tables_by
from projections.reviews.manifest import ExtractFile, Manifest
from projections.reviews.table_files import ExtractFormat, cell

DICTIONARY: Final = "data-dictionary.csv"
PACKAGE: Final = "datapackage.json"
README: Final = "README.md"
_TEMPLATE: Final = "readme.md.jinja"
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_DICTIONARY_HEAD: Final = ("table", "column", "type", "unit", "required", "description", "allowed_values", "example")
_TYPES: Final[dict[type, dict[str, str]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "date"},
    datetime: {"type": "datetime"},
}
_MEDIA: Final = {ExtractFormat.CSV: "text/csv", ExtractFormat.PARQUET: "application/vnd.apache.parquet"}


def dictionary(tables: Iterable[ExtractTable] = TABLES) -> bytes:
    """Describe every column of tables, by default those of an extract, as CSV."""
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.write(_DICTIONARY_HEAD)
    for table in tables:
        for column in table.columns:
            required = cell(not column.optional)
            codes = "; ".join(column.codes)
            values = (type_of(column)["type"], column.unit, required, column.description, codes, column.example)
            writer.write([table.name, column.name, *values])
    return out.getvalue().encode()


def package(manifest: Manifest, extract_files: Iterable[ExtractFile]) -> bytes:
    """Describe the package (Data Package 2.0): every file of a table with its schema, keys and digest."""
    files_by_path = {each.path: each for each in extract_files}
    resources = [
        _resource(table, form, files_by_path[f"{table.name}.{form}"])
        for form in manifest.forms
        for table in TABLES
        if f"{table.name}.{form}" in files_by_path
    ]
    described = {
        "$schema": _PROFILE,
        "name": f"review-{manifest.review_id}",
        "id": f"urn:uuid:{manifest.review_id}",
        "title": manifest.registered.question,
        "description": f"Frozen at position {manifest.position}, as of {manifest.as_of}; see README.md.",
        "version": f"{manifest.position}.0.0",
        "sources": [
            {"title": f"Folkmoot log {manifest.log_id}, first {manifest.position} events, root {manifest.tree_root}"}
        ],
        "resources": resources,
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def _resource(table: ExtractTable, form: ExtractFormat, file: ExtractFile) -> dict[str, Any]:
    return {
        "name": table.name if form is ExtractFormat.CSV else f"{table.name}-{form}",
        "path": file.path,
        "description": table.question,
        "format": str(form),
        "mediatype": _MEDIA[form],
        **({"encoding": "utf-8"} if form is ExtractFormat.CSV else {}),
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": _schema(table, form),
    }


def _schema(table: ExtractTable, form: ExtractFormat) -> dict[str, Any]:
    suffix = "" if form is ExtractFormat.CSV else f"-{form}"
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {
                "fields": list(link.columns),
                "reference": {"resource": f"{link.table}{suffix}", "fields": list(link.theirs)},
            }
            for link in table.links
        ],
    }


def _field(column: TableColumn) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.optional else {"required": True}
    if column.codes:
        constraints["enum"] = list(column.codes)
    return {"name": column.name, **type_of(column), "description": column.description, "constraints": constraints}


def type_of(column: TableColumn) -> dict[str, str]:
    """The type of a column in the words of a table schema."""
    return {"type": "string"} if column.codes else _TYPES[column.type]


def readme(manifest: Manifest, method: Method, files_by_path: Mapping[str, ExtractFile]) -> bytes:
    """Write the page that says how to read, cite and check an extract; `files_by_path` gives the files of tables."""
    # autoescape: Markdown, which nobody's browser runs; there is nothing to escape.
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - above
    template = environment.from_string(files("projections.reviews").joinpath(_TEMPLATE).read_text("utf-8"))
    return template.render(
        manifest=manifest,
        review=manifest.registered,
        seen=manifest.registered.beforehand,
        tables=[
            (table, files_by_path[f"{table.name}.{form}"]) for form in manifest.forms for table in tables_by(method)
        ],
        hindsight=[
            str(facet)
            for facet, rate in sorted(method.known_base_rates.items())
            if rate.is_hindsight(manifest.position, manifest.as_of)
        ],
    ).encode()

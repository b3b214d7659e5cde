"""The files of tables: CSV and Parquet, the same bytes for the same rows, wherever and whenever they are made.

Figures are rounded to six places, which is how far they agree across processor architectures.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from uuid import UUID

from domain.csv_writer import CsvWriter, inert
from domain.errors import FolkmootError
from domain.vocabulary import CodeList
from projections.reviews.extract_tables import ExtractTable, TableColumn, TableRow

DECIMALS: Final = 6


class ExtractFormat(CodeList):
    """A format in which tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


class ExportMissing(FolkmootError):
    """Parquet was asked for and what writes it is not installed."""


class TableFiles:
    """The files of one table while they are written, batch after batch."""

    def __init__(self, table: ExtractTable, folder: Path, forms: Sequence[ExtractFormat]) -> None:
        self.rows = 0
        self._columns = table.columns
        self._open = ExitStack()
        self._csv: CsvWriter | None = None
        self._parquet: Any = None
        if ExtractFormat.CSV in forms:
            file = self._open.enter_context((folder / f"{table.name}.csv").open("w", encoding="utf-8", newline=""))
            self._csv = CsvWriter(file)
            self._csv.write([column.name for column in self._columns])
        if ExtractFormat.PARQUET in forms:
            self._arrow = arrow()
            self._schema = schema_of(self._arrow, table)
            self._parquet = self._open.enter_context(_parquet_writer(folder / f"{table.name}.parquet", self._schema))

    def write(self, rows: Sequence[TableRow]) -> None:
        """Add rows, in the order given."""
        self.rows += len(rows)
        values = [[_plain(getattr(row, column.name)) for column in self._columns] for row in rows]
        if self._csv is not None:
            for row in values:
                self._csv.write([cell(value) for value in row])
        if self._parquet is not None and rows:
            arrays = [
                _array(self._arrow, [row[index] for row in values], field) for index, field in enumerate(self._schema)
            ]
            self._parquet.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Finish the files."""
        self._open.close()


@contextmanager
def table_files(
    tables: Iterable[ExtractTable], folder: Path, forms: Sequence[ExtractFormat]
) -> Iterator[dict[str, TableFiles]]:
    """Open the files of several tables, by name. Raises ExportMissing."""
    if ExtractFormat.PARQUET in forms:
        arrow()  # says what is missing before anything is written
    with ExitStack() as stack:
        files: dict[str, TableFiles] = {}
        for table in tables:
            files[table.name] = TableFiles(table, folder, forms)
            stack.callback(files[table.name].close)
        yield files


def arrow() -> ModuleType:
    """The library that writes Parquet. Raises ExportMissing."""
    try:
        import_module("pyarrow.parquet")  # an extra: whoever writes CSV alone does without it
        return import_module("pyarrow")
    except ImportError:
        command = f"python3 -m pip --python {sys.executable} install 'pyarrow>=22'"
        raise ExportMissing(
            f"Parquet needs pyarrow, and it is not here: run `{command}`, or ask for csv alone"
        ) from None


def schema_of(pa: ModuleType, table: ExtractTable) -> Any:  # noqa: ANN401 - an Arrow schema
    """The Arrow schema of a table, with what each column means."""
    return pa.schema(
        [
            pa.field(column.name, _type(pa, column), column.optional, {"description": column.description})
            for column in table.columns
        ],
        {"description": table.question},
    )


@contextmanager
def _parquet_writer(path: Path, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - Arrow's own types
    # Everything that the bytes depend on is said here; what is left is the version of the library, which is locked.
    parquet = arrow().parquet
    with parquet.ParquetWriter(
        path, schema, version="2.6", compression="zstd", compression_level=3, data_page_version="1.0"
    ) as writer:
        yield writer


def _type(pa: ModuleType, column: TableColumn) -> Any:  # noqa: ANN401 - an Arrow type
    if column.codes:
        return pa.dictionary(pa.int32(), pa.string())
    return {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        str: pa.string(),
        UUID: pa.string(),
        date: pa.date32(),
        datetime: pa.timestamp("us", "UTC"),
    }[column.type]


def _array(pa: ModuleType, values: list[Any], field: Any) -> Any:  # noqa: ANN401 - Arrow's own types
    if pa.types.is_dictionary(field.type):
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, field.type)


def rounded(value: float) -> float:
    """Round a figure to the places that files have; -0 is 0."""
    return round(value, DECIMALS) + 0.0


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a row holds
    match value:
        case float():
            return rounded(value)
        case Enum():
            return str(value.value)
        case UUID():
            return str(value)
        case _:
            return value


def cell(value: Any) -> str:  # noqa: ANN401, PLR0911 - one return for each kind of value
    """Write a value as a cell of CSV: empty for missing, days and instants by ISO 8601, no thousands separators."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case str():
            return inert(value)
        case _:
            return str(value)

"""Files of CSV: known by their first bytes, unpacked where they are gzipped, and decoded."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final, TextIO, cast

from domain.errors import FolkmootError
from domain.imports.csv_reader import TooLarge

_GZIP: Final = b"\x1f\x8b"
_NOT_CSV: Final = {
    b"PK\x03\x04": "an Excel workbook or another zip archive: save its sheet as CSV (UTF-8), and unpack an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save its sheet as CSV (UTF-8)",
    b"%PDF": "a PDF: import the table that it was made from, as CSV (UTF-8)",
    b"BZh": "packed with bzip2: unpack it, or pack it with gzip",
    b"\xfd7zXZ": "packed with xz: unpack it, or pack it with gzip",
    b"(\xb5/\xfd": "packed with zstd: unpack it, or pack it with gzip",
}
_MARKS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class UnreadableSpreadsheet(FolkmootError):
    """The file is no spreadsheet that the mapping is about; the message says what to do."""


@contextmanager
def opened_csv(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file for reading, line ends kept. Whatever goes wrong until it is closed is UnreadableSpreadsheet."""
    file_name = shown_name(path)
    try:
        with _text(path, encoding) as stream:
            yield stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        why = "it is cut short" if isinstance(error, EOFError) else "it is damaged, or more stands after its end"
        raise UnreadableSpreadsheet(f"{file_name}: its gzip cannot be unpacked ({why}): get the file again") from error
    except OSError as error:
        raise UnreadableSpreadsheet(f"{file_name}: cannot be read ({error.strerror or error})") from error
    except UnicodeError as error:
        raise UnreadableSpreadsheet(f"{file_name}: its bytes are not {encoding}: {error}") from error
    except TooLarge as error:
        raise UnreadableSpreadsheet(f"{file_name}: {error}") from error


def shown_name(path: Path) -> str:
    """A file's name as it can be printed, whatever bytes it is made of."""
    return path.name.encode("utf-8", "replace").decode()


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    file_name = shown_name(path)
    if path.exists() and not path.is_file():
        reason = "a folder" if path.is_dir() else "no file that can be read twice: save it as one first"
        raise UnreadableSpreadsheet(f"{file_name}: cannot be read: it is {reason}")
    with path.open("rb") as packed:
        is_gzip = packed.peek(2).startswith(_GZIP)
        if path.suffix == ".gz" and not is_gzip:
            raise UnreadableSpreadsheet(f"{file_name}: it is named .gz and is no gzip: name it .csv, or get it again")
        unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=packed)) if is_gzip else packed
        _must_be_text(file_name, unpacked.peek(16), encoding)  # type: ignore[attr-defined]  # both buffers have it, IO has not
        with TextIOWrapper(unpacked, encoding=encoding, errors="surrogateescape", newline="") as stream:
            yield stream


def _must_be_text(file_name: str, beginning: bytes, encoding: str) -> None:
    for sign, what in _NOT_CSV.items():
        if beginning.startswith(sign):
            raise UnreadableSpreadsheet(f"{file_name}: it is no CSV but {what}")
    for mark, kind in _MARKS.items():
        if beginning.startswith(mark):
            if kind not in codecs.lookup(encoding).name:
                what = f'save it as CSV (UTF-8), or let the mapping say encoding = "{kind}"'
                raise UnreadableSpreadsheet(f"{file_name}: it is encoded as {kind} and not as {encoding}: {what}")
            return

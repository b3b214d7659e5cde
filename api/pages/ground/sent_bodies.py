"""Bodies of forms: the fields that a browser sent, and the one file that some forms come with, held in memory alone."""

from collections.abc import Mapping
from typing import Any, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from api.http.dispatch import read_bounded
from api.http.problems import Problem
from api.limits.request_sizes import BODY_BYTES, DOCUMENT_BODY_BYTES
from api.pages.ground.page import FormFields, SentFile

_FORM: Final = "application/x-www-form-urlencoded"
"""As browsers send forms without files; in the other way a sender could name any charset that the parser knows."""
ONE_CLICK: Final = "List-Unsubscribe"
"""The field that a program sends with the value One-Click (RFC 8058), in either way of sending forms."""
_WITH_FILE: Final = "multipart/form-data"
_FIELDS: Final = 2_000
_FIELDS_WITH_FILE: Final = 200
_LONGEST_FIELD: Final = 30_000
"""Twice as many letters as any text may have that is kept: what is longer is not shown again either."""
_TOO_LONG: Final = "A text in this form is too long to be kept. Go back and shorten it. Nothing was recorded."
_FILE_TOO_LARGE: Final = "A document may have 10 MB. Go back and choose a smaller one. Nothing was recorded."
_UNREADABLE: Final = "This form cannot be read. Go back and send it again. Nothing was recorded."


async def read_form(request: Request, *, takes_file: bool) -> FormFields:
    """The form that was sent, of bounded size, in bounded time; one that takes a file may be larger. Raises Problem."""
    if _media(request) != (_WITH_FILE if takes_file else _FORM):
        raise Problem("unsupported-media-type", "A form must be sent as browsers send forms.")
    try:
        body = await read_bounded(request, DOCUMENT_BODY_BYTES if takes_file else BODY_BYTES)
    except Problem as problem:
        if problem.code == "too-large":
            detail = _FILE_TOO_LARGE if takes_file else _TOO_LONG
            raise Problem(problem.code, detail, headers=problem.headers) from None
        raise
    form = parts_of(request.headers.get("Content-Type", ""), body) if takes_file else await _fields_of(request, body)
    if any(len(text) > _LONGEST_FIELD for name in form.names() for text in form.many(name)):
        raise Problem("too-large", _TOO_LONG)
    return form


async def read_one_click(request: Request) -> FormFields:
    """The form that was sent by a person, or by a program that has one press to make. Raises Problem."""
    if _media(request) != _WITH_FILE:
        return await read_form(request, takes_file=False)
    is_one_click = ONE_CLICK.encode() in await read_bounded(request)
    return FormFields(ImmutableMultiDict({ONE_CLICK: "One-Click"} if is_one_click else {}))


def _media(request: Request) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def _fields_of(request: Request, body: bytes) -> FormFields:
    async def receive_body() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        return FormFields(await Request(request.scope, receive_body).form(max_fields=_FIELDS))
    except HTTPException:
        raise Problem("unreadable", "This form has more fields than any of ours. Nothing was recorded.") from None


def parts_of(content_type: str, body: bytes) -> FormFields:
    """The fields and the file of a form in parts (RFC 7578), all of it in UTF-8. Raises Problem."""
    _, options = parse_options_header(content_type)
    parts = _FormParts()
    try:
        parser = MultipartParser(options.get(b"boundary", b""), parts.callbacks())
        parser.write(body)
        parser.finalize()
        fields = [(name.decode(), bytes(data).decode()) for name, data in parts.fields]
    except (MultipartParseError, UnicodeDecodeError, ValueError):
        raise Problem("unreadable", _UNREADABLE) from None
    if not parts.is_whole or len(parts.files) > 1:
        raise Problem("unreadable", _UNREADABLE)
    return FormFields(ImmutableMultiDict(fields), parts.files[0] if parts.files else None)


class _FormParts:
    """The parts of a form as its parser finds them."""

    def __init__(self) -> None:
        self.fields: list[tuple[bytes, bytearray]] = []
        self.files: list[SentFile] = []
        self.is_whole = False
        self._header, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._data = bytearray()

    def callbacks(self) -> Any:  # noqa: ANN401 - the parser's own type of them is private to type checkers
        """The callbacks of the parser, by their names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._part_data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    def _begin(self) -> None:
        if len(self.fields) >= _FIELDS_WITH_FILE:
            raise ValueError("more fields than any of our forms has")
        self._headers, self._data = {}, bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header, self._value = b"", b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += memoryview(data)[start:end]

    def _end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise ValueError("a part that is no field of a form")
        if b"filename" not in options:
            self.fields.append((options[b"name"], self._data))
        elif options[b"filename"] or self._data:  # a browser sends an empty part where no file was chosen
            media_type = self._headers.get(b"content-type", b"").decode("ascii", "replace")
            self.files.append(SentFile(_file_name(self._headers), media_type, bytes(self._data)))

    def _whole(self) -> None:
        self.is_whole = True


def _file_name(headers: Mapping[bytes, bytes]) -> str:
    """The name of a file as it was sent, which the parser would shorten by what looks like folders."""
    _, _, name = headers[b"content-disposition"].partition(b'filename="')
    return name.rpartition(b'"')[0].replace(b"%22", b'"').replace(b"%0D", b"\r").replace(b"%0A", b"\n").decode()

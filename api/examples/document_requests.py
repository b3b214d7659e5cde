"""Examples: minutes attached to their meeting, listed, taken away alone or with all others; another paper erased."""

from base64 import b64encode
from typing import Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}
_MINUTES: Final = b"""%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>
endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000058 00000 n\x20
0000000115 00000 n\x20
trailer
<< /Size 4 /Root 1 0 R >>
startxref
186
%%EOF
"""
"""One empty page: as small as a file of this kind can be."""

DOCUMENTS: Final = (
    Ask(
        operation="attach-document",
        path=_HERE,
        body={
            "name": "Minutes of 27 March.pdf",
            "kind": "minutes",
            "media_type": "application/pdf",
            "content": b64encode(_MINUTES).decode("ascii"),
            "interaction": "{meeting}",
        },
        keep={"document": "created/document/0"},
    ),
    Ask(
        operation="attach-document",
        path=_HERE,
        body={
            "name": "Notes.pdf",
            "kind": "other-paper",
            "content": b64encode(_MINUTES).decode("ascii"),
            "interaction": "{meeting}",
        },
        keep={"wrong_document": "created/document/0"},
        is_shown=False,
    ),
    Ask(operation="list-documents", path=_HERE, query={"thing": "{meeting}"}),
    Ask(operation="download-document", path={**_HERE, "document": "{document}"}),
    Ask(operation="download-documents", path=_HERE),
    Ask(
        operation="erase-document",
        path={**_HERE, "document": "{wrong_document}"},
        body={"ground": "It names a child"},
        speaker="steward",
    ),
)

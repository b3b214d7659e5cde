"""A client of Folkmoot in a folder that can be copied out: it needs Python 3.11 and httpx2, and nothing else of ours.

    with Folkmoot("https://folkmoot.example", key) as folkmoot:
        receipt = folkmoot.record(Recording.RECORD_INTERACTION, {"kind": "meeting", ...}, partnership_id=partnership)
        for page in folkmoot.pages(Reading.READ_TIMELINE, partnership_id=partnership):
            ...

Its parts import each other by relative names, so that the folder works wherever it is put. A test holds its operations
to the description.
"""

from .folkmoot_client import EventOnRecord, Folkmoot, FolkmootProblem, NamedFault, ReceiptOfRequest, SlipToAskAbout
from .operation_names import Arranging, Beginning, Reading, Recording

__all__ = [
    "Arranging",
    "Beginning",
    "EventOnRecord",
    "Folkmoot",
    "FolkmootProblem",
    "NamedFault",
    "Reading",
    "ReceiptOfRequest",
    "Recording",
    "SlipToAskAbout",
]

"""The families of events, each with the purpose, the lawful basis and the time for which it is kept."""

from typing import Final

from domain.events.declaration import Family

_PUBLIC_TASK: Final = "public task (UK GDPR article 6(1)(e))"
_PROGRAMME: Final = "the programme and ten years after"

REGISTRIES: Final = Family(
    "registries", "to know places, bodies and people by one name each", _PUBLIC_TASK, "while referred to"
)
PARTNERSHIP: Final = Family(
    "partnership", "to know who sits in a partnership and by what rules", _PUBLIC_TASK, _PROGRAMME
)
INTERACTIONS: Final = Family("interactions", "to witness who met whom, when and about what", _PUBLIC_TASK, _PROGRAMME)
RECORDS: Final = Family("records", "to let anyone named question and mend the record", _PUBLIC_TASK, _PROGRAMME)
ASKS: Final = Family("asks", "to show what was asked for and what became of it", _PUBLIC_TASK, _PROGRAMME)
CONSULTATION: Final = Family("consultation", "to show whether those consulted heard back", _PUBLIC_TASK, _PROGRAMME)
DECISIONS: Final = Family("decisions", "to show what was decided, who led and why", _PUBLIC_TASK, _PROGRAMME)
COMMITMENTS: Final = Family(
    "commitments", "to show what was promised and whether it was kept", _PUBLIC_TASK, _PROGRAMME
)
DISPUTES: Final = Family("disputes", "to show disagreements and how they ended", _PUBLIC_TASK, _PROGRAMME)
FUNDING: Final = Family("funding", "to show the terms on which money came", _PUBLIC_TASK, _PROGRAMME)
OUTCOMES: Final = Family("outcomes", "to learn what worked", _PUBLIC_TASK, _PROGRAMME)
EXPERIENCE: Final = Family(
    "experience", "to hear how it felt, in the words of those it was done with", _PUBLIC_TASK, _PROGRAMME
)
DOCUMENTS: Final = Family(
    "documents", "to keep the papers on which the record rests beside it", _PUBLIC_TASK, _PROGRAMME
)
STEWARDSHIP: Final = Family(
    "stewardship",
    "to keep the record itself honest",
    "legal obligation (UK GDPR article 6(1)(c))",
    "permanently",
)

"""Papers of a board: minutes attached before they are approved, a photograph, a plan; and what it opens to anybody."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from domain.decisions.asks import RaiseAsk
from domain.decisions.documents import AttachDocument
from domain.decisions.publication import DecidePublication, WordAskForPublic
from domain.values import day_of
from domain.vocabulary import DocumentKind, PublicReport
from scripts.demonstration.agenda import made_by
from scripts.demonstration.paper_files import lamps_at_dusk, page_of_text
from scripts.demonstration.scene import Meeting, Scene

_MINUTES: Final = 3
"""The last meetings of which minutes are attached."""
_WORDED: Final = 8
"""The last asks that are told in words of their own, but for one that is kept back."""


def attach_papers(scene: Scene) -> None:
    """Plan the minutes of the last meetings, a photograph at the last ask and a plan at the last decision."""
    for meeting in _written(scene)[-_MINUTES:]:
        lines = [f"Held on {meeting.day:%-d %B %Y}.", *(f"Agreed: {title}." for title in _decided(meeting))]
        minutes = AttachDocument(
            name=f"Minutes of {meeting.day:%-d %B %Y}.pdf",
            kind=DocumentKind.MINUTES,
            content=page_of_text(f"{scene.cast.name} Neighbourhood Board", [*lines, "There was no other business."]),
            interaction=meeting.interaction_id,
        )
        _attach(scene, meeting, "minutes", minutes)
    for meeting, ask, _ in list(_asks(scene))[-1:]:
        photograph = AttachDocument(
            name="Lamps that are out.png", kind=DocumentKind.PHOTOGRAPH, content=lamps_at_dusk(), ask=ask
        )
        _attach(scene, meeting, "photograph", photograph)
    for meeting in [each for each in _written(scene) if each.items.get("decisions")][-1:]:
        plan = AttachDocument(
            name="What it would take.pdf",
            kind=DocumentKind.PLAN,
            content=page_of_text("What it would take", ["Six weeks.", "Two of the neighbours to look after it."]),
            decision=made_by(meeting.records, "decisions/0"),
        )
        _attach(scene, meeting, "plan", plan)


def open_to_anybody(scene: Scene) -> None:
    """Plan the words for anybody of the last asks, one kept back, and the decision to open what became of them."""
    last = list(_asks(scene))[-_WORDED:]
    for number, (meeting, ask, raised) in enumerate(last):
        words = WordAskForPublic(ask=ask, kept_back=True) if number == 0 else WordAskForPublic(ask=ask, wording=raised)
        at = scene.desk(day_of(meeting.written_at), scene.dice("words", number), after=meeting.written_at)
        scene.act(f"papers/{meeting.name}/words/{number}", at, scene.cast.secretary, words)
    decision = DecidePublication(reports=(PublicReport.WHAT_BECAME_OF_ASKS,))
    scene.act("publication", scene.desk(scene.half_way, scene.dice("publication")), scene.cast.secretary, decision)


def _attach(scene: Scene, meeting: Meeting, name: str, document: AttachDocument) -> None:
    at = scene.desk(day_of(meeting.written_at), scene.dice(meeting.name, name), after=meeting.written_at)
    scene.act(f"papers/{meeting.name}/{name}", at, scene.cast.secretary, document)


def _written(scene: Scene) -> list[Meeting]:
    """The meetings that are written up by the end, with a day left to attach something."""
    return [meeting for meeting in scene.meetings if day_of(meeting.written_at) < scene.ends]


def _decided(meeting: Meeting) -> list[str]:
    return [each.title for each in meeting.items.get("decisions", [])]


def _asks(scene: Scene) -> Iterator[tuple[Meeting, UUID, str]]:
    """Every ask with the meeting at which it is raised, and its words."""
    for meeting in _written(scene):
        asks: list[RaiseAsk] = meeting.items.get("asks", [])
        for nth, ask in enumerate(asks):
            yield meeting, made_by(meeting.records, f"asks/{nth}"), ask.text

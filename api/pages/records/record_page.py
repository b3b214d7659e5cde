"""A record's page: what it says, what it said before, who put it right and why, and what it belongs to."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.pages.documents.attached_documents import attaching_address, documents_of
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.records.field_words import FieldInWords, FieldWording, things_by_field
from api.pages.records.mend_record import in_hand, is_own
from api.pages.records.promise_forms import promise_standing
from api.reading.events import RecordEntry
from api.reading.names_and_texts import ShownText
from api.reading.timeline_entries import TimelineEntry
from api.resources.records import RecordAnswer
from domain.events.declaration import declared
from domain.events.english import when_in_words
from domain.vocabulary import Assurance

_CORRECTED, _WITHDRAWN = "record-corrected", "record-withdrawn"
_ASSURED: Final = {
    Assurance.LINK_BY_MAIL: "by a link sent to its registered contact",
    Assurance.LINK_PASSED_ON: "by a link passed on to its registered contact",
}
_MOST: Final = 200
_LONG: Final = 120
_WITH_DOCUMENTS: Final = frozenset({"ask_id", "award_id", "decision_id"})
_OWN_OF_CONTACTS: Final = {"interactions": ("interaction_id",)}
"""The ids by which records of a family name what they are of, beside those that begin it."""
_HEADINGS: Final = {
    "interaction_id": "The meeting it came up at",
    "approving_interaction_id": "The meeting that approved them",
    "commitment_id": "The promise",
    "ask_id": "The ask",
    "answers_ask_ids": "An ask that it answers",
    "ask_ids": "An ask that it was for",
    "decision_id": "The decision",
    "award_id": "The award",
    "consultation_id": "The consultation",
}


class ChangedField(Struct, frozen=True, kw_only=True):
    """A field that was put right: as it was, and as it then read."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class PaperPlace(Struct, frozen=True, kw_only=True):
    """A thing at which documents may stand, and the address of the form that attaches one."""

    partnership_id: UUID
    thing_id: UUID
    address: str


class Mending(Struct, frozen=True, kw_only=True):
    """One time that a record was put right or withdrawn: who did, when, why, and what changed."""

    record: UUID
    who: str
    recorded_at: Any
    why: tuple[str, ...]
    changes: tuple[ChangedField, ...]


class RelatedThing(Struct, frozen=True, kw_only=True):
    """A thing that the record is about or mentions, such as a promise, with the events of its life."""

    heading: str
    entries: tuple[TimelineEntry, ...]


def _show(visit: Visit) -> PageAnswer:
    record_id = visit.id_in_path("record")
    answer: RecordAnswer = visit.ask("read-record", {"record": record_id})
    body = answer.stands or answer.record.body
    life = _life(visit, answer, body)
    things = {str(each): _called(entries) for each, entries in life.items() if entries}
    wording = FieldWording(answer.names, answer.people, things)
    sentence = answer.sentences[record_id]
    declaration = declared(answer.record.type)
    own = declaration.thing
    own_ids = {declaration.begins, *_OWN_OF_CONTACTS.get(declaration.family.name, ())}
    withdrawn = [_mending(each, wording, None, None) for each in answer.since if each.type == _WITHDRAWN]
    hand = in_hand(answer)
    partnership = None
    if answer.partnership_id is not None:
        partnership = visit.ask("read-partnership", {"partnership_id": answer.partnership_id})
    stands_at = _paper_place(answer, body)
    promise = promise_standing(visit, answer.partnership_id, hand)
    values = {
        "said": sentence,
        "record": answer.record,
        "pen": _pen(answer.record, wording),
        "assured": _ASSURED.get(answer.record.provenance.assurance or Assurance.KEY),
        "title_of_it": _title(body, sentence),
        "fields": [each for each in wording.fields(body) if each.name not in own_ids],
        "is_withdrawn": answer.stands is None,
        "withdrawn": withdrawn[-1] if withdrawn and answer.stands is None else None,
        "mendings": list(_mendings(answer, wording)),
        "mended": body.get("record_id"),
        "others": [each for each in answer.since if each.type not in {_CORRECTED, _WITHDRAWN}],
        "sentences": answer.sentences,
        "related": list(_related(life, record_id, own, body)),
        "partnership": partnership,
        "meeting_address": _meeting_address(answer),
        "in_hand": hand,
        "promise": promise,
        "is_own": hand is not None and is_own(visit, hand),
        "may_ask_by_link": promise is not None
        and visit.visitor.may(Right.LOOK_AFTER, answer.partnership_id)
        and bool(promise.owed_to),
        "documents": documents_of(visit, stands_at.partnership_id, stands_at.thing_id) if stands_at else [],
        "attach": stands_at.address if stands_at else "",
        "is_attached": visit.query.get("done") == "attached",
        "may_say": hand is not None and answer.partnership_id is not None and may_record(visit, answer.partnership_id),
    }
    return Shown(template="records/record_page.html", title=str(values["title_of_it"]), values=values)


def _paper_place(answer: RecordAnswer, body: dict[str, Any]) -> PaperPlace | None:
    """The thing that a record begins, where documents stand at such; those of a meeting stand on its own page."""
    kind_of_id = declared(answer.record.type).begins
    if kind_of_id not in _WITH_DOCUMENTS or answer.partnership_id is None or answer.stands is None:
        return None
    kind, thing_id = kind_of_id.removesuffix("_id"), UUID(str(body[kind_of_id]))
    address = attaching_address(answer.partnership_id, kind, thing_id)
    return PaperPlace(partnership_id=answer.partnership_id, thing_id=thing_id, address=address)


def _meeting_address(answer: RecordAnswer) -> str:
    """The address of the page of a meeting, where the record is that of one."""
    if answer.record.type != "interaction-recorded":
        return ""
    return f"/partnerships/{answer.partnership_id}/meetings/{answer.record.body['interaction_id']}"


def _life(visit: Visit, answer: RecordAnswer, body: dict[str, Any]) -> dict[UUID, list[TimelineEntry]]:
    """The events of every thing that the record begins, continues or mentions, by the thing."""
    things = list(dict.fromkeys(thing for _, of_field in things_by_field(body) for thing in of_field))
    if answer.partnership_id is None or not things:
        return {}
    path, query = {"partnership_id": answer.partnership_id}, {"thing": things[:50], "limit": _MOST}
    life: dict[UUID, list[TimelineEntry]] = {thing: [] for thing in things}
    for entry in visit.ask("read-timeline", path, query).data:
        life.setdefault(entry.thing_id, []).append(entry)
    if declared(answer.record.type).begins == "commitment_id":
        _add_disputes(visit, path, life[UUID(str(body["commitment_id"]))], answer.record.event_id)
    return life


def _add_disputes(visit: Visit, path: dict[str, Any], story: list[TimelineEntry], record_id: UUID) -> None:
    """Put in its place what was said of the records of a promise: a dispute stays in its story, also once it ended."""
    records = [each.event_id for each in story if each.event_id != record_id][:50]
    if records:
        story += visit.ask("read-timeline", path, {"thing": records, "limit": _MOST}).data
        story.sort(key=lambda entry: (entry.occurred_at, entry.position))


def _called(entries: list[TimelineEntry]) -> str:
    """The name of a thing: the sentence that began it; of a meeting the day."""
    meeting = next((each for each in entries if each.type == "interaction-recorded"), None)
    return entries[0].sentence if meeting is None else f"A meeting or contact on {when_in_words(meeting.happened)}"


def _title(body: dict[str, Any], sentence: str) -> str:
    """The heading of a record: its title, where its sentence would be too long for one."""
    title = body.get("title")
    words = title.text if isinstance(title, ShownText) else title
    return words if isinstance(words, str) and words and len(sentence) > _LONG else sentence


def _related(
    life: dict[UUID, list[TimelineEntry]], record_id: UUID, own: str, body: dict[str, Any]
) -> Iterator[RelatedThing]:
    """The rest of the record's own story first, then those of the things that it mentions."""
    for name, things in things_by_field(body):
        for entries in (life.get(thing, []) for thing in things):
            others = tuple(each for each in entries if each.event_id != record_id)
            if name == own and others:
                yield RelatedThing(heading="The rest of the same story", entries=others)
            elif name != own and entries:
                yield RelatedThing(heading=_HEADINGS.get(name, "What it belongs to"), entries=tuple(entries))


def _mendings(answer: RecordAnswer, wording: FieldWording) -> Iterator[Mending]:
    before = answer.record.body
    for entry in answer.since:
        if entry.type == _CORRECTED:
            after = entry.body["replacement"]
            yield _mending(entry, wording, before, after)
            before = after


def _mending(
    record: RecordEntry, wording: FieldWording, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Mending:
    names = [] if before is None or after is None else [name for name in after if before.get(name) != after[name]]
    return Mending(
        record=record.event_id,
        who=_pen(record, wording),
        recorded_at=record.recorded_at,
        why=wording.field("reasons", record.body["reasons"]).lines,
        changes=tuple(
            ChangedField(
                label=wording.field(name, None).label,
                before=_lines(wording.field(name, (before or {}).get(name))),
                after=_lines(wording.field(name, (after or {})[name])),
            )
            for name in names
        ),
    )


def _lines(field: FieldInWords) -> tuple[str, ...]:
    return field.lines or ("Nothing",)


def _pen(record: RecordEntry, wording: FieldWording) -> str:
    """Whose word a record is."""
    body = record.provenance.on_behalf_of
    return wording.field("party", body).lines[0] if body else "Whoever looks after the record"


PAGES = (Page(path="/records/{record}", name="record", show=_show, section="partnerships"),)

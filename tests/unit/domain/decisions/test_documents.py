"""Documents: attached to what they belong to, screened, hashed with a salt, and erased for good."""

from hashlib import sha256

import pytest

from domain.decisions.documents import AttachDocument, EraseDocument
from domain.decisions.interactions import ApproveMinutes, Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.refusals import Code
from domain.events.asks import AskRaised
from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.documents import DocumentAttached, DocumentErased
from domain.events.funding import FundingAwarded
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.stewardship import TextRedacted
from domain.events.tags import tag
from domain.values import Money, Plain
from domain.vocabulary import AskKind, DocumentFormat, DocumentKind, InteractionKind, Side
from tests.support.document_files import WHOLE, a_jpeg, an_exif
from tests.support.given_commands import SALT, event_id_of, given, new, records, refuses
from tests.support.small_world import (
    AMINA,
    COUNCIL,
    OFFICER,
    RESIDENT,
    SEALED,
    STEWARD,
    TENANTS,
    TODAY,
    an_id,
    person_of,
)

MEETING_ID, LATER_ID = an_id("a meeting with papers"), an_id("the next meeting")
VOTERS = (Participant(party=COUNCIL, voting=True), Participant(party=TENANTS, voting=True))
HELD = InteractionRecorded(
    happened="2026-03-12", interaction_id=MEETING_ID, kind=InteractionKind.MEETING, participants=VOTERS
)
HELD_LATER = InteractionRecorded(
    happened="2026-04-14", interaction_id=LATER_ID, kind=InteractionKind.MEETING, participants=VOTERS
)
DECISION = DecisionTaken(
    happened="2026-03-12", decision_id=an_id("to mend"), title=SEALED, decided_by=COUNCIL, met_by=(Side.RESIDENTS,)
)
ASK = AskRaised(happened="2026-03-12", ask_id=an_id("swings"), kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED)
AWARD = FundingAwarded(
    happened="2026-03-12", award_id=an_id("a grant"), funder=COUNCIL, recipient=TENANTS, amount=Money(100)
)
PDF = WHOLE["minutes.pdf"]
MINUTES = AttachDocument(name="minutes.pdf", kind=DocumentKind.MINUTES, content=PDF, interaction=MEETING_ID)


def attached(name="minutes", **details):
    body = {
        "happened": "2026-03-20",
        "document_id": an_id(name),
        "name": SEALED,
        "kind": DocumentKind.MINUTES,
        "format": DocumentFormat.PDF,
        "size": len(PDF),
        "sha256": sha256(name.encode()).hexdigest(),
        "salt": SEALED,
        "interaction_id": MEETING_ID,
    }
    return DocumentAttached(**{**body, **details})


@records(AttachDocument)
def test_minutes_are_attached_to_their_meeting():
    given(HELD).when(MINUTES, by=OFFICER).then(
        DocumentAttached(
            happened=TODAY,
            document_id=new("document"),
            name=Plain("minutes.pdf"),
            kind=DocumentKind.MINUTES,
            format=DocumentFormat.PDF,
            size=len(PDF),
            sha256=sha256(SALT + PDF).hexdigest(),
            salt=Plain(SALT.hex()),
            interaction_id=MEETING_ID,
        )
    )


@pytest.mark.parametrize(
    ("thing", "began"), [("decision", DECISION), ("ask", ASK), ("award", AWARD), ("interaction", HELD)]
)
def test_documents_stand_at_decisions_asks_awards_and_meetings(thing, began):
    reference = getattr(began, f"{thing}_id")
    command = AttachDocument(
        name="hall.png", kind=DocumentKind.PHOTOGRAPH, content=WHOLE["hall.png"], **{thing: reference}
    )
    [draft] = given(began).when(command, by=RESIDENT).drafts
    assert getattr(draft.body, f"{thing}_id") == reference
    assert tag(thing, reference) in draft.tags
    assert draft.content == WHOLE["hall.png"]


def test_of_a_photograph_the_picture_is_kept_and_hashed():
    taken = a_jpeg(an_exif())
    command = AttachDocument(name="hall.jpg", kind=DocumentKind.PHOTOGRAPH, content=taken, interaction=MEETING_ID)
    [draft] = given(HELD).when(command, by=OFFICER).drafts
    assert draft.content == a_jpeg() != taken
    assert (draft.body.size, draft.body.sha256) == (len(a_jpeg()), sha256(SALT + a_jpeg()).hexdigest())


def test_a_document_lists_the_people_it_names_and_those_of_its_meeting():
    command = AttachDocument(
        name="minutes.pdf", kind=DocumentKind.MINUTES, content=PDF, interaction=MEETING_ID, people=(AMINA,)
    )
    [draft] = given(HELD).when(command, by=STEWARD).drafts
    assert tag("subject", person_of(AMINA)) in draft.tags


@refuses(AttachDocument, Code.EXACTLY_ONE)
@pytest.mark.parametrize("things", [{}, {"interaction": MEETING_ID, "ask": ASK.ask_id}])
def test_a_document_stands_at_exactly_one_thing(things):
    command = AttachDocument(name="minutes.pdf", kind=DocumentKind.MINUTES, content=PDF, **things)
    given(HELD, ASK).when(command, by=OFFICER).then_refused(Code.EXACTLY_ONE, at="#")


@refuses(AttachDocument, Code.UNFIT_DOCUMENT)
@pytest.mark.parametrize(
    ("name", "media_type", "content", "at"),
    [
        ("minutes.docm", None, PDF, "#/name"),
        ("minutes.pdf", "image/png", PDF, "#/media_type"),
        ("minutes.pdf", None, WHOLE["hall.png"], "#/content"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(name, media_type, content, at):
    command = AttachDocument(
        name=name, kind=DocumentKind.MINUTES, content=content, media_type=media_type, interaction=MEETING_ID
    )
    given(HELD).when(command, by=OFFICER).then_refused(Code.UNFIT_DOCUMENT, at=at)


def test_every_fault_is_named_at_once():
    command = AttachDocument(
        name="minutes.pdf", kind=DocumentKind.MINUTES, content=b"", ask=an_id("none"), people=("x" * 8,)
    )
    hearing = given(HELD).when(command, by=OFFICER)
    assert {fault.code for fault in hearing.outcome.faults} >= {
        Code.UNFIT_DOCUMENT,
        Code.UNKNOWN_ASK,
        Code.UNKNOWN_PERSON,
    }


@records(EraseDocument)
def test_erasing_a_document_takes_out_its_content_and_its_name():
    minutes = attached()
    command = EraseDocument(document=minutes.document_id, ground="names a child")
    record_id = event_id_of(minutes)
    given(HELD, minutes).when(command, by=STEWARD).then(
        DocumentErased(happened=TODAY, document_id=minutes.document_id, ground="names a child"),
        TextRedacted(happened=TODAY, record_id=record_id, field="salt", ground="names a child"),
        TextRedacted(happened=TODAY, record_id=record_id, field="name", ground="names a child"),
    )


def test_only_who_looks_after_the_record_erases_a_document():
    command = EraseDocument(document=attached().document_id, ground="x")
    given(HELD, attached()).when(command, by=OFFICER).then_refused(Code.STEWARDS_ONLY, at="#")


def test_an_unknown_document_is_not_erased():
    command = EraseDocument(document=an_id("none"), ground="x")
    given(HELD).when(command, by=STEWARD).then_refused(Code.UNKNOWN_DOCUMENT, at="#/document")


# Approvals of minutes


def approval(hearing):
    [body] = [draft.body for draft in hearing.drafts if isinstance(draft.body, MinutesApproved)]
    return body.document_id, body.sha256


def test_the_approval_names_the_hash_of_the_minutes_attached_last():
    early, late = attached("draft"), attached("final")
    command = ApproveMinutes(interaction=MEETING_ID, approved_at=LATER_ID)
    hearing = given(HELD, HELD_LATER, early, late).when(command, by=OFFICER)
    assert approval(hearing) == (late.document_id, late.sha256)


def test_minutes_approved_while_a_meeting_is_recorded_are_named_too():
    minutes = attached()
    command = RecordInteraction(
        kind=InteractionKind.MEETING,
        happened="2026-04-14",
        participants=(Attendee(party=COUNCIL.party_id),),
        minutes_approved=(MEETING_ID,),
    )
    assert approval(given(HELD, minutes).when(command, by=OFFICER)) == (minutes.document_id, minutes.sha256)


@pytest.mark.parametrize(
    "others",
    [
        (),
        (attached(kind=DocumentKind.AGENDA),),
        (attached(interaction_id=LATER_ID),),
        (attached(), DocumentErased(happened="2026-03-21", document_id=an_id("minutes"), ground="x")),
    ],
)
def test_an_approval_of_nothing_attached_names_nothing(others):
    command = ApproveMinutes(interaction=MEETING_ID, approved_at=LATER_ID)
    assert approval(given(HELD, HELD_LATER, *others).when(command, by=OFFICER)) == (None, None)


# Mending


@pytest.mark.parametrize("field", ["sha256", "size", "format", "salt", "name", "interaction_id"])
def test_what_a_document_is_is_not_corrected(field):
    minutes = attached()
    command = CorrectRecord(record=event_id_of(minutes), changes={field: "x"}, reasons="x")
    given(HELD, minutes).when(command, by=STEWARD).then_refused(Code.WRONG_REPLACEMENT, at=f"#/changes/{field}")


def test_of_which_kind_a_document_is_can_be_put_right():
    minutes = attached(kind=DocumentKind.AGENDA)
    command = CorrectRecord(record=event_id_of(minutes), changes={"kind": "minutes"}, reasons="They are the minutes")
    [draft] = given(HELD, minutes).when(command, by=STEWARD).drafts
    assert draft.replacement.kind is DocumentKind.MINUTES


def test_an_erasure_is_not_taken_back():
    erased = DocumentErased(happened="2026-03-21", document_id=an_id("minutes"), ground="x")
    command = WithdrawRecord(record=event_id_of(erased), reasons="x")
    given(HELD, attached(), erased).when(command, by=STEWARD).then_refused(Code.NOT_WITH_THIS_KIND, at="#/record")

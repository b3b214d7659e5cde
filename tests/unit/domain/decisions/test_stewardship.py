"""Publishing methods, forgetting people, taking texts out of the record."""

from hashlib import sha256

from domain.decisions.refusals import Code
from domain.decisions.stewardship import ForgetPerson, PublishMethod, RedactText
from domain.events.asks import AskRaised
from domain.events.registries import PeopleFoundSame
from domain.events.stewardship import MethodPublished, SubjectErased, TextRedacted
from domain.vocabulary import AskKind
from tests.support.given_commands import event_id_of, given, new, records, refuses
from tests.support.small_world import (
    AMINA,
    BEN,
    GONE,
    OBSERVER,
    OFFICER,
    PLACE,
    SEALED,
    STEWARD,
    STRANGER,
    TENANTS,
    TODAY,
    an_id,
)

DOCUMENT = '{"id":"steady"}'
DIGEST = sha256(DOCUMENT.encode()).hexdigest()
SAME_PERSON = PeopleFoundSame(happened="2026", kept_person_id=an_id(AMINA), duplicate_person_id=an_id(BEN))
ASKED = AskRaised(happened="2026-03-14", ask_id=an_id("an ask"), kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED)


@records(PublishMethod)
def test_a_method_is_written_down_whole():
    command = PublishMethod(title="Steady", document=DOCUMENT, method_sha256=DIGEST)
    given().when(command, by=OBSERVER).then(
        MethodPublished(
            happened=TODAY, method_id=new("method"), title="Steady", method_sha256=DIGEST, document=DOCUMENT
        )
    )


@refuses(PublishMethod, Code.INVALID_METHOD)
def test_a_method_is_json_and_has_the_digest_it_claims():
    other = PublishMethod(title="Steady", document='{"id":"other"}', method_sha256=DIGEST)
    given().when(other, by=OBSERVER).then_refused(Code.INVALID_METHOD, at="#/method_sha256")
    broken = PublishMethod(title="Steady", document='{"id":', method_sha256=sha256(b'{"id":').hexdigest())
    given().when(broken, by=OBSERVER).then_refused(Code.INVALID_METHOD, at="#/document")


@records(ForgetPerson)
def test_a_person_is_forgotten_under_every_entry_of_theirs():
    given(SAME_PERSON).when(ForgetPerson(person=AMINA), by=STEWARD).then(
        SubjectErased(happened=TODAY, subject_id=an_id(AMINA)),
        SubjectErased(happened=TODAY, subject_id=an_id(BEN)),
    )


@refuses(ForgetPerson, Code.KEPT_ENTRY_ONLY)
def test_a_person_is_forgotten_by_the_entry_that_was_kept():
    given(SAME_PERSON).when(ForgetPerson(person=BEN), by=STEWARD).then_refused(Code.KEPT_ENTRY_ONLY, at="#/person")


def test_nobody_is_forgotten_twice_or_unknown():
    given().when(ForgetPerson(person=GONE), by=STEWARD).then_refused(Code.SUBJECT_ERASED)
    given().when(ForgetPerson(person=STRANGER), by=STEWARD).then_refused(Code.UNKNOWN_PERSON)


@records(RedactText)
def test_a_text_is_taken_out():
    command = RedactText(record=event_id_of(ASKED), field="text", ground="names a child")
    given(ASKED).when(command, by=STEWARD).then(
        TextRedacted(happened=TODAY, record_id=event_id_of(ASKED), field="text", ground="names a child")
    )


@refuses(RedactText, Code.NOT_WITH_THIS_KIND)
def test_only_a_text_is_taken_out():
    command = RedactText(record=event_id_of(ASKED), field="kind", ground="a mistake")
    given(ASKED).when(command, by=STEWARD).then_refused(Code.NOT_WITH_THIS_KIND, at="#/field")


def test_only_those_who_look_after_the_record_forget_and_take_out():
    for command in (ForgetPerson(person=AMINA), RedactText(record=event_id_of(ASKED), field="text", ground="none")):
        given(ASKED).when(command, by=OFFICER).then_refused(Code.STEWARDS_ONLY)


def test_a_text_is_taken_out_of_a_record_that_is_there():
    command = RedactText(record=event_id_of(PLACE), field="name", ground="a mistake")
    given().when(command, by=STEWARD).then_refused(Code.UNKNOWN_RECORD, at="#/record")

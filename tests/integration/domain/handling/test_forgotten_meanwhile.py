"""Recording goes on after somebody was forgotten, and while: nobody's forgetting stops a mending or is undone by it."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.decisions.asks import RaiseAsk
from domain.decisions.interactions import AddToInteraction, Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord, DisputeRecord, WithdrawRecord
from domain.decisions.refusals import Code, Refusal
from domain.decisions.registries import RegisterPerson
from domain.decisions.stewardship import ForgetPerson, RedactText
from domain.events.asks import AskRaised
from domain.events.interactions import InteractionRecorded
from domain.events.records import RecordCorrected, RecordDisputed
from domain.handling.handler import Acknowledged, Handler
from domain.handling.sealing import opening_request
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import Erased, KeyRow, Vault, WrappingKey
from domain.vocabulary import AskKind, InteractionKind
from tests.integration.domain.handling.test_handler import SECRET, House
from tests.support.word_readers import opened_texts


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


def someone(house: House, name: str) -> str:
    return house.vault.reference(house.does(RegisterPerson(name=name), house.officer).events[0].partition_id)


def a_call(house: House, *people: str, **more: object) -> RecordInteraction:
    there = tuple(Attendee(party=house.tenants.party_id, person=each) for each in people)
    return RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, **more)  # type: ignore[arg-type] - as in a meeting


def read(house: House, recorded: Acknowledged, field: str) -> str | Erased:
    sealed = getattr(recorded.events[0].body, field)
    assert isinstance(sealed, Sealed)
    request = opening_request(recorded.events[0], (), field, sealed)
    [text] = opened_texts(house.vault, house.recorder, [request])
    return text


def test_a_record_that_names_somebody_forgotten_is_still_mended_disputed_and_added_to(house: House) -> None:
    person, here = someone(house, "Quillon Farthingale"), someone(house, "Ottoline Marsh")
    call = house.does(a_call(house, person, here, notes=SECRET), house.officer)
    record_id, body = call.events[0].event_id, call.events[0].body
    assert isinstance(body, InteractionRecorded)
    house.does(ForgetPerson(person=person))

    ask = RaiseAsk(kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET)
    addition = house.does(AddToInteraction(interaction=body.interaction_id, asks=(ask,)), house.officer)
    disputed = house.does(
        DisputeRecord(record=record_id, disputed_by=house.tenants.party_id, reasons=SECRET), house.steward
    )
    corrected = house.does(CorrectRecord(record=record_id, changes={"notes": SECRET}, reasons=SECRET), house.officer)
    house.does(WithdrawRecord(record=record_id, reasons="a slip"), house.officer)

    texts = (
        (addition, AskRaised, "text"),
        (disputed, RecordDisputed, "reasons"),
        (corrected, RecordCorrected, "reasons"),
    )
    for recorded, kind, field in texts:
        assert isinstance(recorded.events[0].body, kind)
        assert read(house, recorded, field) == SECRET
    house.does(ForgetPerson(person=here))
    for recorded, _, field in texts:
        assert isinstance(read(house, recorded, field), Erased)


class ForgettingMeanwhile(Vault):
    """A vault at whose first sealing somebody is forgotten, as by another at the same moment."""

    def __init__(self, house: House, wrapping_key: WrappingKey, person: str) -> None:
        super().__init__(wrapping_key)
        self._house, self._person = house, person

    def seal(self, event_id: UUID, field: str, text: str, subjects: frozenset[UUID]) -> tuple[Sealed, KeyRow]:
        if self._person:
            person, self._person = self._person, ""
            self._house.does(ForgetPerson(person=person))
        return super().seal(event_id, field, text, subjects)


def meanwhile(house: House, person: str) -> Handler:
    return Handler(house.recorder, ForgettingMeanwhile(house, house.wrapping_key, person))


def test_who_is_forgotten_while_a_command_names_them_is_refused_and_not_an_accident(house: House) -> None:
    person = someone(house, "Quillon Farthingale")
    context = house.context(house.officer)

    outcome = meanwhile(house, person).handle(a_call(house, person, notes=SECRET), context, b"same")

    assert isinstance(outcome, Refusal)
    assert [fault.code for fault in outcome.faults] == [Code.SUBJECT_ERASED]


def test_who_is_forgotten_while_a_record_that_names_them_is_mended_is_left_out(house: House) -> None:
    person = someone(house, "Quillon Farthingale")
    record_id = house.does(a_call(house, person, notes=SECRET), house.officer).events[0].event_id
    mend = CorrectRecord(record=record_id, changes={"kind": "workshop"}, reasons="a slip")

    outcome = meanwhile(house, person).handle(mend, house.context(house.officer), b"same")

    assert isinstance(outcome, Acknowledged)


def test_a_text_of_a_withdrawn_record_is_taken_out_for_good(house: House) -> None:
    call = house.does(house.meeting(notes=SECRET), house.officer)
    record_id: UUID = call.events[0].event_id
    house.does(WithdrawRecord(record=record_id, reasons="a slip"), house.officer)
    assert read(house, call, "notes") == SECRET

    house.does(RedactText(record=record_id, field="notes", ground="names a child"))

    assert isinstance(read(house, call, "notes"), Erased)

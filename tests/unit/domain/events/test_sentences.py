"""The sentence that a timeline says of each event."""

import re
from uuid import UUID

import msgspec
import pytest
from msgspec import NODEFAULT

from domain.events import Participant, declarations, texts_of
from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentMade, CommitmentRenegotiated
from domain.events.examples import example
from domain.events.funding import FundingApplied, FundingPaid
from domain.events.interactions import InteractionPlanned, InteractionRecorded
from domain.events.records import RecordDisputed
from domain.events.registries import PartyRegistered
from domain.events.sentences import parts_of, sentence
from domain.values import Money, PartyAt, Sealed
from domain.vocabulary import Attendance, InteractionKind, PartyKind, Side

each_event = pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)

RESIDENTS = PartyAt(UUID(int=1), Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE)
COUNCIL = PartyAt(UUID(int=2), Side.GOVERNMENT, PartyKind.DISTRICT_BOROUGH)
NAMES = {RESIDENTS.party_id: "Residents at large", COUNCIL.party_id: "Wyremouth Council"}
SEALED = Sealed(UUID(int=3), b"box")
# Words that people never see; the record has plainer ones for them.
NOT_SAID = re.compile(
    r"truste[er]|promise[er]s?\b|claimed|abstain|insufficient|\bparty\b|interaction|guest|posterior|facet|attested"
    r"|reconciled|released|known_at|as_of|\bNone\b"
)


def said(body, **texts):
    return sentence(body, label=lambda party_id: NAMES.get(party_id, "Someone"), text=lambda field, _: texts[field])


def promise(**changes):
    return CommitmentMade(
        happened="2026-03-27",
        commitment_id=UUID(int=4),
        promisers=(COUNCIL,),
        promisees=(RESIDENTS,),
        text=SEALED,
        **changes,
    )


def meeting(*participants, **changes):
    return InteractionRecorded(
        happened="2026-03-27",
        interaction_id=UUID(int=5),
        kind=InteractionKind.EVIDENCE_SESSION,
        participants=participants,
        **changes,
    )


@pytest.mark.parametrize(
    ("due", "by"),
    [
        ("2027", ", by 2027"),
        ("2027-03", ", by March 2027"),
        ("2027-03-31", ", by 31 March 2027"),
        (None, ""),
    ],
)
def test_a_promise_is_said_with_its_due_date_if_it_has_one(due, by):
    expected = f"Wyremouth Council promised Residents at large{by}: A crossing"
    assert said(promise(due=due), text="A crossing") == expected


def test_several_promisers_are_joined():
    both = msgspec.structs.replace(promise(), promisers=(COUNCIL, RESIDENTS))
    assert said(both, text="A fête").startswith("Wyremouth Council and Residents at large promised")


def test_an_ask_to_nobody_names_nobody():
    ask = msgspec.structs.replace(example(AskRaised), raised_by=RESIDENTS, addressee=None)
    assert said(ask, text="A bus") == "Residents at large asked: A bus"


def test_a_meeting_is_said_with_those_who_came_and_each_only_once():
    contact = meeting(
        Participant(RESIDENTS),
        Participant(RESIDENTS, person_id=UUID(int=6)),
        Participant(COUNCIL, attendance=Attendance.APOLOGIES),
    )
    assert said(contact) == "An evidence session took place with Residents at large"


def test_a_meeting_to_which_nobody_came_is_said_all_the_same():
    assert said(meeting(Participant(COUNCIL, attendance=Attendance.ABSENT))) == "An evidence session took place"


def test_of_alternatives_the_first_with_all_its_fields_is_said():
    planned = InteractionPlanned(
        happened="2026", interaction_id=UUID(int=5), kind=InteractionKind.WORKSHOP, planned_for="2026-03-27T19:00Z"
    )
    assert said(planned) == "A workshop was planned for 27 March 2026 at 7pm"
    by_council = msgspec.structs.replace(planned, convened_by=COUNCIL)
    assert said(by_council) == "Wyremouth Council planned a workshop for 27 March 2026 at 7pm"


def test_a_sole_trader_is_named_only_as_the_reader_may_see():
    trader = PartyRegistered(
        happened="2026",
        party_id=UUID(int=7),
        side=Side.BUSINESS,
        kind=PartyKind.LOCAL_BUSINESS,
        sole_trader_name=SEALED,
    )
    assert said(trader, sole_trader_name="(name forgotten)") == "(name forgotten) was registered"


def test_money_is_said_in_pounds():
    payment = msgspec.structs.replace(example(FundingPaid), funder=COUNCIL, recipient=RESIDENTS, amount=Money(123_450))
    assert said(payment) == "Wyremouth Council paid Residents at large £1,234.50"


def test_new_terms_without_a_date_are_said_without_one():
    request = CommitmentRenegotiated(happened="2026", commitment_id=UUID(int=4), asked_by=COUNCIL)
    assert said(request) == "Wyremouth Council asked to change a promise"


def test_a_text_that_looks_like_a_template_is_said_as_it_is():
    disputed = RecordDisputed(happened="2026", record_id=UUID(int=4), disputed_by=COUNCIL, reasons=SEALED)
    assert said(disputed, reasons="{x} [y|z]") == "Wyremouth Council disputed a record: {x} [y|z]"


@each_event
def test_every_event_has_a_sentence_without_loose_ends(declared_event):
    sentence = said(example(declared_event.body), **dict.fromkeys(declared_event.sealed, "…"))
    assert sentence == sentence.strip()
    assert sentence[0].isupper() or not declared_event.sentence[0].isalpha()
    assert not re.search(r"[\[\]{}|_]|  | [,.:;]", sentence)
    assert not NOT_SAID.search(sentence)


@each_event
def test_a_sentence_holds_up_when_everything_optional_is_absent(declared_event):
    whole = example(declared_event.body)
    bare = msgspec.structs.replace(whole, **absent_fields(declared_event.body))
    sentence = said(bare, **dict.fromkeys(declared_event.sealed, "…"))
    assert sentence == sentence.strip()
    assert not re.search(r"[\[\]{}|_]|  | [,.:;]|: :|[:,]$", sentence)
    assert not NOT_SAID.search(sentence)


def absent_fields(event_type):
    defaults = {field.name: field.default for field in msgspec.structs.fields(event_type)}
    return {name: default for name, default in defaults.items() if default is not NODEFAULT}


def fields_said(parts, *, optional):
    """The fields that a template mentions in brackets, or outside of any."""
    phrases = [phrase for part in parts if part.optional == optional for phrase in part.alternatives]
    return {piece.field for phrase in phrases for piece in phrase if piece.field}


@each_event
def test_a_sentence_names_fields_of_the_event_and_no_ids(declared_event):
    parts = parts_of(declared_event.sentence)
    fields = fields_said(parts, optional=True) | fields_said(parts, optional=False)
    assert fields <= set(declared_event.fields)
    assert not [field for field in fields if field.endswith(("_id", "_ids", "_sha256"))]


@each_event
def test_what_may_be_absent_stands_in_brackets(declared_event):
    never_left_out = fields_said(parts_of(declared_event.sentence), optional=False)
    absent = {name for name, default in absent_fields(declared_event.body).items() if default in {None, ()}}
    assert never_left_out & absent == set()


@each_event
def test_nothing_of_a_sealed_text_is_said_but_what_the_reader_may_see(declared_event):
    body = example(declared_event.body)
    sentence = said(body, **dict.fromkeys(declared_event.sealed, "(withheld)"))
    for _, text in texts_of(body):
        assert str(text.key_id) not in sentence
        assert repr(text.box) not in sentence


@pytest.mark.parametrize("template", ["{a} [b", "a] b", "[a [b] c]", "{a"])
def test_a_template_that_does_not_pair_is_refused(template):
    with pytest.raises(ValueError, match=r"do not pair|expected '}'"):
        parts_of(template)


def test_what_no_sentence_can_say_is_an_error_and_not_a_blank(monkeypatch):
    monkeypatch.setattr("domain.events.sentences.declaration_of", lambda _: declared_with("{award_id} was sought"))
    with pytest.raises(TypeError, match="a sentence cannot say a UUID"):
        said(example(FundingApplied))


def declared_with(template):
    return next(msgspec.structs.replace(each, sentence=template) for each in declarations())

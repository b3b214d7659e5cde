"""The events that a handler acknowledges are those the log will read: sealed once, and not decoded to be answered."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.case import Draft
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.warnings import Slip
from domain.events import EventBody, declaration_of, texts_of
from domain.events.envelope import Warned
from domain.events.records import RecordCorrected
from domain.events.tags import tag
from domain.handling.sealing import seal_command
from domain.log.decode_events import decode_event
from domain.values import PartyAt, Plain
from domain.vault import Vault, WrappingKey
from domain.vocabulary import AskKind, Source
from tests.support.any_event import any_body, strategy_of

NOW = datetime(2026, 3, 14, 19, tzinfo=UTC)
VAULT = Vault(WrappingKey.generate())
COUNCIL_ID = UUID(int=1)
A_PARTY = strategy_of(inspect.type_info(PartyAt))
A_TIME = st.datetimes(timezones=st.just(UTC))
WORDS = st.text(st.characters(codec="utf-8"), min_size=1)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Any event about to be recorded, its texts readable or none; a correction with what it puts in place."""
    body = draw(any_body().map(readable))
    replacement = draw(any_body().map(readable)) if isinstance(body, RecordCorrected) else None
    about = frozenset(tag("subject", each) for each in draw(st.sets(st.uuids(), max_size=2)))
    return Draft(
        event_id=draw(st.uuids()),
        body=body,
        partition_id=draw(st.uuids()),
        tags=about,
        word=draw(A_PARTY),
        occurred_at=draw(A_TIME),
        replacement=replacement,
    )


def readable(body: EventBody) -> EventBody:
    """The body with words in place of every sealed text."""
    return replace(body, **{field: Plain(f"{field} in words") for field, _ in texts_of(body)})


@st.composite
def contexts(draw: st.DrawFn) -> CommandContext:
    return CommandContext(
        actor=Actor(actor_id=uuid4(), party=draw(A_PARTY)),
        command_id=draw(st.uuids()),
        now=NOW,
        person_of=lambda _: None,
        partnership_id=draw(st.none() | st.uuids()),
        source=draw(st.sampled_from(Source)),
        source_reference=draw(st.none() | WORDS),
        source_recorded_at=draw(st.none() | A_TIME),
        correlation=draw(st.none() | st.uuids()),
    )


@given(st.lists(drafts(), min_size=1, max_size=4), contexts(), st.lists(st.sampled_from(Slip), max_size=2))
def test_what_is_acknowledged_is_what_the_stored_bytes_decode_to(
    several: list[Draft], context: CommandContext, slips: list[Slip]
) -> None:
    warnings = tuple(Warned(each, "#/happened", (UUID(int=7),)) for each in slips)
    several = [replace(several[0], warnings=warnings), *several[1:]]
    command = RaiseAsk(kind=AskKind.REQUEST, raised_by=COUNCIL_ID, text="a bench")

    sealed = seal_command(VAULT, command, context, several, b"payload")

    acknowledged = sealed.recorded(41, NOW)
    for position, event in enumerate(sealed.events, 41):
        event.position, event.recorded_at = position, NOW
    assert acknowledged == tuple(map(decode_event, sealed.events))
    assert [declaration_of(record.body).name for record in acknowledged] == [event.type for event in sealed.events]


@given(st.lists(drafts(), min_size=1, max_size=4), contexts())
@settings(max_examples=20)
def test_only_the_first_event_of_a_command_carries_its_fingerprint_and_the_others_name_it_as_their_cause(
    several: list[Draft], context: CommandContext
) -> None:
    command = RaiseAsk(kind=AskKind.REQUEST, raised_by=COUNCIL_ID, text="a bench")

    first, *others = (
        record.envelope for record in seal_command(VAULT, command, context, several, b"").recorded(1, NOW)
    )

    assert first.cause is None
    assert first.fingerprint is not None
    assert all(envelope.cause == several[0].event_id and envelope.fingerprint is None for envelope in others)
    assert [envelope.on_behalf_of for envelope in (first, *others)] == [draft.word for draft in several]

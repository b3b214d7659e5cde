"""The record once corrections and withdrawals are applied: the last by position wins."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.events import Envelope, encode, name_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipPaused
from domain.events.recorded import Recorded, resolve
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.values import Sealed, first_instant
from domain.vocabulary import InteractionKind, Side

SEALED = Sealed(UUID(int=9), b"box")
START = datetime(2026, 1, 1, tzinfo=UTC)


def meeting(happened="2026-03-01", kind=InteractionKind.MEETING):
    return InteractionRecorded(happened=happened, interaction_id=UUID(int=7), kind=kind, participants=())


def correcting(position, body):
    """Replace the body of the record at a position."""
    return RecordCorrected(
        happened="2026-04",
        record_id=UUID(int=position),
        replacement_name=name_of(body),
        replacement_version=1,
        replacement=encode(body),
        reasons=SEALED,
    )


def withdrawing(position):
    return RecordWithdrawn(happened="2026-04", record_id=UUID(int=position), reasons=SEALED)


def the_record(*bodies):
    """Record bodies in order; the event at position n has the id n."""
    envelope = Envelope(command_id=UUID(int=8), operation="rehearse", actor=UUID(int=8), recorded_by=Side.RESIDENTS)
    return [
        Recorded(
            event_id=UUID(int=position),
            position=position,
            partition_id=UUID(int=6),
            occurred_at=first_instant(body.happened),
            recorded_at=START + timedelta(days=position),
            body=body,
            envelope=envelope,
        )
        for position, body in enumerate(bodies, start=1)
    ]


def standing(*bodies):
    effective, _ = resolve(the_record(*bodies))
    return {each.position: each for each in effective}


def withdrawn(*bodies):
    return [each.position for each in resolve(the_record(*bodies))[1]]


def test_without_corrections_everything_stands_as_recorded():
    records = standing(meeting(), PartnershipPaused(happened="2026", pause_id=UUID(int=5)))
    assert list(records) == [1, 2]
    assert records[1].body == meeting()
    assert records[1].causes == (UUID(int=1),)


def test_a_correction_puts_its_body_and_its_time_in_place_and_is_a_cause():
    records = standing(meeting(), correcting(1, meeting("2026-02-14", InteractionKind.WORKSHOP)))
    assert records[1].body == meeting("2026-02-14", InteractionKind.WORKSHOP)
    assert records[1].occurred_at == first_instant("2026-02-14")
    assert records[1].causes == (UUID(int=1), UUID(int=2))
    assert records[1].recorded.body == meeting()


def test_a_correction_may_make_another_event_of_it():
    records = standing(meeting(), correcting(1, PartnershipPaused(happened="2026-02", pause_id=UUID(int=5))))
    assert records[1].name == "partnership-paused"


def test_of_two_corrections_the_last_by_position_wins_and_both_are_causes():
    records = standing(meeting(), correcting(1, meeting("2026-02")), correcting(1, meeting("2026-01")))
    assert records[1].body == meeting("2026-01")
    assert records[1].corrected_by == (UUID(int=2), UUID(int=3))


def test_a_correction_of_a_correction_changes_what_it_puts_in_place():
    mended = correcting(1, meeting("2026-01"))
    records = standing(meeting(), correcting(1, meeting("2026-02")), correcting(2, mended))
    assert records[1].body == meeting("2026-01")
    assert records[1].corrected_by == (UUID(int=2), UUID(int=3))
    assert records[2].body == mended


def test_a_correction_that_was_about_the_wrong_record_can_be_sent_to_the_right_one():
    records = standing(
        meeting("2026-03-01"),
        meeting("2026-03-02"),
        correcting(1, meeting("2026-02")),
        correcting(3, correcting(2, meeting("2026-02"))),
    )
    assert records[1].body == meeting("2026-03-01")
    assert records[2].body == meeting("2026-02")


def test_a_withdrawn_record_does_not_stand_and_is_listed():
    bodies = meeting(), withdrawing(1)
    assert list(standing(*bodies)) == [2]
    assert withdrawn(*bodies) == [1]


def test_a_withdrawn_correction_gives_back_what_stood_before():
    records = standing(meeting(), correcting(1, meeting("2026-02")), correcting(1, meeting("2026-01")), withdrawing(3))
    assert records[1].body == meeting("2026-02")
    assert records[1].corrected_by == (UUID(int=2),)


def test_a_withdrawal_withdrawn_gives_the_record_back():
    bodies = meeting(), withdrawing(1), withdrawing(2)
    assert list(standing(*bodies)) == [1, 3]
    assert withdrawn(*bodies) == [2]


def test_a_withdrawal_withdrawn_and_that_withdrawn_too_withdraws_again():
    bodies = meeting(), withdrawing(1), withdrawing(2), withdrawing(3)
    assert list(standing(*bodies)) == [2, 4]
    assert withdrawn(*bodies) == [1, 3]


def test_a_withdrawal_of_the_wrong_record_can_be_corrected():
    bodies = meeting("2026-03-01"), meeting("2026-03-02"), withdrawing(1), correcting(3, withdrawing(2))
    assert withdrawn(*bodies) == [2]
    assert list(standing(*bodies)) == [1, 3, 4]


def test_a_correction_of_a_withdrawn_record_does_not_bring_it_back():
    assert withdrawn(meeting(), withdrawing(1), correcting(1, meeting("2026-02"))) == [1]


def test_a_prefix_knows_nothing_of_what_was_corrected_later():
    records = the_record(meeting(), correcting(1, meeting("2026-02")))
    effective, _ = resolve(records[:1])
    assert effective[0].body == meeting()


def test_what_is_about_another_history_changes_nothing():
    assert list(standing(meeting(), withdrawing(99), correcting(98, meeting("2026-02")))) == [1, 2, 3]


def test_an_effective_record_keeps_its_place_and_its_clock():
    first = the_record(meeting())[0]
    (effective,), _ = resolve([first])
    assert (effective.event_id, effective.position, effective.recorded_at, effective.envelope) == (
        first.event_id,
        first.position,
        first.recorded_at,
        first.envelope,
    )
    assert first.name == effective.name == "interaction-recorded"

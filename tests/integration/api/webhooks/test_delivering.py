"""Records are sent to webhooks, signed, at least once and in each partnership's order, and to nobody else."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest

from api.access.accounts import close_account
from api.access.grants import give_role, take_away
from api.access.kept_webhooks import WhyStopped
from api.access.tampering import forged_access
from api.access.user_roles import UserRole
from api.webhooks.deliveries import FIRST_PAUSE_S, LONGEST_PAUSE_S, deliver_waiting, pause_s
from tests.integration.api.test_a_meeting import MEETING
from tests.integration.api.test_roles import SINCE, only
from tests.integration.api.webhooks.conftest import body_of, met


def test_what_is_recorded_is_sent_once_signed_and_without_a_word_of_it(hook, inbox, neighbourhood, steward):
    webhook = hook()
    positions = met(neighbourhood)
    assert webhook.sends() is None
    assert inbox.positions() == positions
    for request in inbox.taken:
        event = webhook.verified(request)
        assert event["specversion"] == "1.0"
        assert event["subject"] == neighbourhood.partnership
        assert event["data"].keys() == {"position", "record_id", "partnership_id"}
        assert request["headers"]["Content-Type"] == "application/cloudevents+json"
        for word in (MEETING["notes"], MEETING["title"], str(steward.key)):
            assert word not in str(request)
    page = steward.reads("/v1/log", after=positions[0] - 1)["data"]
    assert [f"folkmoot.{each['type']}" for each in page] == [body_of(each)["type"] for each in inbox.taken]
    assert webhook.sends() is None
    assert len(inbox.taken) == len(positions)
    assert (webhook.kept.sent_position, webhook.kept.waiting) == (positions[-1], 0)


def test_only_the_types_and_partnerships_that_are_asked_for_are_sent(hook, inbox, neighbourhood, other_board, owner):
    of_one = hook(owner, partnerships=[other_board.partnership])
    met(neighbourhood)
    positions = met(other_board)
    of_one.sends()
    assert inbox.positions() == positions
    name = body_of(inbox.taken[0])["type"].removeprefix("folkmoot.")
    of_type = hook(owner, event_types=[name], after=0)
    of_type.sends()
    assert {body_of(each)["type"] for each in inbox.taken[len(positions) :]} == {f"folkmoot.{name}"}


def test_a_partnership_that_fails_holds_back_what_comes_after_it_there_and_no_other(
    hook, inbox, neighbourhood, other_board
):
    webhook = hook()
    inbox.does("200", **{neighbourhood.partnership: "500"})
    failing = met(neighbourhood) + met(neighbourhood)
    fine = met(other_board)
    due_at = webhook.sends()
    assert inbox.positions(other_board.partnership) == fine
    assert inbox.positions(neighbourhood.partnership) == failing[:1]
    assert timedelta(seconds=5) < due_at - datetime.now(UTC) < timedelta(seconds=15)
    assert webhook.kept.fault == "status-500"
    later = met(other_board)
    webhook.sends()
    assert inbox.positions(other_board.partnership) == fine + later
    inbox.does("200")
    webhook.hurries()
    assert webhook.sends() is None
    assert inbox.positions(neighbourhood.partnership) == failing[:1] + failing
    first, again = (each for each in inbox.taken if body_of(each)["data"]["position"] == failing[0])
    assert first["headers"]["webhook-id"] == again["headers"]["webhook-id"]
    assert webhook.kept.sent_at > webhook.kept.failed_at


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        ("404", "status-404"),
        ("redirects", "status-302"),
        ("slow", "too-slow"),
        ("drips", "too-slow"),
        ("closes", "broken-off"),
    ],
)
def test_whatever_is_no_taking_is_tried_again_and_leads_nowhere_else(hook, inbox, neighbourhood, act, fault):
    webhook = hook()
    inbox.does(act)
    positions = met(neighbourhood)
    assert webhook.sends() is not None
    assert (webhook.kept.fault, webhook.kept.waiting) == (fault, len(positions))
    assert {each["path"] for each in inbox.taken} == {"/hook"}


def test_an_answer_without_end_is_taken_by_its_status(hook, inbox, neighbourhood):
    webhook = hook()
    inbox.does("endless")
    positions = met(neighbourhood)
    assert webhook.sends() is None
    assert inbox.positions() == positions


def test_a_receiver_that_says_when_is_not_asked_sooner(hook, inbox, neighbourhood):
    webhook = hook()
    inbox.does("later")
    met(neighbourhood)
    assert webhook.sends() - datetime.now(UTC) > timedelta(hours=1, minutes=59)


def test_a_receiver_that_is_gone_ends_it(hook, inbox, neighbourhood, services, access):
    webhook = hook()
    inbox.does("410")
    met(neighbourhood)
    assert webhook.sends() is None
    assert (webhook.kept.stopped, webhook.kept.waiting) == (WhyStopped.GONE, 0)
    assert webhook.kept.ended_at is not None
    inbox.does("200")
    met(neighbourhood)
    webhook.sends()
    assert len(inbox.taken) == 1
    forged = forged_access(access.connection, services.vault)
    assert [each for each in forged if each.where.startswith("webhook")] == []


def test_what_fails_for_three_days_is_given_up_and_can_be_sent_again(hook, inbox, neighbourhood, owner):
    webhook = hook()
    inbox.does("500")
    positions = met(neighbourhood)
    webhook.sends()
    webhook.hurries(hours=71)
    webhook.sends()
    assert webhook.kept.dead == 0
    webhook.hurries(hours=2)
    webhook.sends()
    assert (webhook.kept.dead, webhook.kept.waiting) == (len(positions), 0)
    letters = owner.reads(f"/v1/me/webhooks/{webhook.webhook_id}/dead-letters")["data"]
    assert [each["position"] for each in letters] == positions
    assert {each["fault"] for each in letters} == {"status-500"}
    inbox.does("200")
    came = len(inbox.taken)
    assert webhook.asks("replays")["waiting"] == len(positions)
    assert webhook.sends() is None
    assert inbox.positions()[came:] == positions
    assert webhook.kept.dead == 0


def test_pauses_grow_and_end_at_six_hours_and_never_are_shorter_than_asked_for():
    pauses = [pause_s(tries) for tries in range(1, 15)]
    assert FIRST_PAUSE_S <= pauses[0] <= 1.2 * FIRST_PAUSE_S
    assert all(later >= 2 * sooner for sooner, later in pairwise(pauses[:7]))
    assert max(pauses) <= 1.2 * LONGEST_PAUSE_S
    assert pause_s(1, 7200) >= 7200
    assert pause_s(1) != pause_s(1)


def test_all_after_a_position_is_sent_again(hook, inbox, neighbourhood):
    webhook = hook()
    positions = met(neighbourhood) + met(neighbourhood)
    webhook.sends()
    webhook.asks("replays", after=positions[1])
    webhook.sends()
    assert inbox.positions() == positions + positions[2:]


def test_a_pause_sends_nothing_and_forgets_nothing(hook, inbox, neighbourhood):
    webhook = hook()
    assert webhook.asks("pauses")["stopped"] == "paused"
    positions = met(neighbourhood)
    webhook.sends()
    assert inbox.taken == []
    assert webhook.asks("resumptions")["stopped"] is None
    webhook.sends()
    assert inbox.positions() == positions


def test_former_secrets_sign_beside_the_new_one_for_as_long_as_was_asked(hook, inbox, neighbourhood):
    webhook = hook()
    new = webhook.asks("rotations", overlap_hours=1)["secret"]
    met(neighbourhood)
    webhook.sends()
    (request, *_) = inbox.taken
    assert len(request["headers"]["webhook-signature"].split()) == 2
    assert webhook.verified(request)
    webhook.secret = new
    assert webhook.verified(request)
    newest = webhook.asks("rotations", overlap_hours=0)["secret"]
    came = len(inbox.taken)
    met(neighbourhood)
    webhook.sends()
    request = inbox.taken[came]
    webhook.secret = newest
    assert webhook.verified(request)
    assert len(request["headers"]["webhook-signature"].split()) == 2, "the one before has its hour still"


# Reach


def test_what_the_owners_reach_does_not_cover_is_not_sent(access, hook, inbox, neighbourhood, other_board):
    steward = access.holder(UserRole.STEWARD, neighbourhood.council, only(neighbourhood.partnership))
    webhook = hook(steward)
    met(other_board)
    positions = met(neighbourhood)
    webhook.sends()
    assert inbox.positions() == positions


def test_what_the_reach_no_longer_covers_when_it_is_sent_is_not(access, hook, inbox, neighbourhood, other_board):
    steward = access.holder(UserRole.STEWARD, neighbourhood.council, only(neighbourhood.partnership))
    first, account_id = access.grant_id, access.account_id
    webhook = hook(steward)
    inbox.does("500")
    met(neighbourhood)
    webhook.sends()
    reach = only(other_board.partnership)
    give_role(access.connection, access.vault, account_id=account_id, role=UserRole.STEWARD, reach=reach, by=SINCE)
    take_away(access.connection, access.vault, first, SINCE)
    came = len(inbox.taken)
    inbox.does("200")
    webhook.hurries()
    assert webhook.sends() is None
    assert len(inbox.taken) == came
    assert webhook.kept.stopped is None


@pytest.mark.parametrize("how", ["closed", "without the right"])
def test_an_owner_who_may_no_longer_ends_it(access, hook, inbox, neighbourhood, how):
    steward = access.holder(UserRole.STEWARD, neighbourhood.council)
    webhook = hook(steward)
    if how == "closed":
        close_account(access.connection, access.vault, access.account_id)
    else:
        take_away(access.connection, access.vault, access.grant_id, SINCE)
    met(neighbourhood)
    assert webhook.sends() is None
    assert inbox.taken == []
    assert webhook.kept.stopped is WhyStopped.OWNER_GONE


def test_an_address_that_was_put_there_by_other_means_is_sent_nothing(hook, inbox, neighbourhood, database_url):
    webhook = hook()
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.webhook SET url = url || '/elsewhere'")
    met(neighbourhood)
    webhook.sends()
    assert inbox.taken == []


def test_an_address_that_was_changed_while_something_waits_is_sent_nothing_and_is_found_ever_after(
    hook, inbox, neighbourhood, services, access, database_url
):
    webhook = hook()
    inbox.does("500")
    met(neighbourhood)
    webhook.sends()
    tried = len(inbox.taken)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.webhook SET url = url || '/elsewhere'")
    webhook.hurries()
    deliver_waiting(webhook.services, webhook.sender, webhook.webhook_id)
    assert len(inbox.taken) == tried
    assert webhook.kept.stopped is WhyStopped.ENDED
    (found,) = (each for each in forged_access(access.connection, services.vault) if each.where.startswith("webhook"))
    assert str(webhook.webhook_id) in found.where


def test_it_is_tried_by_one_worker_at_a_time_and_taken_over_from_one_that_died(
    hook, inbox, neighbourhood, database_url
):
    webhook = hook()
    positions = met(neighbourhood)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE api.webhook_progress SET turn_until = clock_timestamp() + interval '1 minute'")
        assert webhook.sends() > datetime.now(UTC)
        assert inbox.taken == []
        connection.execute("UPDATE api.webhook_progress SET turn_until = clock_timestamp()")
    assert deliver_waiting(webhook.services, webhook.sender, webhook.webhook_id) is None
    assert inbox.positions() == positions


def test_a_log_that_was_put_back_stops_it_until_its_owner_says_from_where_to_go_on(
    hook, inbox, neighbourhood, database_url
):
    webhook = hook()
    met(neighbourhood)
    webhook.sends()
    came = len(inbox.taken)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.webhook_progress SET event_id = gen_random_uuid()")
    met(neighbourhood)
    webhook.sends()
    assert webhook.kept.stopped is WhyStopped.PUT_BACK
    assert len(inbox.taken) == came
    webhook.asks("resumptions")
    positions = met(neighbourhood)
    webhook.sends()
    assert inbox.positions()[came:] == positions


def test_all_after_a_position_is_sent_though_deliveries_of_lost_events_wait_there(
    hook, inbox, neighbourhood, database_url
):
    webhook = hook()
    inbox.does("500")
    positions = met(neighbourhood)
    webhook.sends()
    webhook.asks("pauses")
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.webhook_delivery SET event_id = gen_random_uuid()")
    came = len(inbox.taken)
    inbox.does("200")
    webhook.asks("replays", after=positions[0] - 1)
    webhook.sends()
    assert inbox.positions()[came:] == positions


def test_rebuilding_the_stored_projections_sends_nothing(hook, inbox, built, services):  # noqa: ARG001 - built is the stage
    webhook = hook()
    built.rebuild()
    assert webhook.sends() is None
    assert inbox.taken == []

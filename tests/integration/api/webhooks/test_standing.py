"""How webhooks stand is counted: what was tried, what waits, and how late the slowest of those under way is."""

import re

import httpx2
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.access.kept_webhooks import WhyStopped, stop_webhook
from api.webhooks.standing_deliveries import standing_deliveries
from tests.integration.api.webhooks.conftest import met
from tests.integration.api.webhooks.test_worker import working, wrapping_key
from tests.support.log_events import eventually

__all__ = ["wrapping_key"]


@pytest.fixture
def standing(services):
    """The counts, by state."""

    def read():
        with services.recorder.connections.borrow() as connection:
            return {each.state: each for each in standing_deliveries(connection)}

    return read


@pytest.fixture
def aged(database_url):
    """Let what is on record from a position on, and no earlier, have been there for as many hours."""

    def age(position, hours):
        with psycopg.connect(database_url) as connection:
            connection.execute("ALTER TABLE log.event DISABLE TRIGGER USER")
            connection.execute(
                "UPDATE log.event SET recorded_at = recorded_at - %s * interval '1 hour' WHERE position = %s",
                (hours, position),
            )

    return age


def test_the_slowest_webhook_is_as_late_as_the_oldest_event_that_it_has_not_been_told_of(
    hook, inbox, neighbourhood, other_board, standing, aged
):
    quick, slow = hook(partnerships=[other_board.partnership]), hook(partnerships=[neighbourhood.partnership])
    assert (standing()["under-way"].webhooks, standing()["under-way"].lag_s) == (2, 0)
    positions = met(neighbourhood)
    aged(positions[0], 5)
    assert 5 * 3600 <= standing()["under-way"].lag_s < 5 * 3600 + 60, "nobody has looked through it yet"
    inbox.does("500")
    for webhook in (quick, slow):
        webhook.sends()
    counts = standing()["under-way"]
    assert (counts.waiting, counts.given_up) == (len(positions), 0)
    assert 5 * 3600 <= counts.lag_s < 5 * 3600 + 60, "it waits to be tried again"
    slow.hurries(hours=73)
    slow.sends()
    counts = standing()["under-way"]
    assert (counts.waiting, counts.given_up, counts.lag_s) == (0, len(positions), 0)


def test_a_webhook_that_is_stopped_is_counted_by_why_and_is_never_late(hook, neighbourhood, services, standing, aged):
    webhook = hook()
    aged(met(neighbourhood)[0], 5)
    with services.recorder.connections.borrow() as connection:
        stop_webhook(connection, services.vault, webhook.webhook_id, WhyStopped.PAUSED)
    assert {state: (each.webhooks, each.lag_s) for state, each in standing().items()} == {"paused": (1, 0)}


def test_a_worker_shows_what_it_tried_by_outcome(hook, inbox, neighbourhood, database_url):
    webhook = hook()
    with working(database_url, FOLKMOOT_METRICS_PORT="0") as worker:
        address = re.search(r"Metrics are at (http://127\.0\.0\.1:\d+/metrics)", "".join(worker.announced))[1]
        assert shown(address)["folkmoot_webhook_deliveries_total", "taken"] == 0
        positions = met(neighbourhood)
        eventually(lambda: shown(address)["folkmoot_webhook_deliveries_total", "taken"] == len(positions))
        inbox.does("500")
        met(neighbourhood)
        eventually(lambda: shown(address)["folkmoot_webhook_deliveries_total", "failed"] == 1)
        after = shown(address)
    assert after["folkmoot_webhook_waiting",] == webhook.kept.waiting > 0
    assert after["folkmoot_webhooks", "under-way"] == 1
    assert after["folkmoot_mail", "waiting"] == after["folkmoot_mail_oldest_seconds",] == 0
    assert after["folkmoot_work", "done", "deliver-to-webhook"] >= 1
    assert str(webhook.webhook_id) not in str(after)


def shown(address):
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(httpx2.get(address).text)
        for sample in family.samples
    }

"""Metrics of the work in the background as it stands in the database: the queue, webhooks and mail.

They are the same from every process. No label holds an id, a name or an address.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from prometheus_client.core import GaugeMetricFamily, Metric

from api.mail.outbox import count_mail, oldest_waiting_s
from api.queue.standing_work import standing_work
from api.webhooks.standing_deliveries import UNDER_WAY, standing_deliveries


def background_metrics(connection: psycopg.Connection[Any]) -> Iterator[Metric]:
    """Read the metrics of the queue, of webhooks and of mail."""
    yield from _of_work(connection)
    yield from _of_webhooks(connection)
    yield from _of_mail(connection)


def _of_work(connection: psycopg.Connection[Any]) -> Iterator[Metric]:
    pieces = GaugeMetricFamily("folkmoot_work", "Work in the queue, and kept of it.", labels=("task", "state"))
    waiting = GaugeMetricFamily(
        "folkmoot_work_oldest_seconds", "For how long the oldest that is due has waited.", labels=("task",)
    )
    retried = GaugeMetricFamily("folkmoot_work_retried", "Work that is tried again.", labels=("task",))
    for count in standing_work(connection):
        pieces.add_metric([count.task, count.state], count.pieces)
        if count.state == "waiting":
            waiting.add_metric([count.task], count.oldest_s)
            retried.add_metric([count.task], count.retried)
    yield from (pieces, waiting, retried)


def _of_webhooks(connection: psycopg.Connection[Any]) -> Iterator[Metric]:
    counts = standing_deliveries(connection)
    webhooks = GaugeMetricFamily("folkmoot_webhooks", "Webhooks under way, and stopped.", labels=("state",))
    webhooks.add_metric([UNDER_WAY], 0)
    for count in counts:
        webhooks.add_metric([count.state], count.webhooks)
    yield webhooks
    waiting, given_up = sum(count.waiting for count in counts), sum(count.given_up for count in counts)
    yield GaugeMetricFamily("folkmoot_webhook_waiting", "Deliveries that wait to be sent.", value=waiting)
    yield GaugeMetricFamily("folkmoot_webhook_given_up", "Deliveries that were given up.", value=given_up)
    lag_s = max((count.lag_s for count in counts), default=0.0)
    yield GaugeMetricFamily("folkmoot_webhook_lag_seconds", "How late the slowest webhook is.", value=lag_s)


def _of_mail(connection: psycopg.Connection[Any]) -> Iterator[Metric]:
    mail = GaugeMetricFamily("folkmoot_mail", "Mail that waits, and kept of it.", labels=("state",))
    for state, number in count_mail(connection).items():
        mail.add_metric([state.value], number)
    yield mail
    oldest_s = oldest_waiting_s(connection)
    yield GaugeMetricFamily("folkmoot_mail_oldest_seconds", "For how long the oldest mail waits.", value=oldest_s)

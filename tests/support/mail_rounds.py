"""Sending in tests: every mail that is due is tried once, one after the other, without a queue."""

from collections import Counter

from api.jobs.send_mail import send_mail
from api.mail.outbox import waiting_mail


def send_due_mail(services, kinds):
    """Try every mail that is due, and count what became of each."""
    with services.recorder.connections.borrow() as connection:
        waiting = waiting_mail(connection)
    outcomes = [send_mail(services, kinds, mail_id) for mail_id, _ in waiting]
    return Counter(outcome for outcome in outcomes if outcome is not None)

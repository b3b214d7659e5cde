"""Sending in tests: mail kept instead of sent, and every mail that is due tried once, without a queue."""

from collections import Counter

from api.jobs.send_mail import send_mail
from api.mail.outbox import waiting_mail


def send_due_mail(services, kinds):
    """Try every mail that is due, and count what became of each."""
    with services.recorder.connections.borrow() as connection:
        waiting = waiting_mail(connection)
    outcomes = [send_mail(services, kinds, mail_id) for mail_id, _ in waiting]
    return Counter(outcome for outcome in outcomes if outcome is not None)


class Postbag:
    """A sender that keeps mail instead of sending it, unless it is set to fail."""

    def __init__(self):
        self.mails, self.failures = [], []

    def send(self, message, *, may_be_sent):
        del may_be_sent
        if self.failures:
            raise self.failures.pop(0)
        self.mails.append(message)

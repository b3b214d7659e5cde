"""Somebody at the pages: signs in with a key, reads, and sends forms as a browser would, hidden fields included."""

import re
from html import unescape

from starlette.testclient import TestClient

PRIVATE = "/private"
"""Where tests of sessions put a page that only whoever has signed in may see."""
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class PageVisitor:
    """A browser of their own, with its cookies; it follows no redirects."""

    def __init__(self, app):
        self.client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        self.origin = str(self.client.base_url).rstrip("/")

    def signs_in(self, key):
        answer = self.sends("/sign-in", key=key)
        assert answer.status_code == 303, answer.text
        return self

    def is_signed_in(self):
        return self.gets(PRIVATE).status_code == 200

    def gets(self, path, **parameters):
        return self.client.get(path, params=parameters or None)

    def reads(self, path, **parameters):
        """The markup of a page that must be there."""
        answer = self.gets(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.text

    def hidden(self, path):
        """The hidden fields of the forms on a page, by name."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self.reads(path))}

    def sends(self, path, fields=None, *, headers=None, **more):
        """Send the form on a page, filled in; give the answer. A field with several answers is a list."""
        data = {**self.hidden(path), **(fields or {}), **more}
        return self.client.post(path, data=data, headers={"Origin": self.origin, **(headers or {})})


def address_on(answer):
    """Where an answer sends its visitor on to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def error_summary(markup):
    """The errors that a page shows of its form: each field, with the words."""
    box = markup.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    return re.findall(r'<a href="#([^"]+)">([^<]+)</a>', box)

"""The accessibility statement, as the Public Sector Bodies Accessibility Regulations 2018 ask for one."""

from datetime import date
from typing import Final

from api.pages.ground.page import Page, PageAnswer, Shown, Visit

PREPARED_ON: Final = date(2026, 11, 28)


def _show(visit: Visit) -> PageAnswer:
    values = {"prepared_on": PREPARED_ON, "contact": visit.services.contact_email, "address": visit.services.public_url}
    return Shown(template="help_pages/accessibility.html", title="Accessibility statement", values=values)


PAGES = (Page(path="/accessibility", name="accessibility", show=_show, right=None, section="help"),)

"""People and keys: who uses the installation, what they may do, and the keys of whoever is signed in."""

from api.pages.people import (
    account_forms,
    accounts_page,
    own_access,
    own_calendar_page,
    own_mail_page,
    own_webhooks_page,
)

PAGES = (
    *accounts_page.PAGES,
    *account_forms.PAGES,
    *own_access.PAGES,
    *own_mail_page.PAGES,
    *own_calendar_page.PAGES,
    *own_webhooks_page.PAGES,
)

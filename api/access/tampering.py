"""Tampering with access: accounts, keys and entries on roles that are not as Folkmoot wrote them, and new marks."""

from typing import Final

import psycopg

from api.access.account_acts import ACTS, missing_acts
from api.access.accounts import ACCOUNTS
from api.access.answer_links import ANSWER_LINKS
from api.access.grants import GRANTS, missing_entries
from api.access.kept_webhooks import WEBHOOKS
from api.access.keys import KEYS
from api.access.signed_on import SUBJECTS
from domain.audit.alteration import Alteration
from domain.vault import Vault

_MARKED: Final = (KEYS, ACCOUNTS, GRANTS, SUBJECTS, ACTS, ANSWER_LINKS, WEBHOOKS)


def forged_access(connection: psycopg.Connection, vault: Vault) -> list[Alteration]:
    """Accounts, keys and entries on roles that were made, changed or taken out by other means than by Folkmoot."""
    forged = [alteration for table in _MARKED for alteration in table.forged(connection, vault)]
    return [*forged, *missing_entries(connection), *missing_acts(connection)]


def remark_access(connection: psycopg.Connection, vault: Vault) -> None:
    """Mark under the present wrapping key what is marked under a former one; for the owner or the vault's role."""
    for table in _MARKED:
        table.remark(connection, vault)

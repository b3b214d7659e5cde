"""The settings of mail: their rows in the table, their faults, and what they ask for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from api.mail.mail_message import is_mail_address
from api.mail.mail_settings import NOTIFY_URL, MailSettings, NotifyService, SmtpServer, server_in
from api.runtime.setting import Setting
from api.sign_on.provider_file import is_safe_address

_FROM: Final = "FOLKMOOT_MAIL_FROM"
_SERVER: Final = "FOLKMOOT_MAIL_SERVER"
_USER: Final = "FOLKMOOT_MAIL_USER"
_PASSWORD_FILE: Final = "FOLKMOOT_MAIL_PASSWORD_FILE"  # noqa: S105 - the name of a setting
_KEY_FILE: Final = "FOLKMOOT_MAIL_NOTIFY_KEY_FILE"
_TEMPLATE: Final = "FOLKMOOT_MAIL_NOTIFY_TEMPLATE"
_URL: Final = "FOLKMOOT_MAIL_NOTIFY_URL"
_PUBLIC_URL: Final = "FOLKMOOT_PUBLIC_URL"
_NEEDS: Final = (
    (_SERVER, _FROM, "mail comes from somebody"),
    (_SERVER, _PUBLIC_URL, "mail leads back here"),
    (_KEY_FILE, _TEMPLATE, "Notify sends templates"),
    (_KEY_FILE, _PUBLIC_URL, "mail leads back here"),
    (_USER, _PASSWORD_FILE, "a name alone opens nothing"),
    (_PASSWORD_FILE, _USER, "a password is somebody's"),
    (_USER, _SERVER, "it is the name that is given there"),
    (_FROM, _SERVER, "Notify sends from an address of its own"),
    (_TEMPLATE, _KEY_FILE, "without it nothing is sent by Notify"),
)
MAIL_TABLE: Final = (
    Setting(
        variable=_SERVER,
        meaning="The server that takes mail: `smtps://mail.council.example`, or `smtp://…:587` with STARTTLS. "
        "Without it, and without Notify, no mail is sent.",
    ),
    Setting(variable=_FROM, meaning="The address that mail comes from, by such a server."),
    Setting(variable=_USER, meaning="The name by which to sign in to that server, where it asks for one."),
    Setting(variable=_PASSWORD_FILE, meaning="A file that holds the password that goes with it."),
    Setting(
        variable=_KEY_FILE,
        meaning="A file that holds the key of a service at GOV.UK Notify, which then sends the mail.",
    ),
    Setting(
        variable=_TEMPLATE,
        meaning="The id of an email template there whose subject is `((subject))` and whose message is `((body))`.",
    ),
    Setting(variable=_URL, meaning="Where Notify answers.", default=NOTIFY_URL),
)


def mail_faults(values: Mapping[str, str]) -> Iterator[str]:
    """Every fault of the settings of mail."""
    for setting, companion, why in _NEEDS:
        if setting in values and companion not in values:
            yield f"{setting} needs {companion}: {why}"
    if _SERVER in values and _KEY_FILE in values:
        yield f"{_SERVER} and {_KEY_FILE} are both set: leave one out"
    if not is_mail_address(values.get(_FROM, "a@b.example")):
        yield f"{_FROM} must be an address such as folkmoot@council.example"
    try:
        server_in(values.get(_SERVER, "smtps://localhost"))
    except ValueError:
        yield f"{_SERVER} must be an address such as smtps://mail.council.example or smtp://mail.council.example:587"
    if not is_safe_address(values.get(_URL, NOTIFY_URL)):
        yield f"{_URL} must begin with https:// (http:// only for this machine)"
    try:
        UUID(values.get(_TEMPLATE, str(UUID(int=0))))
    except ValueError:
        yield f"{_TEMPLATE} must be the id of a template, as Notify shows it"


def mail_settings(values: Mapping[str, str]) -> MailSettings | None:
    """The mail that settings without a fault ask for; None where none is to be sent."""
    if _SERVER in values:
        host, port, tls_from_the_start, may_be_clear = server_in(values[_SERVER])
        password_file = values.get(_PASSWORD_FILE)
        return SmtpServer(
            host=host,
            port=port,
            tls_from_the_start=tls_from_the_start,
            may_be_clear=may_be_clear,
            sender=values[_FROM],
            user=values.get(_USER, ""),
            password_file=None if password_file is None else Path(password_file).absolute(),
        )
    if _KEY_FILE in values:
        url = values.get(_URL, NOTIFY_URL).rstrip("/")
        return NotifyService(url=url, template_id=values[_TEMPLATE], key_file=Path(values[_KEY_FILE]).absolute())
    return None

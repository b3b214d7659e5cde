"""Settings: read from the environment, described in one table, every fault named at once."""

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from api.limits.allowances import (
    CONNECTIONS,
    DEAR_AT_ONCE,
    REQUESTS_A_MINUTE,
    STREAMS,
    UNSIGNED_A_MINUTE,
    Allowances,
    Network,
)
from api.mail.mail_settings import MailSettings
from api.runtime.mail_table import MAIL_TABLE, mail_faults, mail_settings
from api.runtime.publisher_table import GRANT_PREFIX, PUBLISHER_TABLE, unfit_grant_prefix
from api.runtime.setting import Setting
from api.runtime.watch_table import TRACES_URL, WATCH_TABLE, unfit_collector
from domain.errors import FolkmootError
from domain.vault.wrapping_key import FILE_VARIABLE, KEY_VARIABLE

PREFIX: Final = "FOLKMOOT_"
_SECRET_CHARACTERS: Final = 32
_MOST_REQUESTS: Final = 10_000_000
MASKED: Final = "********"
_EITHER: Final = (
    frozenset({KEY_VARIABLE, FILE_VARIABLE}),
    frozenset({"FOLKMOOT_SIGN_ON_SECRET", "FOLKMOOT_SIGN_ON_SECRET_FILE"}),
)
_FILES: Final = (
    "FOLKMOOT_STYLESHEET_FILE",
    "FOLKMOOT_SIGN_ON_FILE",
    "FOLKMOOT_SIGN_ON_SECRET_FILE",
    "FOLKMOOT_MAIL_PASSWORD_FILE",
    "FOLKMOOT_MAIL_NOTIFY_KEY_FILE",
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsInvalid(FolkmootError):
    """The environment holds settings that cannot be used; the message names each and says what to do."""


TABLE: Final = (
    Setting(
        variable="DATABASE_URL",
        meaning="The PostgreSQL to use (15 or later). Without it Folkmoot starts one of its own.",
        secret=True,
    ),
    Setting(
        variable="FOLKMOOT_READ_DATABASE_URL",
        meaning="Where a rebuild reads the log instead: a streaming replica of that PostgreSQL, say.",
        secret=True,
    ),
    Setting(
        variable="FOLKMOOT_FOLLOW",
        meaning="Whether serving also follows the log for the stored projections: yes or no. "
        "By default yes with a PostgreSQL of Folkmoot's own, else no.",
    ),
    Setting(
        variable="FOLKMOOT_WORK",
        meaning="Whether serving also does the work in the background (`work`), by a process beside it: yes or no. "
        "By default yes with a PostgreSQL of Folkmoot's own, else no.",
    ),
    Setting(
        variable="FOLKMOOT_NIGHTLY",
        meaning="Whether a worker also rebuilds and scrubs every night, at 02:30 and 04:00 in London: yes or no. "
        "By default yes with a PostgreSQL of Folkmoot's own, else no: timers of yours do it.",
    ),
    Setting(
        variable="FOLKMOOT_FOLLOW_WHOLE",
        meaning="Whether a follower projects a partnership's whole history anew at each of its events, and a server "
        "for each answer that rests on new ones: yes or no. "
        "Slow; for when you doubt that what it makes by difference is right.",
        default="no",
    ),
    Setting(
        variable="FOLKMOOT_DATA_DIR",
        meaning="Where Folkmoot's own PostgreSQL and wrapping key are kept. By default a folder fit for the account.",
    ),
    Setting(
        variable=KEY_VARIABLE,
        meaning="The key that wraps the vault's keys: 32 random bytes in base64. Former keys may follow, after spaces.",
        secret=True,
    ),
    Setting(
        variable=FILE_VARIABLE,
        meaning="A file that holds the wrapping key instead. With neither, one is made in the data folder.",
    ),
    Setting(
        variable="FOLKMOOT_MEMORANDUM_FILE",
        meaning="The file that remembers, outside the database, who was forgotten, which texts were taken out, and "
        "roots of the log. By default beside the wrapping key's file, else in the data folder.",
    ),
    Setting(
        variable="FOLKMOOT_OPENINGS_YEARS",
        meaning="For how many years it is kept who opened sealed words (1 to 50); `folkmoot scrub` takes out what is "
        "older. Six is how long a claim may be brought.",
        default="6",
    ),
    Setting(
        variable="FOLKMOOT_BULK_AN_HOUR",
        meaning="Of how many people one key or account may open words within an hour before a warning is given.",
        default="500",
    ),
    Setting(variable="FOLKMOOT_BULK_A_DAY", meaning="The same within a day.", default="2000"),
    Setting(variable="FOLKMOOT_HOST", meaning="The address to listen on.", default="127.0.0.1"),
    Setting(variable="FOLKMOOT_PORT", meaning="The port to listen on; 0 takes any free one.", default="8000"),
    Setting(
        variable="FOLKMOOT_THREADS",
        meaning="How many requests are worked on at once (1 to 200). Each may take a database connection, and eleven "
        "more are taken beside them, 31 with a worker beside: `serve` ends with 78 where the database lets in fewer.",
        default="16",
    ),
    Setting(
        variable="FOLKMOOT_REQUESTS_A_MINUTE",
        meaning="How many requests a minute one caller may make who gives a key or has signed in; 0 for any number.",
        default=str(REQUESTS_A_MINUTE),
    ),
    Setting(
        variable="FOLKMOOT_UNSIGNED_REQUESTS_A_MINUTE",
        meaning="How many requests a minute may come from one address without a key and without signing in; 0 for any "
        "number. A wrong key, or a link that was used, counts as ten.",
        default=str(UNSIGNED_A_MINUTE),
    ),
    Setting(
        variable="FOLKMOOT_DEAR_READS",
        meaning="How many answers that take long, such as what-ifs, are worked out at once; each caller has one at a "
        "time, and all but one thread at most are at it.",
        default=str(DEAR_AT_ONCE),
    ),
    Setting(
        variable="FOLKMOOT_CONNECTIONS",
        meaning="How many connections may be open at once. Beyond that those that have asked nothing yet are cut off.",
        default=str(CONNECTIONS),
    ),
    Setting(
        variable="FOLKMOOT_STREAMS",
        meaning="How many streams of the log (server-sent events) may be open at once, ten of one caller; 0 for none. "
        "They are among FOLKMOOT_CONNECTIONS.",
        default=str(STREAMS),
    ),
    Setting(
        variable="FOLKMOOT_WEBHOOK_HOSTS",
        meaning="Hosts, with spaces between them, to which webhooks may lead though they are in a private network; one "
        "on this machine by http too. Else webhooks lead to public addresses by https alone.",
    ),
    Setting(
        variable="FOLKMOOT_TRUSTED_PROXIES",
        meaning="The addresses or networks of the reverse proxies before this server, with spaces between them. Only "
        "their X-Forwarded-For is believed; without it, all who come through a proxy count as one address.",
    ),
    *WATCH_TABLE,
    Setting(
        variable="FOLKMOOT_PUBLIC_URL",
        meaning="Where people reach this service, for links and the API description: https, except on this machine.",
    ),
    Setting(
        variable="FOLKMOOT_COOKIE_SECRETS",
        meaning="Secrets of 32 characters or more that sign what browsers hold, the present one first, former ones "
        "after spaces. By default made from the wrapping keys.",
        secret=True,
    ),
    Setting(
        variable="FOLKMOOT_SIGN_ON_FILE",
        meaning="A file that declares the OpenID Connect provider by which people sign in and programs have tokens, "
        "and the roles that follow. Without it keys alone let in. It needs FOLKMOOT_PUBLIC_URL.",
    ),
    Setting(
        variable="FOLKMOOT_SIGN_ON_SECRET",
        meaning="The secret that Folkmoot has with that provider, where it was given one.",
        secret=True,
    ),
    Setting(
        variable="FOLKMOOT_SIGN_ON_SECRET_FILE",
        meaning="A file that holds that secret instead.",
    ),
    *MAIL_TABLE,
    Setting(
        variable="FOLKMOOT_STYLESHEET_FILE",
        meaning="A stylesheet for the pages in place of Folkmoot's own: on service.gov.uk, that of GOV.UK Frontend.",
    ),
    *PUBLISHER_TABLE,
)
_KNOWN: Final = {setting.variable: setting for setting in TABLE}
_LIMITS: Final = {
    "FOLKMOOT_REQUESTS_A_MINUTE": (0, _MOST_REQUESTS),
    "FOLKMOOT_UNSIGNED_REQUESTS_A_MINUTE": (0, _MOST_REQUESTS),
    "FOLKMOOT_DEAR_READS": (1, 50),
    "FOLKMOOT_CONNECTIONS": (10, 100_000),
    "FOLKMOOT_STREAMS": (0, 100_000),
}
"""The least and the most of what callers may be allowed to take."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """The settings in force. `environment` holds what was given, for the wrapping key's own loader."""

    environment: Mapping[str, str]
    database_url: str
    read_database_url: str
    follow: bool
    work: bool
    nightly: bool
    follow_whole: bool
    data_dir: Path | None
    memorandum_file: Path | None
    openings_years: int
    bulk_an_hour: int
    bulk_a_day: int
    host: str
    port: int
    metrics_host: str
    metrics_port: int | None
    traces_url: str
    threads: int
    public_url: str
    contact_email: str
    grant_prefix: str
    cookie_secrets: tuple[str, ...]
    stylesheet_file: Path | None
    sign_on_file: Path | None
    sign_on_secret_file: Path | None
    mail: MailSettings | None
    webhook_hosts: frozenset[str]
    allowances: Allowances

    def __repr__(self) -> str:
        """Show effective values, secrets masked: representations end up in logs."""
        return f"Settings({', '.join(f'{name}={value}' for name, value, _ in effective(self.environment))})"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsInvalid naming every fault at once."""
    values = {name: value for name, value in environ.items() if name in _KNOWN and value != ""}
    faults = [_unknown(name) for name in sorted(environ) if name.startswith(PREFIX) and name not in _KNOWN]

    def value(name: str, check: Callable[[str], str | None]) -> str:
        text = values.get(name, _KNOWN[name].default)
        fault = check(text)
        if fault:
            faults.append(f"{name} {fault}")
        return text

    port, metrics_port = value("FOLKMOOT_PORT", _port), value("FOLKMOOT_METRICS_PORT", _port_if_any)
    threads = value("FOLKMOOT_THREADS", _whole_number(1, 200))
    openings_years = value("FOLKMOOT_OPENINGS_YEARS", _whole_number(1, 50))
    bulk_an_hour = value("FOLKMOOT_BULK_AN_HOUR", _whole_number(1, 1_000_000))
    bulk_a_day = value("FOLKMOOT_BULK_A_DAY", _whole_number(1, 1_000_000))
    limits = {name: value(name, _whole_number(*bounds)) for name, bounds in _LIMITS.items()}
    proxies, public_url = value("FOLKMOOT_TRUSTED_PROXIES", _networks), value("FOLKMOOT_PUBLIC_URL", _public_url)
    cookie_secrets, grant_prefix = value("FOLKMOOT_COOKIE_SECRETS", _secrets), value(GRANT_PREFIX, unfit_grant_prefix)
    traces_url = value(TRACES_URL, unfit_collector)
    for file in _FILES:
        value(file, _readable_file)
    faults.extend(_across(values))
    is_our_own = "no" if values.get("DATABASE_URL") else "yes"
    work = value("FOLKMOOT_WORK", _yes_or_no) or is_our_own
    nightly = value("FOLKMOOT_NIGHTLY", _yes_or_no) or is_our_own
    follow, follow_whole = value("FOLKMOOT_FOLLOW", _yes_or_no), value("FOLKMOOT_FOLLOW_WHOLE", _yes_or_no)
    if faults:
        raise SettingsInvalid("; ".join(faults))
    return Settings(
        environment=values,
        database_url=values.get("DATABASE_URL", ""),
        read_database_url=values.get("FOLKMOOT_READ_DATABASE_URL", ""),
        follow=(follow or is_our_own) == "yes",
        work=work == "yes",
        nightly=nightly == "yes",
        follow_whole=follow_whole == "yes",
        data_dir=_path(values, "FOLKMOOT_DATA_DIR"),
        memorandum_file=_path(values, "FOLKMOOT_MEMORANDUM_FILE"),
        openings_years=int(openings_years),
        bulk_an_hour=int(bulk_an_hour),
        bulk_a_day=int(bulk_a_day),
        host=values.get("FOLKMOOT_HOST", _KNOWN["FOLKMOOT_HOST"].default),
        port=int(port),
        metrics_host=values.get("FOLKMOOT_METRICS_HOST", _KNOWN["FOLKMOOT_METRICS_HOST"].default),
        metrics_port=int(metrics_port) if metrics_port else None,
        traces_url=traces_url,
        threads=int(threads),
        public_url=public_url.rstrip("/"),
        contact_email=values.get("FOLKMOOT_CONTACT_EMAIL", ""),
        grant_prefix=grant_prefix,
        cookie_secrets=tuple(cookie_secrets.split()),
        stylesheet_file=_path(values, "FOLKMOOT_STYLESHEET_FILE"),
        sign_on_file=_path(values, "FOLKMOOT_SIGN_ON_FILE"),
        sign_on_secret_file=_path(values, "FOLKMOOT_SIGN_ON_SECRET_FILE"),
        mail=mail_settings(values),
        webhook_hosts=frozenset(values.get("FOLKMOOT_WEBHOOK_HOSTS", "").lower().split()),
        allowances=_allowances({name: int(text) for name, text in limits.items()}, int(threads), proxies),
    )


def _allowances(limits: Mapping[str, int], threads: int, proxies: str) -> Allowances:
    return Allowances(
        requests_a_minute=limits["FOLKMOOT_REQUESTS_A_MINUTE"],
        unsigned_a_minute=limits["FOLKMOOT_UNSIGNED_REQUESTS_A_MINUTE"],
        dear_at_once=min(limits["FOLKMOOT_DEAR_READS"], max(1, threads - 1)),
        connections=limits["FOLKMOOT_CONNECTIONS"],
        streams=limits["FOLKMOOT_STREAMS"],
        trusted_proxies=_networks_in(proxies),
    )


def effective(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each setting: its name, its value with secrets masked, and the source of the value."""
    rows = []
    for setting in TABLE:
        value = environ.get(setting.variable, "")
        shown_value = MASKED if value and setting.secret else value or setting.default
        rows.append((setting.variable, shown_value, "environment" if value else "default"))
    return rows


def _across(values: Mapping[str, str]) -> Iterator[str]:
    """The faults that no single setting has."""
    for pair in _EITHER:
        if pair <= values.keys():
            yield f"{' and '.join(sorted(pair))} are both set: leave one out"
    if "FOLKMOOT_SIGN_ON_FILE" in values and "FOLKMOOT_PUBLIC_URL" not in values:
        yield "FOLKMOOT_SIGN_ON_FILE needs FOLKMOOT_PUBLIC_URL: the provider sends people back there"
    yield from mail_faults(values)


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[name]).absolute() if name in values else None


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, _KNOWN, n=1)
    return f"{name} is not a setting" + (f": did you mean {close[0]}?" if close else "; `folkmoot settings` lists them")


def _yes_or_no(text: str) -> str | None:
    return None if text in {"", "yes", "no"} else "must be yes or no"


def _whole_number(least: int, most: int) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        fits = text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most
        return None if fits else f"must be a whole number from {least} to {most}"

    return check


def _port(text: str) -> str | None:
    return _whole_number(0, 65_535)(text)


def _port_if_any(text: str) -> str | None:
    return _port(text) if text else None


def _secrets(text: str) -> str | None:
    fits = all(len(secret) >= _SECRET_CHARACTERS for secret in text.split())
    return None if fits else f"must hold secrets of {_SECRET_CHARACTERS} characters or more, with spaces between them"


def _networks(text: str) -> str | None:
    try:
        _networks_in(text)
    except ValueError:
        return "must hold addresses such as 10.0.0.7, or networks such as 10.0.0.0/24, with spaces between them"
    return None


def _networks_in(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(network) for network in text.split())


def _readable_file(text: str) -> str | None:
    return None if not text or os.access(text, os.R_OK) else "must be a file that can be read"


def _public_url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        loopback = parts.hostname in _LOOPBACK
    except ValueError:
        return "must be an address such as https://folkmoot.example.org"
    if parts.scheme == "https" or (parts.scheme == "http" and loopback):
        return None if parts.hostname and not parts.query else "must be an address such as https://folkmoot.example.org"
    return "must begin with https:// (http:// only for this machine)"

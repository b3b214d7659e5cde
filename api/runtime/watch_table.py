"""The settings of watching over a process: where it shows metrics, and where it sends traces."""

from typing import Final
from urllib.parse import urlsplit

from api.runtime.setting import Setting

TRACES_URL: Final = "FOLKMOOT_TRACES_URL"
WATCH_TABLE: Final = (
    Setting(
        variable="FOLKMOOT_METRICS_PORT",
        meaning="The port at which `serve`, `follow` and `work` show metrics to Prometheus; 0 takes any free one. "
        "Without it they show none.",
    ),
    Setting(
        variable="FOLKMOOT_METRICS_HOST",
        meaning="The address of that port. Nobody is asked for a key there.",
        default="127.0.0.1",
    ),
    Setting(
        variable=TRACES_URL,
        meaning="Where `serve` and `work` send spans of requests and of work: the address at which an OpenTelemetry "
        "collector takes OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces. Without it they send none.",
    ),
)


def unfit_collector(text: str) -> str | None:
    """Why this is no address of a collector; None where it is one, or empty.

    A password in it would end up in logs of others: a collector is told its own by its own settings.
    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        fits = False
    return None if fits else "must be an address such as http://127.0.0.1:4318/v1/traces, without a name or password"

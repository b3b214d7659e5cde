"""Logs: one JSON object a line for machines, a readable line for people at a terminal. Never a name or a text."""

import sys
from typing import Final

import structlog

_COMMON: Final = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_logging() -> None:
    """Write logs to standard output, as JSON unless somebody is looking."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stdout.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*_COMMON, renderer],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )

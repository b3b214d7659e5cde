"""Logs: one JSON object a line for machines, a readable line for people at a terminal. Never a name or a text."""

import sys
from typing import Final, TextIO

import structlog

_COMMON: Final = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_logging(stream: TextIO | None = None) -> None:
    """Write logs to standard output, or another stream: as JSON unless somebody is looking."""
    file = sys.stdout if stream is None else stream
    renderer = structlog.dev.ConsoleRenderer() if file.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*_COMMON, renderer],
        logger_factory=structlog.WriteLoggerFactory(file=file),
        cache_logger_on_first_use=True,
    )

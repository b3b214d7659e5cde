"""Errors of the PostgreSQL that Folkmoot starts itself: a closed set, each saying what to do."""

from domain.errors import FolkmootError


class EmbeddedPostgresError(FolkmootError):
    """The embedded PostgreSQL cannot be used; the message says what to do. Closed: the subclasses below."""


class NoDataDirectory(EmbeddedPostgresError):
    """Neither the settings nor the account say where data may be kept."""


class DataDirectoryUnreachable(EmbeddedPostgresError):
    """The user that must run the server cannot enter or write the data directory."""


class NoServerPrograms(EmbeddedPostgresError):
    """No usable PostgreSQL server is installed."""


class WrongMajorVersion(EmbeddedPostgresError):
    """The database files were made by a major version of PostgreSQL of which no programs are here."""


class ServerFailed(EmbeddedPostgresError):
    """The server, or the making of its files, ended or did not become ready; carries the end of its log."""

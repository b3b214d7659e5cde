"""A PostgreSQL server of Folkmoot's own, for those who have none: its programs, its data directory, its life."""

from domain.embedded_server.data_dir import default_data_dir
from domain.embedded_server.errors import (
    DataDirectoryUnreachable,
    EmbeddedPostgresError,
    NoDataDirectory,
    NoServerPrograms,
    ServerFailed,
    WrongMajorVersion,
)
from domain.embedded_server.server import EmbeddedPostgres

__all__ = [
    "DataDirectoryUnreachable",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "NoDataDirectory",
    "NoServerPrograms",
    "ServerFailed",
    "WrongMajorVersion",
    "default_data_dir",
]

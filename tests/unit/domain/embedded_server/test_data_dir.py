"""Where Folkmoot keeps its data when nobody has said."""

import os
from pathlib import Path

import pytest

from domain.embedded_server import NoDataDirectory, default_data_dir


@pytest.mark.parametrize(
    ("uid", "environment", "expected"),
    [
        (0, {"HOME": "/root", "XDG_DATA_HOME": "/x"}, "/var/lib/folkmoot"),
        (0, {"FOLKMOOT_DATA_DIR": "/srv/moot"}, "/srv/moot"),
        (1000, {"FOLKMOOT_DATA_DIR": "/srv/moot", "HOME": "/home/ada"}, "/srv/moot"),
        (1000, {"HOME": "/home/ada"}, "/home/ada/.local/share/folkmoot"),
        (1000, {"HOME": "/home/ada", "XDG_DATA_HOME": "/data/ada"}, "/data/ada/folkmoot"),
        (1000, {"HOME": "/home/ada", "XDG_DATA_HOME": "not/absolute"}, "/home/ada/.local/share/folkmoot"),
    ],
)
def test_data_is_kept_where_the_account_expects_it(monkeypatch, uid, environment, expected):
    for name in ("FOLKMOOT_DATA_DIR", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert default_data_dir() == Path(expected)


def test_an_account_without_a_home_is_told_to_choose(monkeypatch):
    for name in ("FOLKMOOT_DATA_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(NoDataDirectory, match="FOLKMOOT_DATA_DIR"):
        default_data_dir()

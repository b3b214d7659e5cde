"""Settings: read from the environment, every fault named at once, secrets masked."""

import pytest

from api.runtime.settings import MASKED, TABLE, SettingsInvalid, effective, read_settings

_SECRET = "hunter2-which-is-as-long-as-it-must-be"  # noqa: S105 - opens nothing


def test_nothing_set_is_a_whole_configuration():
    settings = read_settings({})
    assert (settings.host, settings.port, settings.threads, settings.database_url) == ("127.0.0.1", 8000, 16, "")


def test_every_fault_is_named_at_once():
    environment = {"FOLKMOOT_PORT": "70000", "FOLKMOOT_THREADS": "0", "FOLKMOOT_HSOT": "here", "PATH": "/bin"}
    with pytest.raises(SettingsInvalid) as raised:
        read_settings(environment)
    message = str(raised.value)
    assert "did you mean FOLKMOOT_HOST?" in message
    assert "FOLKMOOT_PORT must be a whole number from 0 to 65535" in message
    assert "FOLKMOOT_THREADS" in message


def test_secrets_are_never_shown():
    environment = {setting.variable: _SECRET for setting in TABLE if setting.secret}
    environment.pop("FOLKMOOT_WRAPPING_KEY_FILE", None)
    assert len(environment) == 5
    assert {value for name, value, _ in effective(environment) if name in environment} == {MASKED}
    assert _SECRET not in repr(read_settings(environment))


def test_every_setting_says_what_it_is_for():
    assert all(setting.meaning.endswith(".") for setting in TABLE)
    assert len({setting.variable for setting in TABLE}) == len(TABLE)


def test_sign_on_needs_an_address_to_come_back_to_and_one_secret():
    environment = {"FOLKMOOT_SIGN_ON_FILE": __file__, "FOLKMOOT_SIGN_ON_SECRET_FILE": __file__}
    with pytest.raises(SettingsInvalid, match="FOLKMOOT_SIGN_ON_FILE needs FOLKMOOT_PUBLIC_URL"):
        read_settings(environment)
    with pytest.raises(SettingsInvalid, match="FOLKMOOT_SIGN_ON_SECRET and FOLKMOOT_SIGN_ON_SECRET_FILE are both set"):
        read_settings({**environment, "FOLKMOOT_PUBLIC_URL": "https://a.example", "FOLKMOOT_SIGN_ON_SECRET": _SECRET})
    assert read_settings({**environment, "FOLKMOOT_PUBLIC_URL": "https://a.example"}).sign_on_file is not None


@pytest.mark.parametrize("prefix", ["ourcouncil", "360G-", "360G-our council", "360g-ourcouncil", "360G-ours\n"])
def test_a_prefix_of_grants_is_one_that_360giving_gives(prefix):
    assert read_settings({"FOLKMOOT_360GIVING_PREFIX": "360G-ourcouncil"}).grant_prefix == "360G-ourcouncil"
    with pytest.raises(SettingsInvalid, match="FOLKMOOT_360GIVING_PREFIX must be 360G- and then"):
        read_settings({"FOLKMOOT_360GIVING_PREFIX": prefix})

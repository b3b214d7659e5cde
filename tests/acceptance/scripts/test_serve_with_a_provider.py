"""`folkmoot serve` where a provider signs people on: a fault of its file ends it with 78, one that is down does not."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.acceptance.scripts.test_serve import environment, folkmoot, serving
from tests.support.log_events import eventually
from tests.support.provider_process import free_port, provider_process, query_of

__all__ = ["environment"]
SECRET = "sesame-open-the-door"  # noqa: S105 - opens nothing
PARTY = "0198c6e2-1111-7000-8000-000000000001"


@pytest.fixture
def told(environment, tmp_path):
    """The environment of a server that is told of a provider, with a secret in a file."""

    def of(issuer, more=""):
        file, secret = tmp_path / "sign-on.toml", tmp_path / "secret"
        secret.write_text(f"{SECRET}\n", "utf-8")
        secret.chmod(0o600)
        file.write_text(
            f"""
issuer = "{issuer}"
client_id = "folkmoot"
name = "Council account"
ask = "the service desk"
{more}
[[roles]]
claim = "groups"
contains = "folkmoot-auditors"
role = "auditor"
""",
            "utf-8",
        )
        return {
            **environment,
            "FOLKMOOT_SIGN_ON_FILE": str(file),
            "FOLKMOOT_SIGN_ON_SECRET_FILE": str(secret),
            "FOLKMOOT_PUBLIC_URL": "https://folkmoot.council.example",
        }

    return of


def test_a_provider_that_is_down_keeps_nothing_from_being_served(told):
    environment = told(f"http://localhost:{free_port()}")
    with serving(environment) as server:
        assert server.client.get("/readyz").status_code == 200
        assert server.client.get("/sign-on").status_code == 503
        assert "sign-on provider does not answer" in str(server.client.get("/readyz").json()["warnings"])
        assert server.client.get("/sign-in").status_code == 200
        assert server.end(15) in {0, -15, 143}


def test_no_log_process_list_or_page_of_a_server_holds_the_secret_the_code_or_who_it_was(told):
    with provider_process() as provider, serving(told(provider.issuer, 'scopes = ["openid", "profile"]')) as server:
        provider.knows("planted-auditor", groups=["folkmoot-auditors"], name="Planted Name")
        out = server.client.get("/sign-on?next=/wanted")
        back = query_of(provider.signs_in(out.headers["Location"], "planted-auditor"))
        cookie = out.headers["Set-Cookie"].partition(";")[0]
        answer = server.client.get("/sign-on/return", params=back, headers={"Cookie": cookie})
        assert answer.headers["Location"] == "/wanted"
        assert "__Host-folkmoot-session" in answer.headers["Set-Cookie"]
        assert answer.headers["Set-Cookie"].count("HttpOnly") == answer.headers["Set-Cookie"].count("Secure") == 2
        again = server.client.get("/sign-on/return", params=back, headers={"Cookie": cookie})
        assert again.status_code == 400
        listed = [path.read_bytes() for path in Path("/proc").glob(f"{server.process.pid}/cmdline")]
        server.end(15)
    printed = "".join(server.log)
    assert "sign-on-return" in printed
    for planted in (SECRET, back["code"], back["state"], cookie.partition("=")[2], "planted", "Planted Name"):
        assert planted not in printed + again.text
        assert all(planted.encode() not in line for line in listed)


def test_a_follower_is_told_no_secret_that_it_has_no_use_for(told):
    environment = told(f"http://localhost:{free_port()}")
    environment.pop("FOLKMOOT_SIGN_ON_SECRET_FILE")
    environment |= {"FOLKMOOT_SIGN_ON_SECRET": SECRET, "FOLKMOOT_COOKIE_SECRETS": SECRET * 2, "FOLKMOOT_FOLLOW": "yes"}
    with serving(environment) as server:
        eventually(lambda: _environments_of_children(server.process.pid))
        told_of = _environments_of_children(server.process.pid)
        assert all(b"DATABASE_URL" in environ for environ in told_of)
        assert all(SECRET.encode() not in environ for environ in told_of)


def _environments_of_children(parent):
    environments = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text("utf-8").rpartition(")")[2].split()[1]) == parent:
                environments.append(stat.with_name("environ").read_bytes())
    return [environ for environ in environments if environ]


def test_every_fault_of_the_file_is_named_and_nothing_is_served(told):
    environment = told("http://login.council.example", 'leeway_s = 900\nclient_secret = "planted"\nscopes = ["x"]')
    for words in (["serve", "--port", "0"], ["settings"]):
        ended = folkmoot(environment, *words)
        assert ended.returncode == 78
        for part in ("FOLKMOOT_SIGN_ON_FILE", "issuer: ", "leeway_s: ", "client_secret: ", "scopes: "):
            assert part in ended.stderr
        assert "planted" not in ended.stderr + ended.stdout


def test_a_secret_that_is_not_there_ends_it_with_78_and_is_never_shown(told, tmp_path):
    environment = told("https://login.council.example")
    shown = folkmoot(environment, "settings")
    assert shown.returncode == 0
    assert SECRET not in shown.stdout
    (tmp_path / "secret").chmod(0o604)
    ended = folkmoot(environment, "serve", "--port", "0")
    assert (ended.returncode, "others may read or change" in ended.stderr) == (78, True)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "secret").write_text(" \n", "utf-8")
    ended = folkmoot(environment, "serve", "--port", "0")
    assert (ended.returncode, "must be a file that holds the secret" in ended.stderr) == (78, True)


def test_without_its_libraries_a_server_starts_unless_it_is_told_of_a_provider(told, tmp_path):
    environment = told("https://login.council.example")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['joserfc'] = None\n", "utf-8")
    without = {**environment, "PYTHONPATH": str(hidden)}
    ended = folkmoot(without, "serve", "--port", "0")
    assert ended.returncode == 78
    assert "needs the extra `oidc`" in ended.stderr
    plain = {name: value for name, value in without.items() if not name.startswith("FOLKMOOT_SIGN_ON")}
    with serving(plain) as server:
        assert server.client.get("/sign-in").status_code == 200


def test_every_module_of_the_api_loads_without_the_libraries_of_sign_on():
    code = (
        "import sys; sys.modules.update(joserfc=None)\n"
        "import api.app, scripts.commands.serve, json; print(json.dumps('api.sign_on.sign_on' in sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) is False

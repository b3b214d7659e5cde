"""The provider file: read whole, or every fault named at once; it holds no secret and none is repeated."""

from uuid import UUID

import pytest

from api.sign_on.provider_file import ProviderFileInvalid, is_safe_address, read_provider_file

PARTY = "0198c6e2-1111-7000-8000-000000000001"
ROLES = {"officer": True, "auditor": False}
WHOLE = f"""
issuer = "https://login.council.example/tenant"
client_id = "folkmoot"
name = "Council account"
ask = "the service desk"
audience = "https://folkmoot.council.example/v1"
algorithms = ["RS256", "ES256"]
scopes = ["openid", "profile"]
leeway_s = 30
keys_kept_s = 600

[[roles]]
claim = "groups"
contains = "folkmoot-officers"
role = "officer"
organisation = "{PARTY}"
reach = "partnerships"
partnerships = ["{PARTY}"]
speaks_for = ["{PARTY}"]

[[roles]]
claim = "department"
is = "Audit"
role = "auditor"
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "sign-on.toml"
        path.write_text(text, "utf-8")
        return read_provider_file(path, ROLES)

    return read_text


@pytest.fixture
def faults(read):
    def faults_of(text):
        with pytest.raises(ProviderFileInvalid) as invalid:
            read(text)
        return invalid.value.faults

    return faults_of


def test_a_whole_file_is_read(read):
    declared = read(WHOLE)
    assert declared.leeway_s == 30
    first, second = declared.roles
    assert (first.contains, first.organisation, first.partnerships) == (
        "folkmoot-officers",
        UUID(PARTY),
        (UUID(PARTY),),
    )
    assert (second.is_, second.reach, second.organisation) == ("Audit", "all", None)


def test_what_is_left_out_has_its_default(read):
    lines = ("audience", "algorithms", "scopes", "leeway_s", "keys_kept_s")
    declared = read("\n".join(line for line in WHOLE.splitlines() if not line.startswith(lines)))
    assert (declared.audience, declared.algorithms, declared.scopes) == (None, ("RS256",), ("openid",))
    assert (declared.leeway_s, declared.keys_kept_s) == (60, 3_600)


def test_every_fault_is_named_at_once(faults):
    named = faults(
        """
issuer = "http://login.council.example"
client_id = "folkmoot"
client_secret = "sesame"
audience = "folkmoot"
algorithms = ["RS256", "HS256", "none"]
scopes = ["profile"]
leeway_s = 3600

[[roles]]
claim = "groups"
role = "officer"
reach = "partnerships"

[[roles]]
claim = "groups"
contains = "x"
is = "y"
role = "auditor"
places = ["0198c6e2-1111-7000-8000-000000000001"]
organisation = "Ambleford"

[[roles]]
claim = "groups"
is = "z"
role = "oficer"
"""
    )
    places = [fault.partition(":")[0] for fault in named]
    assert sorted(places) == sorted(
        [
            *(
                "issuer",
                "client_secret",
                "client_secret",
                "audience",
                "algorithms/1",
                "algorithms/2",
                "scopes",
                "leeway_s",
            ),
            *("name", "ask", "roles/0/claim", "roles/0/organisation", "roles/0/partnerships"),
            *("roles/1/claim", "roles/1/places", "roles/1/organisation", "roles/2/role"),
        ]
    )
    assert "sesame" not in str(named)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "rs256", "EdDSA", "RSA1_5"])
def test_an_algorithm_that_needs_a_shared_secret_or_no_key_is_refused(faults, algorithm):
    (fault,) = faults(WHOLE.replace('"ES256"', f'"{algorithm}"'))
    assert fault.startswith("algorithms/1: ")
    assert "RS256, RS384" in fault


@pytest.mark.parametrize("text", ["issuer = \n", "client_secret = sesame", 'issuer = "\x00"', "a = " + "[" * 5_000])
def test_what_is_not_toml_is_refused_without_being_repeated(faults, text):
    (fault,) = faults(text)
    assert fault.startswith("is not TOML (")
    assert "sesame" not in fault


def test_a_file_that_cannot_be_read_is_said_to_be(tmp_path):
    with pytest.raises(ProviderFileInvalid, match="cannot be read"):
        read_provider_file(tmp_path, ROLES)
    with pytest.raises(ProviderFileInvalid, match="cannot be read"):
        read_provider_file(tmp_path / "none.toml", ROLES)


def test_a_file_without_rows_lets_nobody_in_and_is_refused(faults):
    assert [fault.partition(":")[0] for fault in faults(WHOLE.partition("[[roles]]")[0])] == ["roles"]
    assert [fault.partition(":")[0] for fault in faults("roles = []\n" + WHOLE.partition("[[roles]]")[0])] == ["roles"]


@pytest.mark.parametrize(
    "address",
    ["https://a.example", "https://a.example:8443/b", "http://127.0.0.1:9400", "http://[::1]:1/", "http://localhost"],
)
def test_an_address_is_safe(address):
    assert is_safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("http://a.example", "ftp://a.example", "https://", "https:///a", "//a.example", "a.example", ""),
        *("http://127.0.0.1.a.example", "http://localhost@a.example", "https://u:p@a.example", "https://a:b"),
        *("https://a.example/\n", "https://é.example", "https://[::1", "javascript:1"),
    ],
)
def test_an_address_is_not_safe(address):
    assert not is_safe_address(address)

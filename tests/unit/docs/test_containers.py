"""The image, the pods that serve and the reverse proxy that operators copy, read without running them."""

import re
from ipaddress import ip_address

import pytest
import yaml

from api.limits.request_sizes import DOCUMENT_BODY_BYTES
from api.queue.worker import TO_END_S
from api.runtime.settings import read_settings
from domain.checkout import ROOT
from scripts.cli import _parser
from tests.support.schedule_files import FOLDER, read_unit

IMAGE = re.compile(r"[a-z]+:\d+(\.\d+)+(-slim)?")
GUIDE = FOLDER.parent / "serve-it.md"


@pytest.fixture(scope="module")
def instructions():
    """The instructions of the Dockerfile in order, each with its words."""
    lines = (FOLDER / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def objects():
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / "kubernetes-serve.yaml").read_text("utf-8"))}


@pytest.fixture(scope="module")
def pod(objects):
    return objects["Deployment"]["spec"]["template"]["spec"]


def test_a_worker_runs_as_the_server_does_with_secrets_of_its_own_and_ends_within_its_grace_period(pod):
    (worker,) = yaml.safe_load_all((FOLDER / "kubernetes-work.yaml").read_text("utf-8"))
    of_worker = worker["spec"]["template"]["spec"]
    assert of_worker["terminationGracePeriodSeconds"] > TO_END_S
    assert of_worker["securityContext"] == pod["securityContext"]
    assert of_worker["volumes"] == pod["volumes"]
    (container,), (server,) = of_worker["containers"], pod["containers"]
    assert (container["command"], container["securityContext"]) == (["folkmoot", "work"], server["securityContext"])
    assert (container["image"], container["volumeMounts"]) == (server["image"], server["volumeMounts"])
    assert container["envFrom"] != server["envFrom"]
    read_settings({each["name"]: each["value"] for each in container["env"]})


# The image


def test_the_image_is_built_from_one_base_of_a_named_version_and_no_address(instructions):
    bases = [words.split()[0] for instruction, words in instructions if instruction == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert IMAGE.fullmatch(bases[0])
    assert not re.search(r"https?://|\b(curl|wget|apt-get)\b", (FOLDER / "Dockerfile").read_text("utf-8"))
    assert {instruction for instruction, _ in instructions} <= {
        *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "CMD"),
    }


def test_the_image_installs_what_the_lock_names_and_copies_all_that_runs(instructions):
    run = [words for instruction, words in instructions if instruction == "RUN"]
    assert run[0] == "python3 -I scripts/bootstrap.py requirements.lock settings"
    copied = [words.split()[:-1] for instruction, words in instructions if instruction == "COPY"]
    sources = {source for words in copied if not words[0].startswith("--from") for source in words}
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert sources == {"LICENSE", "pyproject.toml", "requirements.lock", "domain", "projections", "api", "scripts"}


def test_the_image_runs_a_command_that_folkmoot_knows_as_nobodys_account(instructions):
    last = dict(instructions)  # of each instruction the last one, which is in force
    user, group = last["USER"].split(":")
    assert int(user) >= 10_000
    assert int(group) >= 10_000
    program, *words = yaml.safe_load(last["CMD"])
    assert program == "folkmoot"
    assert _parser(words).parse_args(words)
    after = [instruction for instruction, _ in instructions][-instructions[::-1].index(("USER", last["USER"])) :]
    assert not {"RUN", "COPY"} & set(after)


# The pods


def test_the_pods_run_as_nobody_on_a_root_that_they_cannot_write(pod, instructions):
    (container,) = pod["containers"]
    assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == dict(instructions)["USER"]
    assert (pod["securityContext"]["runAsNonRoot"], pod["automountServiceAccountToken"]) == (True, False)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}


def test_the_pods_have_settings_that_folkmoot_takes_and_write_the_memorandum_where_a_volume_is(pod):
    (container,) = pod["containers"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    settings = read_settings(environment)
    mounts = {each["mountPath"] for each in container["volumeMounts"]}
    assert str(settings.memorandum_file.parent) in mounts
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports == {"http": settings.port, "metrics": settings.metrics_port}
    assert _parser(container["command"][1:]).parse_args(container["command"][1:])


def test_a_pod_that_cannot_serve_is_sent_nothing_and_is_not_killed_for_it(pod):
    (container,) = pod["containers"]
    paths = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert paths == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    assert all(container[name]["httpGet"]["port"] == "http" for name in paths)


def test_the_service_leads_to_the_pods_and_not_to_their_metrics(objects):
    spec = objects["Deployment"]["spec"]
    assert objects["Service"]["spec"]["selector"] == spec["selector"]["matchLabels"]
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
    assert [each["targetPort"] for each in objects["Service"]["spec"]["ports"]] == ["http"]
    claims = [each.get("persistentVolumeClaim", {}).get("claimName") for each in spec["template"]["spec"]["volumes"]]
    assert objects["PersistentVolumeClaim"]["metadata"]["name"] in claims


# The proxy


def directives(text):
    """The directives of nginx, whatever block they are in, by name."""
    bare = re.sub(r"#.*", "", text)
    assert bare.count("{") == bare.count("}")
    return re.findall(r"^\s*([a-z_]+)\s+([^;{}]+);", bare, re.MULTILINE)


def test_the_proxy_says_whose_address_it_sees_and_speaks_tls():
    given = directives((FOLDER / "folkmoot.nginx").read_text("utf-8"))
    headers = dict(words.split(maxsplit=1) for name, words in given if name == "proxy_set_header")
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["Host"] == "$host"
    assert [words for name, words in given if name == "ssl_protocols"] == ["TLSv1.2 TLSv1.3"]
    (most,) = (words for name, words in given if name == "client_max_body_size")
    assert int(most.removesuffix("m")) * 1_000_000 > DOCUMENT_BODY_BYTES
    (upstream,) = {words for name, words in given if name == "proxy_pass"}
    assert ip_address(re.fullmatch(r"http://([\d.]+):8000", upstream)[1]).is_loopback


def test_every_unit_may_write_where_the_guide_puts_the_memorandum():
    (memorandum,) = re.findall(r"^FOLKMOOT_MEMORANDUM_FILE='(.*)/[^/]*'$", GUIDE.read_text("utf-8"), re.MULTILINE)
    for name in ("serve", "work", "follow", "rebuild"):
        service = read_unit(FOLDER / f"folkmoot-{name}.service")["Service"]
        assert (service["ProtectSystem"], f"/var/lib/{service.get('StateDirectory')}") == ("strict", memorandum), name


def test_units_of_one_machine_show_their_metrics_on_ports_of_their_own():
    units = [read_unit(FOLDER / f"folkmoot-{name}.service")["Service"] for name in ("serve", "follow")]
    ports = [read_settings(dict([unit["Environment"].split("=")])).metrics_port for unit in units]
    assert None not in ports
    assert len(set(ports)) == 2


def test_the_settings_of_the_guide_are_taken():
    block = GUIDE.read_text("utf-8").partition("## The settings")[2].partition("## systemd")[0]
    settings = read_settings(dict(re.findall(r"^(\w+)='(.*)'$", block, re.MULTILINE)))
    assert settings.metrics_port is None
    assert len(settings.allowances.trusted_proxies) == 1

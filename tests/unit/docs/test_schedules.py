"""The schedules that operators copy: what cron and Kubernetes accept, and that every night has its one run."""

import re
from datetime import time, timedelta

import pytest
import yaml

from api.queue.worker import TO_END_S
from scripts.cli import _parser
from scripts.support.exits import Exit
from scripts.support.http_server import _GRACE_S
from tests.support.schedule_files import CHANGE_DAYS, FOLDER, HALF_PAST_TWO, UNITS, instants_of, read_unit

GUIDE = FOLDER.parent / "rebuild-every-night.md"
GUIDES = (GUIDE, FOLDER.parent / "serve-it.md", FOLDER.parent / "run-the-worker.md")
HALF_PAST_ONE = time(1, 30)
FOR_SOMEBODY_TO_SEE = {Exit.DRIFT_FOUND, Exit.POISON_EVENT, Exit.CONFIGURATION}

DIRECTIVES = {
    "Unit": {"Description", "Wants", "After", "StartLimitIntervalSec", "StartLimitBurst"},
    "Install": {"WantedBy"},
    "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec", "Unit"},
    "Service": {
        *(
            "Type",
            "User",
            "EnvironmentFile",
            "Environment",
            "ExecStart",
            "TimeoutStartSec",
            "TimeoutStopSec",
            "KillMode",
            "Nice",
        ),
        *("SuccessExitStatus", "Restart", "RestartSec", "RestartPreventExitStatus"),
        *("NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables"),
        *("ProtectKernelModules", "ProtectControlGroups", "RestrictAddressFamilies", "RestrictSUIDSGID"),
        *("LockPersonality", "CapabilityBoundingSet", "StateDirectory", "StateDirectoryMode", "UMask"),
    },
}

# The fields of the Kubernetes API that these objects may have; a name maps to what it holds.
TEXT, COUNT, FLAG, ANY = str, int, bool, object
POD = {
    "restartPolicy": TEXT,
    "terminationGracePeriodSeconds": COUNT,
    "activeDeadlineSeconds": COUNT,
    "serviceAccountName": TEXT,
    "securityContext": {"runAsNonRoot": FLAG, "runAsUser": COUNT, "fsGroup": COUNT},
    "containers": [
        {
            "name": TEXT,
            "image": TEXT,
            "command": [TEXT],
            "args": [TEXT],
            "envFrom": [{"secretRef": {"name": TEXT, "optional": FLAG}, "configMapRef": {"name": TEXT}}],
            "resources": {"requests": ANY, "limits": ANY},
        }
    ],
}
METADATA = {"name": TEXT, "namespace": TEXT, "labels": ANY, "annotations": ANY}
TEMPLATE = {"metadata": METADATA, "spec": POD}
ON_EXIT_CODES = {"containerName": TEXT, "operator": TEXT, "values": [COUNT]}
JOB = {
    "parallelism": COUNT,
    "completions": COUNT,
    "completionMode": TEXT,
    "activeDeadlineSeconds": COUNT,
    "backoffLimit": COUNT,
    "podFailurePolicy": {"rules": [{"action": TEXT, "onExitCodes": ON_EXIT_CODES, "onPodConditions": ANY}]},
    "ttlSecondsAfterFinished": COUNT,
    "suspend": FLAG,
    "template": TEMPLATE,
}
OBJECTS = {
    "CronJob": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": METADATA,
        "spec": {
            "schedule": TEXT,
            "timeZone": TEXT,
            "concurrencyPolicy": TEXT,
            "startingDeadlineSeconds": COUNT,
            "suspend": FLAG,
            "successfulJobsHistoryLimit": COUNT,
            "failedJobsHistoryLimit": COUNT,
            "jobTemplate": {"metadata": METADATA, "spec": JOB},
        },
    },
    "Deployment": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": METADATA,
        "spec": {
            "replicas": COUNT,
            "selector": {"matchLabels": ANY},
            "strategy": {"type": TEXT},
            "template": TEMPLATE,
        },
    },
}


def misplaced(unit):
    return [
        f"{section}.{key}" for section in unit.sections() for key in unit[section] if key not in DIRECTIVES[section]
    ]


def unknown(content, allowed, at=""):
    """Name every field that is not among those allowed, or holds something else than it may."""
    if allowed is ANY:
        return []
    if isinstance(allowed, dict) and isinstance(content, dict):
        strange = [f"{at}/{name}" for name in content if name not in allowed]
        return strange + [
            fault
            for name in content
            if name in allowed
            for fault in unknown(content[name], allowed[name], f"{at}/{name}")
        ]
    if isinstance(allowed, list) and isinstance(content, list):
        return [each for index, item in enumerate(content) for each in unknown(item, allowed[0], f"{at}/{index}")]
    return [] if isinstance(allowed, type) and type(content) is allowed else [f"{at} is {type(content).__name__}"]


@pytest.fixture
def cron_job(objects):
    return objects["CronJob"]["spec"]


@pytest.fixture
def objects():
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8"))}


@pytest.fixture
def cron():
    """Return the settings of the cron file and its one line, as (minute, hour, day, month, weekday, user, command)."""
    lines = [each for each in (FOLDER / "folkmoot.cron").read_text("utf-8").splitlines() if each[:1] not in {"", "#"}]
    settings = dict(each.split("=", 1) for each in lines if re.match(r"[A-Z_]+=", each))
    (line,) = (each for each in lines if not re.match(r"[A-Z_]+=", each))
    return settings, line.split(maxsplit=6)


def accepts(words):
    """Check that the command line knows these words; it ends the program when it does not."""
    return _parser(words).parse_args(words) is not None


# When


@pytest.mark.parametrize("change", CHANGE_DAYS)
def test_half_past_two_comes_once_on_every_day_around_a_change_of_the_clocks(change):
    days = [CHANGE_DAYS[change] + timedelta(days=days) for days in range(-2, 3)]
    assert [len(instants_of(day, HALF_PAST_TWO)) for day in days] == [1, 1, 1, 1, 1]


def test_half_past_one_would_be_missed_in_spring_and_come_twice_in_autumn():
    assert {name: len(instants_of(day, HALF_PAST_ONE)) for name, day in CHANGE_DAYS.items()} == {
        "spring": 0,
        "autumn": 2,
    }


def test_all_three_schedules_are_the_same_time_in_london(cron, cron_job):
    settings, (minute, hour, *rest, _user, _command) = cron
    assert (settings["CRON_TZ"], minute, hour, rest) == ("Europe/London", "30", "2", ["*", "*", "*"])
    assert (cron_job["timeZone"], cron_job["schedule"]) == ("Europe/London", "30 2 * * *")
    timer = read_unit(FOLDER / "folkmoot-rebuild.timer")["Timer"]
    assert timer["OnCalendar"] == f"*-*-* {HALF_PAST_TWO:%H:%M:%S} Europe/London"


# systemd


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_only_directives_of_its_sections(path):
    assert misplaced(read_unit(path)) == []


def test_a_directive_misspelt_or_in_the_wrong_section_is_found(tmp_path):
    path = tmp_path / "wrong.timer"
    path.write_text("[Timer]\nOncalendar=daily\nExecStart=/bin/true\n")
    assert misplaced(read_unit(path)) == ["Timer.Oncalendar", "Timer.ExecStart"]


def test_every_unit_is_there():
    assert [path.name for path in UNITS] == [
        "folkmoot-follow.service",
        "folkmoot-rebuild.service",
        "folkmoot-rebuild.timer",
        "folkmoot-serve.service",
        "folkmoot-work.service",
    ]


def test_a_night_missed_is_made_up_for():
    timer = read_unit(FOLDER / "folkmoot-rebuild.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_what_somebody_has_to_see_is_never_run_again():
    service = read_unit(FOLDER / "folkmoot-rebuild.service")["Service"]
    assert service["Type"] == "oneshot"
    assert {int(code) for code in service["RestartPreventExitStatus"].split()} == FOR_SOMEBODY_TO_SEE
    assert service["Restart"] == "on-failure"
    assert "SuccessExitStatus" not in service  # a night on which nothing was put in place is no success


@pytest.mark.parametrize("name", ["serve", "work"])
def test_a_service_is_started_again_but_not_when_its_settings_are_wrong_and_writes_in_one_folder_alone(name):
    service = read_unit(FOLDER / f"folkmoot-{name}.service")["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", str(int(Exit.CONFIGURATION)))
    assert (service["ProtectSystem"], service["StateDirectory"], service["CapabilityBoundingSet"]) == (
        "strict",
        "folkmoot",
        "",
    )
    assert int(service["TimeoutStopSec"].removesuffix("s")) > max(_GRACE_S, TO_END_S)


# cron


def test_the_cron_line_has_five_fields_a_user_and_one_command(cron):
    _, (*when, user, command) = cron
    assert all(re.fullmatch(r"\*|\d{1,2}", field) for field in when)
    assert re.fullmatch(r"[a-z][a-z0-9-]*", user)
    assert re.fullmatch(r"set -a; \. (?:/[\w.-]+)+; .+", command)
    assert "%" not in command  # cron would end the line there


# Kubernetes


def test_the_objects_have_only_fields_of_their_kinds(objects):
    assert {kind: each["apiVersion"] for kind, each in objects.items()} == {
        "CronJob": "batch/v1",
        "Deployment": "apps/v1",
    }
    for kind, manifest in objects.items():
        assert unknown(manifest, OBJECTS[kind]) == []


def test_a_field_misspelt_misplaced_or_of_the_wrong_type_is_found(objects):
    wrong = objects["CronJob"]
    wrong["spec"] |= {"timezone": "Europe/London", "backoffLimit": 1, "startingDeadlineSeconds": "3600"}
    assert unknown(wrong, OBJECTS["CronJob"]) == [
        "/spec/timezone",
        "/spec/backoffLimit",
        "/spec/startingDeadlineSeconds is str",
    ]


def test_one_job_at_a_time_that_ends_and_is_tried_again_once(cron_job):
    job = cron_job["jobTemplate"]["spec"]
    assert (cron_job["concurrencyPolicy"], cron_job["startingDeadlineSeconds"]) == ("Forbid", 3600)
    assert (job["backoffLimit"], job["template"]["spec"]["restartPolicy"]) == (1, "Never")
    assert 0 < job["activeDeadlineSeconds"] < timedelta(days=1).total_seconds()


def test_a_job_that_somebody_has_to_look_at_is_not_tried_again(cron_job):
    job = cron_job["jobTemplate"]["spec"]
    (rule,) = job["podFailurePolicy"]["rules"]
    assert (rule["action"], rule["onExitCodes"]["operator"]) == ("FailJob", "In")
    assert set(rule["onExitCodes"]["values"]) == FOR_SOMEBODY_TO_SEE
    names = [each["name"] for each in job["template"]["spec"]["containers"]]
    assert rule["onExitCodes"]["containerName"] in names


def test_a_deployment_selects_its_own_pods(objects):
    spec = objects["Deployment"]["spec"]
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]


# All of them


def test_every_command_is_one_that_folkmoot_knows(cron, objects):
    commands = [read_unit(path)["Service"]["ExecStart"].split()[1:] for path in UNITS if path.suffix == ".service"]
    commands.append(re.search(r"/folkmoot (rebuild [^>]+)>>", cron[1][-1]).group(1).split())
    pods = (
        objects["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        objects["Deployment"]["spec"]["template"]["spec"],
    )
    commands += [pod["containers"][0]["command"][1:] for pod in pods]
    assert sorted(words[0] for words in commands) == [
        "follow",
        "follow",
        "rebuild",
        "rebuild",
        "rebuild",
        "serve",
        "work",
    ]
    assert all(accepts(words) for words in commands)


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_secret_stands_in_a_schedule(path):
    text = path.read_text("utf-8")
    assert not re.search(r"postgres(ql)?://|FOLKMOOT_(?!METRICS_PORT=\d+\n)\w+=|DATABASE_URL=", text)
    has_none = path.suffix in {".timer", ".nginx"} or path.name == "Dockerfile"
    assert "EnvironmentFile=" in text or "secretRef" in text or "/etc/folkmoot/" in text or has_none


def test_the_guide_names_every_file_and_every_exit_code_there_is():
    guides = "".join(each.read_text("utf-8") for each in GUIDES)
    assert [path.name for path in FOLDER.iterdir() if f"production/{path.name}" not in guides] == []
    guide = GUIDE.read_text("utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)}
    assert listed == set(Exit)


def test_each_process_is_given_its_own_secrets_and_who_projects_no_wrapping_key(objects, cron):
    units = {path.stem: read_unit(path)["Service"] for path in UNITS if path.suffix == ".service"}
    files = {name: unit["EnvironmentFile"] for name, unit in units.items()}
    assert files["folkmoot-follow"] == files["folkmoot-rebuild"] != files["folkmoot-serve"]
    assert files["folkmoot-follow"] in cron[1][-1]
    block = GUIDE.read_text("utf-8").partition("## Settings and secrets")[2].partition("## systemd")[0]
    assert files["folkmoot-follow"] in block
    assert "//folkmoot_projector@" in block
    assert not re.search(r"^FOLKMOOT_WRAPPING_KEY", block, re.MULTILINE)
    pods = (
        objects["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        objects["Deployment"]["spec"]["template"]["spec"],
    )
    secrets = {each["secretRef"]["name"] for pod in pods for each in pod["containers"][0]["envFrom"]}
    assert secrets == {"folkmoot-projections"}

"""The verdict of systemd itself on the units that operators copy."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.support.schedule_files import CHANGE_DAYS, FOLDER, HALF_PAST_TWO, UNITS, instants_of, read_unit


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
class TestSystemd:
    """The verdict of systemd itself on the units."""

    def test_systemd_accepts_the_units(self, tmp_path):
        for path in UNITS:
            text = path.read_text("utf-8").replace("/opt/folkmoot/.venv/bin/folkmoot", "/bin/true")
            (tmp_path / path.name).write_text(text)
        verdict = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))],  # noqa: S607 - wherever it is
            capture_output=True,
            text=True,
            check=False,
        )
        assert [line for line in verdict.stderr.splitlines() if "folkmoot" in line] == []
        assert verdict.returncode == 0, verdict.stderr

    @pytest.mark.parametrize("change", CHANGE_DAYS)
    def test_systemd_rings_once_a_night_around_a_change_of_the_clocks(self, change):
        before = datetime.combine(CHANGE_DAYS[change] - timedelta(days=1), time(12), UTC)
        calendar = read_unit(FOLDER / "folkmoot-rebuild.timer")["Timer"]["OnCalendar"]
        base = f"--base-time={before:%Y-%m-%d %H:%M:%S} UTC"
        verdict = subprocess.run(
            ["systemd-analyze", "calendar", base, "--iterations=3", calendar],  # noqa: S607 - wherever it is
            capture_output=True,
            text=True,
            check=True,
            env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        rings = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", verdict.stdout)
        nights = [CHANGE_DAYS[change] + timedelta(days=days) for days in range(3)]
        assert [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in rings] == [
            instant for night in nights for instant in instants_of(night, HALF_PAST_TWO)
        ]

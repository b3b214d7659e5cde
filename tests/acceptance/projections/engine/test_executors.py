"""Workers are processes of their own, and go when the process they work for goes, however it goes."""

import subprocess
import sys

from projections.engine.executors import open_executor
from projections.engine.rebuild import Rebuild
from projections.reviews.compare_cells import compare_partnership
from projections.reviews.partnership_part import partnership_part

BUSY = """
import os, time
from projections.engine.executors import open_executor
if __name__ == "__main__":
    with open_executor(2) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        executor.submit(time.sleep, 3600).result()
"""
A_WHILE_S = 60


def test_workers_give_what_one_process_gives():
    with open_executor(1) as here, open_executor(2) as workers:
        assert [each.submit(abs, -3).result() for each in (here, workers)] == [3, 3]


def test_workers_have_loaded_what_their_tasks_need():
    with open_executor(2) as workers:
        modules = workers.submit(eval, "set(__import__('sys').modules)").result()
    assert {each.__module__ for each in (partnership_part, compare_partnership, Rebuild)} <= modules
    assert {"networkx", "scipy.special"} <= modules


def test_workers_of_a_killed_process_end_though_they_are_at_work(tmp_path):
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout.readline()
        process.kill()
        # Workers hold the other end of its standard output as well: it ends when the last of them has.
        assert process.communicate(timeout=A_WHILE_S)[0] == b""

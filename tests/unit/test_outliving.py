import subprocess
import sys

import psutil

from integrations.processes.detached import outlives, reap
from tests.house import until

BEGIN = """
import subprocess, sys
from integrations.processes.detached import outlives
quiet = subprocess.DEVNULL
process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
outlives(process)
assert process.poll() is None
print("it lives")
"""


def test_nobody_is_warned_of_a_process_that_is_to_live_on() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", BEGIN], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "it lives\n"
    assert "still running" not in done.stderr


def test_one_that_has_ended_does_not_stay_a_zombie() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    outlives(process)
    known = psutil.Process(process.pid)
    until(lambda: known.status() == psutil.STATUS_ZOMBIE)
    reap()
    assert not psutil.pid_exists(process.pid)

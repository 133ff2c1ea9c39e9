"""A warm process by itself, with a stand-in for what it imports."""

import subprocess
import sys

# The flows are imported, which takes long.
GETTING_READY = """
import sys, time
from integrations.prefect.warm import child

def warm_up():
    print("importing", file=sys.stderr, flush=True)
    time.sleep(600)

child._warm_up = warm_up
child.main()
"""


def test_one_that_gets_ready_ends_at_once_where_nobody_asks_any_more() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GETTING_READY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            assert process.stderr.readline() == b"importing\n"
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()

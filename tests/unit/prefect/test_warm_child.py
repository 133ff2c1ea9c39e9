"""A warm process by itself, with a stand-in for Prefect's engine."""

import subprocess
import sys

# The engine is imported, and takes long to connect.
GETTING_READY = """
import sys, time, types

class Engine:
    def __enter__(self):
        print("connecting", file=sys.stderr, flush=True)
        time.sleep(600)
    def __exit__(self, *_):
        pass

engine = types.ModuleType("integrations.prefect.warm.engine")
engine.Engine = Engine
sys.modules["integrations.prefect.warm.engine"] = engine
from integrations.prefect.warm import child
child._warm_up = lambda: None
child.main()
"""


def test_one_that_gets_ready_ends_at_once_where_nobody_asks_any_more() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GETTING_READY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            assert process.stderr.readline() == b"connecting\n"
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()

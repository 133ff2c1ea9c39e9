"""Prefect's server in a process of our own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import House

# Tells how many objects the collector passes over once others may ask the server, and how many it looks through.
SERVING = """if True:
    import gc, sys
    from integrations.prefect import server

    def told(path, value):
        print(gc.get_freeze_count(), len(gc.get_objects()), flush=True)
        was(path, value)

    was, server.write_json = server.write_json, told
    sys.argv = ["server", "0", "0.1"]
    server.main()
"""


@pytest.mark.usefixtures("server")
def test_the_collector_passes_over_what_the_server_has_loaded(house: House, tmp_path: Path) -> None:
    """It would look through all of Prefect again and again, while runs wait for their answers."""
    alone = house.another(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SERVING],
        cwd=alone.folder,
        env=alone.variables,
        capture_output=True,
        text=True,
        check=True,
    )
    passed_over, looked_through = map(int, done.stdout.split())
    assert passed_over > 20 * looked_through

"""What `magicai up` imports before it starts anything."""

import subprocess
import sys


def test_it_does_not_wait_for_prefect_to_be_imported() -> None:
    code = "import sys; from deployments import launcher; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

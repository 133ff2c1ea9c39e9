"""Is everything of this home up? `python -m deployments.health` ends with 0 where it is; for containers."""

import sys

from integrations.prefect import server_on_demand
from magicai.settings import load


def main() -> int:
    """Whether Prefect's server answers, which ends with `magicai up`."""
    return 0 if server_on_demand.running(load().home) else 1


if __name__ == "__main__":
    sys.exit(main())

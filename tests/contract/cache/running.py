"""The Redis servers that the suites share: started once where they are first needed, known to child processes."""

import atexit
import os
import tempfile
from pathlib import Path

from magicai.settings import Settings
from tests.servers import address

from .redis_process import RedisProcess, cluster

_ONE, _CLUSTER = "MAGICAI_TEST_REDIS", "MAGICAI_TEST_REDIS_CLUSTER"


def redis_url() -> str:
    """The lab's server, or one of our own; skips the test where there can be none."""
    if Settings().test_stores is not None:
        return address("redis")
    if _ONE not in os.environ:
        server = RedisProcess(_folder("redis"))
        server.start()
        atexit.register(server.kill)
        os.environ[_ONE] = server.url
    return os.environ[_ONE]


def cluster_url() -> str:
    """The address of a cluster of three shards."""
    if _CLUSTER not in os.environ:
        nodes = cluster(_folder("cluster"))
        for node in nodes:
            atexit.register(node.kill)
        os.environ[_CLUSTER] = f"{nodes[0].url}?cluster=true"
    return os.environ[_CLUSTER]


def _folder(name: str) -> Path:
    folder = tempfile.TemporaryDirectory(prefix=f"magicai-{name}-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)

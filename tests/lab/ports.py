"""Free ports to listen on."""

import random
import socket
import threading

from magicai.errors import Temporary
from tests.lab.server import HOST

# Below the ports that systems hand out to outgoing connections: a server's is to be free when it is started again.
_PORTS = range(20000, 32000)


class Ports:
    """Free ports, each given out once: servers that start side by side do not listen yet."""

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._one_at_a_time = threading.Lock()

    def free(self) -> int:
        """One that nobody listens on, and that was not given out before."""
        with self._one_at_a_time:
            for port in random.sample(_PORTS, len(_PORTS)):
                if port not in self._given and _is_free(port):
                    self._given.add(port)
                    return port
        raise Temporary(f"None of the ports {_PORTS.start} to {_PORTS.stop - 1} is free.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True

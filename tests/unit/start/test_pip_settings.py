"""What pip and uv are set to, and which of them is used."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from requirements import install
from tests.unit.start.stand_ins import always, answers


def test_pip_settings_are_read_as_pip_does(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(
        monkeypatch,
        lambda _: (
            ":env:.proxy='http://127.0.0.1:3128'\n"
            "download.index-url='http://127.0.0.1/wrong'\n"
            "global.find-links='/a\\n/c'\n"
            "global.index-url='http://127.0.0.1/global'\n"
            "install.index-url='http://127.0.0.1/install'\n"
            "global.user='true'\n"
        ),
    )

    assert install.settings(["pip"]) == {
        "proxy": "http://127.0.0.1:3128",
        "find-links": "/a\n/c",
        "index-url": "http://127.0.0.1/install",
        "user": "true",
    }


def test_uv_is_told_what_pip_is_set_to(tmp_path: Path) -> None:
    found = {
        "cert": "/my authority.pem",
        "client-cert": "/client.pem",
        "default-timeout": "180",
        "extra-index-url": "http://127.0.0.1/b\nhttp://127.0.0.1/c",
        "find-links": f"{tmp_path} /is/not/there http://127.0.0.1/d",
        "index-url": "http://127.0.0.1/simple",
        "no-index": "true",
        "proxy": "http://127.0.0.1:3128",
        "trusted-host": "127.0.0.1 127.0.0.2:80",
    }

    told, options = install.variables({}, found)

    assert {name: value for name, value in told.items() if not name.startswith("PIP_")} == {
        "HTTPS_PROXY": "http://127.0.0.1:3128",
        "HTTP_PROXY": "http://127.0.0.1:3128",
        "PKG_CONFIG": install.NO_LIBRARIES,
        "SSL_CERT_FILE": "/my authority.pem",
        "SSL_CLIENT_CERT": "/client.pem",
        "UV_DEFAULT_INDEX": "http://127.0.0.1/simple",
        "UV_FIND_LINKS": f"{tmp_path},http://127.0.0.1/d",
        "UV_HTTP_TIMEOUT": "180",
        "UV_INDEX": "http://127.0.0.1/b http://127.0.0.1/c",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "127.0.0.1 127.0.0.2:80",
    }
    assert options == ["--no-index"]


def test_what_comes_as_source_is_not_compiled_against_libraries_of_the_system() -> None:
    told, _ = install.variables({"PKG_CONFIG": "/usr/bin/pkg-config"}, {})
    assert shutil.which(told["PKG_CONFIG"]) is None


def test_a_folder_of_certificates_is_told_as_one(tmp_path: Path) -> None:
    assert install.variables({}, {"cert": str(tmp_path)})[0]["SSL_CERT_DIR"] == str(tmp_path)


def test_flags_that_are_off_and_what_uv_does_not_know_are_left_out() -> None:
    found = {"no-index": "false", "no-cache-dir": "no", "keyring-provider": "import"}

    told, options = install.variables({}, found)

    assert [name for name in told if name.startswith("UV_")] == ["UV_INDEX_STRATEGY"]
    assert options == []


def test_pip_gets_the_network_settings_and_none_of_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": "/h", "PIP_TARGET": "/t", "PIP_CONFIG_FILE": "/c", "PYTHONPATH": "/x"}
    found = {"index-url": "http://127.0.0.1/simple", "find-links": "wheels", "target": "/t", "user": "true"}

    told, _ = install.variables(environ, found)

    assert {name: value for name, value in told.items() if not name.startswith("UV_")} == {
        "HOME": "/h",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PIP_INDEX_URL": "http://127.0.0.1/simple",
        "PKG_CONFIG": install.NO_LIBRARIES,
    }


def test_what_uv_itself_was_told_goes_first_but_not_what_would_change_the_packages() -> None:
    environ = {"UV_DEFAULT_INDEX": "http://127.0.0.1/uv", "UV_NO_VERIFY_HASHES": "1", "UV_CONSTRAINT": "x.txt"}

    told, _ = install.variables(environ, {"index-url": "http://127.0.0.1/pip"})

    assert told["UV_DEFAULT_INDEX"] == "http://127.0.0.1/uv"
    assert told["PIP_INDEX_URL"] == "http://127.0.0.1/pip"
    assert not {"UV_NO_VERIFY_HASHES", "UV_CONSTRAINT"} & set(told)


@pytest.mark.parametrize(
    ("usual", "environ", "cache"),
    [
        ("/proc/uv", {}, "uv-cache"),  # another disk, on which nothing can be written either
        ("{venv}/../uv", {}, None),
        ("/proc/uv", {"UV_CACHE_DIR": "/named"}, None),
    ],
)
def test_uvs_cache_is_on_the_environments_disk_unless_the_user_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, usual: str, environ: dict[str, str], cache: str | None
) -> None:
    answers(monkeypatch, lambda _: usual.format(venv=tmp_path))

    assert install.cache("uv", tmp_path, environ) == ({"UV_CACHE_DIR": str(tmp_path / cache)} if cache else {})


# pip and uv


def test_the_pip_that_python_carries_is_taken_then_its_own_then_one_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sysconfig.get_config_var", always(str(tmp_path)))
    monkeypatch.setattr("shutil.which", "/bin/{}".format)
    wheel = tmp_path / "pip-25.0-py3-none-any.whl"
    wheel.touch()
    assert install.find_pip() == [sys.executable, "-I", str(wheel / "pip")]

    wheel.unlink()
    answers(monkeypatch, lambda _: "pip 23.0.1")
    assert install.find_pip() == [sys.executable, "-I", "-m", "pip"]

    answers(monkeypatch, lambda words: "pip 26.3" if words[0] == "/bin/pip" else "")
    assert install.find_pip() == ["/bin/pip"]

    answers(monkeypatch, lambda _: "")
    assert install.find_pip() == []

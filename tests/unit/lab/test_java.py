from pathlib import Path

import pytest

from magicai.errors import Missing
from tests.lab import java


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(java, "_PLACES", (f"{tmp_path}/*",))
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


def put(folder: Path, name: str, version: str) -> Path:
    home = folder / name
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "javac").touch()
    (home / "release").write_text(f'IMPLEMENTOR="somebody"\nJAVA_VERSION="{version}"\n')
    return home


@pytest.mark.parametrize(
    ("least", "best", "expected"),
    [(17, 21, "17.0.15"), (21, 25, "25.0.3"), (8, 11, "1.8.0_402"), (18, 21, "25.0.3")],
)
def test_takes_the_best_tried_version_before_newer_ones(install: Path, least: int, best: int, expected: str) -> None:
    homes = {version: put(install, f"jdk-{version}", version) for version in ("1.8.0_402", "17.0.15", "25.0.3", "26")}
    assert java.jdk(least=least, best=best) == homes[expected]


def test_a_runtime_without_a_compiler_is_no_jdk(install: Path) -> None:
    (put(install, "jre", "21") / "bin" / "javac").unlink()
    put(install, "jdk", "17.0.1")
    with pytest.raises(Missing, match="version 21 or later; versions here: 17"):
        java.jdk(least=21, best=25)

"""What start.py makes of its words, and which Pythons it takes."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import start


class HandedOver(BaseException):
    """The process would have become a program with these words."""

    def __init__(self, words: list[str]) -> None:
        self.words = words


@pytest.fixture(autouse=True)
def hands_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing is really started, and the environment's folder is an empty one."""

    def hand_over(_: str, words: list[str]) -> None:
        raise HandedOver(words)

    monkeypatch.setattr(os, "execv", hand_over)
    monkeypatch.setenv("MAGICAI_VENV", str(tmp_path / "environment"))
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def handed(words: list[str]) -> list[str]:
    with pytest.raises(HandedOver) as caught:
        start.main(words)
    return caught.value.words


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """Environments that are finished; the list says which were asked for, and for which lock."""
    asked: list[tuple[Path, str]] = []

    def is_ready(venv: Path, lock: str) -> bool:
        asked.append((venv, lock))
        return True

    monkeypatch.setattr(start, "is_ready", is_ready)
    return asked


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str, list[str]]]:
    """What was installed: where, for which lock, with which extras."""
    done: list[tuple[Path, str, list[str]]] = []
    monkeypatch.setattr(start, "install", lambda *asked: done.append(asked))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return done


@pytest.mark.usefixtures("installed")
def test_no_words_mean_the_main_job_on_the_sample_shop(tmp_path: Path) -> None:
    python = str(start.python_of(tmp_path / "environment"))
    assert handed([]) == [python, "-m", "magicai", "run", "crawl-analyze-generate", "--sample"]


@pytest.mark.parametrize(
    "words", [["--server", "http://x", "runs"], ["run", "x", "--max-pages", "3"], ["show", "a b", "报告"]]
)
def test_other_words_reach_the_product_unchanged(
    installed: list[tuple[Path, str]], words: list[str], tmp_path: Path
) -> None:
    assert handed(words)[1:] == ["-m", "magicai", *words]
    assert installed == [(tmp_path / "environment", "run")]


@pytest.mark.parametrize(
    ("words", "lock", "script"),
    [
        (["test"], "dev", "check.py"),
        (["test", "-k", "a b"], "dev", "check.py"),
        (["check", "ruff"], "dev", "check.py"),
        (["lock", "--upgrade"], "run", "lock.py"),
    ],
)
def test_words_for_developers_run_with_the_lock_that_they_need(
    installed: list[tuple[Path, str]], words: list[str], lock: str, script: str
) -> None:
    rest = words[1:] if script == "lock.py" else words
    assert handed(words)[1:] == [str(start.LOCKS / script), *rest]
    assert [asked for _, asked in installed] == [lock]


@pytest.mark.usefixtures("installed")
def test_the_product_gets_the_activated_environment_without_another_programs_modules(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/other")
    monkeypatch.setenv("PYTHONHOME", "/other")
    handed([])

    assert os.environ["VIRTUAL_ENV"] == str(tmp_path / "environment")
    assert os.environ["PATH"].startswith(str(tmp_path / "environment"))
    assert os.environ["PYTHONSAFEPATH"] == "1"
    assert not {"PYTHONPATH", "PYTHONHOME"} & set(os.environ)


def test_modules_of_another_program_are_left_before_anything_is_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a module of another program was imported')")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    words = [sys.executable, str(start.ROOT / "start.py"), "--help"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_missing_is_installed_first(installs: list[object], tmp_path: Path) -> None:
    assert handed(["runs"])[1:] == ["-m", "magicai", "runs"]
    assert installs == [(tmp_path / "environment", "run", [])]


@pytest.mark.usefixtures("installed")
def test_extras_are_installed_by_name_and_nothing_is_run(installs: list[object], tmp_path: Path) -> None:
    start.main(["install", "neo4j", "s3"])
    assert installs == [(tmp_path / "environment", "run", ["neo4j", "s3"])]


@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_help_installs_nothing(word: str, installs: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    start.main([word])
    assert "python3 start.py install" in capsys.readouterr().out
    assert installs == []


@pytest.mark.usefixtures("installed")
def test_help_is_followed_by_that_of_the_product(capsys: pytest.CaptureFixture[str]) -> None:
    assert handed(["--help"])[1:] == ["-m", "magicai", "--help"]
    assert "python3 start.py install" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/project/.venv"), "'/project/.venv'"),
        (subprocess.CalledProcessError(2, ["pip", "install"]), "'install'"),
        (KeyboardInterrupt(), "stopped"),
    ],
)
def test_an_installation_that_failed_says_why_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(start, "install", fail)
    with pytest.raises(SystemExit, match=r"(?s)^start\.py: .*run the same command again") as caught:
        start.main([])
    assert said in str(caught.value)


def test_the_folder_is_beside_the_project_or_what_the_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: list[tuple[Path, str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    for named in ("", "/other", "~/x", "near"):
        monkeypatch.setenv("MAGICAI_VENV", named)
        handed([])
    assert [venv for venv, _ in installed] == [
        start.ROOT / ".venv",
        Path("/other"),
        Path.home() / "x",
        tmp_path / "near",
    ]


# Pythons


def test_an_old_python_can_read_the_file_and_its_first_lines_run_in_it() -> None:
    text = (start.ROOT / "start.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.NamedExpr | ast.Match)]
    named = [alias.name for node in tree.body[:5] if isinstance(node, ast.Import) for alias in node.names]
    assert named == ["os", "shutil", "subprocess", "sys"], "those that every Python has, before it is looked at"


def _as(version: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run start.py in a Python that says it is another version."""
    code = f"import sys; sys.version_info = {version}; sys.argv = ['start.py', 'a b']; exec(open('start.py').read())"
    words = [sys.executable, "-c", code]
    return subprocess.run(words, cwd=start.ROOT, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", ["(3, 10, 4)", "(3, 15, 0)"])
def test_another_python_is_refused_with_those_that_fit(version: str, tmp_path: Path) -> None:
    done = _as(version, tmp_path)
    assert done.returncode == 1
    assert "MagicAI needs Python 3.11 to 3.14, and this is 3.1" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for Pythons")
def test_a_python_that_fits_is_called_instead_and_a_shim_without_one_is_not(tmp_path: Path) -> None:
    for name, does in (("python3.13", "exit 127"), ("python3.12", 'echo "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    assert _as("(3, 8, 18)", tmp_path).stdout.splitlines()[-1] == "start.py a b"


def test_the_limits_are_those_of_the_project() -> None:
    project = tomllib.loads(start.PYPROJECT.read_text(encoding="utf-8"))["project"]
    fit = [minor for minor in range(30) if f"3.{minor}.5" in SpecifierSet(project["requires-python"])]
    assert fit == [11, 12, 13, 14]

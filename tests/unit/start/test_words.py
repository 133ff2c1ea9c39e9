import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import start
from magicai.cli.root import root
from requirements import install
from requirements.install import InstallationError

ROOT = Path(start.ROOT)


class HandedOver(BaseException):
    """The process would have become a program with these words."""

    def __init__(self, words: list[str]) -> None:
        self.words = words


@pytest.fixture(autouse=True)
def hands_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing is really started, and the environment's folder is an empty one."""

    def hand_over(words: list[str]) -> int:
        raise HandedOver(words)

    monkeypatch.setattr(start, "become", hand_over)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("PYTHONHOME", raising=False)
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
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An environment that is finished for every lock; the list says which locks were asked for."""
    asked: list[str] = []

    def is_ready(venv: str, lock: str) -> bool:
        asked.append(lock)
        return True

    monkeypatch.setattr(start, "is_ready", is_ready)
    return asked


@pytest.mark.usefixtures("installed")
def test_no_words_mean_the_main_job_on_the_sample_shop(tmp_path: Path) -> None:
    assert handed([]) == [
        start.python_of(f"{tmp_path}/environment"),
        "-m",
        "magicai",
        "run",
        "crawl-analyze-generate",
        "--sample",
    ]


@pytest.mark.parametrize(
    "words", [["--server", "http://x", "runs"], ["run", "x", "--max-pages", "3"], ["show", "a b", "报告"]]
)
def test_other_words_reach_the_product_unchanged(installed: list[str], words: list[str]) -> None:
    assert handed(words)[1:] == ["-m", "magicai", *words]
    assert installed == ["run"]


@pytest.mark.parametrize(
    ("words", "lock", "script", "rest"),
    [
        (["test"], "dev", "check.py", ["test"]),
        (["test", "-k", "a b"], "dev", "check.py", ["test", "-k", "a b"]),
        (["check", "ruff"], "dev", "check.py", ["check", "ruff"]),
        (["lock", "--upgrade"], "run", "lock.py", ["--upgrade"]),
    ],
)
def test_words_for_developers_run_with_the_lock_that_they_need(
    installed: list[str], words: list[str], lock: str, script: str, rest: list[str]
) -> None:
    assert handed(words)[1:] == [str(ROOT / "requirements" / script), *rest]
    assert installed == [lock]


@pytest.mark.usefixtures("installed")
def test_the_product_gets_the_activated_environment_without_the_working_folder_on_its_path(tmp_path: Path) -> None:
    handed([])

    assert os.environ["VIRTUAL_ENV"] == str(tmp_path / "environment")
    assert os.environ["PATH"].startswith(str(tmp_path / "environment"))
    assert os.environ["PYTHONSAFEPATH"] == "1"


def test_modules_of_another_program_are_left_before_anything_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/other")
    monkeypatch.setenv("PYTHONHOME", "/other")

    assert handed(["runs", "b"]) == [sys.executable, str(ROOT / "start.py"), "runs", "b"]
    assert "PYTHONPATH" not in os.environ
    assert "PYTHONHOME" not in os.environ


def test_what_is_missing_is_installed_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_in: list[tuple[str, str, list[str]]] = []

    def install_it(venv: str, lock: str, extras: list[str]) -> None:
        put_in.append((venv, lock, extras))

    monkeypatch.setattr(install, "install", install_it)

    assert handed(["runs"])[1:] == ["-m", "magicai", "runs"]
    assert put_in == [(str(tmp_path / "environment"), "run", [])]


@pytest.mark.usefixtures("installed")
def test_extras_are_installed_by_name_and_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def install_it(venv: str, lock: str, extras: list[str]) -> None:
        asked.append(extras)

    monkeypatch.setattr(install, "install", install_it)

    assert start.main(["install", "neo4j", "s3"]) == 0
    assert asked == [["neo4j", "s3"]]


@pytest.fixture
def nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(venv: str, lock: str, extras: list[str]) -> None:
        raise AssertionError("something was installed")

    monkeypatch.setattr(install, "install", refuse)


@pytest.mark.usefixtures("nothing_is_installed")
@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_help_lists_every_command_and_installs_nothing(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert start.main([word]) == 0
    said = capsys.readouterr().out
    context = click.Context(root)
    assert "python3 start.py install" in said
    for command in root.list_commands(context):
        assert re.search(rf"^    {command} ", said, re.MULTILINE), command


@pytest.mark.usefixtures("nothing_is_installed")
def test_the_version_is_told_and_nothing_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert start.main(["--version"]) == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert capsys.readouterr().out == f"magicai {project['version']}\n"


@pytest.mark.usefixtures("nothing_is_installed")
@pytest.mark.parametrize(
    ("word", "asked"), [("rnu", " Did you mean run?"), ("tset", " Did you mean test?"), ("xyzzy", "")]
)
def test_a_mistyped_command_is_refused_at_once(word: str, asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert start.main([word, "--sample"]) == 2
    said = f"start.py: there is no command '{word}'.{asked} To list them: python3 start.py --help\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (InstallationError("no room; free some"), 1, "start.py: no room; free some\n"),
        (KeyboardInterrupt(), 130, "Run the same command again"),
    ],
)
def test_a_failed_installation_is_one_sentence_and_a_status(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    said: str,
) -> None:
    def fail(venv: str, lock: str, extras: list[str]) -> None:
        raise error

    monkeypatch.setattr(install, "install", fail)

    assert start.main([]) == status
    assert said in capsys.readouterr().err


def old(monkeypatch: pytest.MonkeyPatch, *others: str) -> None:
    monkeypatch.setattr(start, "fault", lambda: "Python 3.8.18 (/old/python) is too old")
    monkeypatch.setattr(start, "candidates", lambda: ["/broken/python3.13", *others])
    monkeypatch.setattr(start, "is_fit", others.__contains__)


def test_an_old_python_continues_with_one_that_fits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old(monkeypatch, "/new/python3.13")

    assert handed(["runs"]) == ["/new/python3.13", str(ROOT / "start.py"), "runs"]
    assert capsys.readouterr().err == (
        "start.py: Python 3.8.18 (/old/python) is too old: continuing with /new/python3.13\n"
    )


def test_an_old_python_alone_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old(monkeypatch)

    assert start.main([]) == 1
    said = capsys.readouterr().err
    assert "Python 3.8.18 (/old/python) is too old" in said
    assert "CPython 3.11 to 3.14" in said
    assert f"python3.13 {ROOT / 'start.py'}" in said


@pytest.mark.usefixtures("installed")
def test_an_old_python_starts_a_finished_environment_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    old(monkeypatch)

    assert handed(["runs"])[1:] == ["-m", "magicai", "runs"]


def test_what_an_old_python_reads_has_only_its_syntax() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))

    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            annotations = [node.returns, *(argument.annotation for argument in arguments)]
            assert all(isinstance(annotation, ast.Constant | None) for annotation in annotations), node.name
        assert not isinstance(node, ast.NamedExpr | ast.Match)


def test_the_folder_is_beside_the_project_or_what_the_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def is_ready(venv: str, lock: str) -> bool:
        asked.append(venv)
        return True

    monkeypatch.setattr(start, "is_ready", is_ready)
    monkeypatch.chdir(tmp_path)

    for named in ("", "/other", "~/x", "near"):
        monkeypatch.setenv("MAGICAI_VENV", named)
        handed([])

    assert asked == [str(ROOT / ".venv"), "/other", str(Path.home() / "x"), str(tmp_path / "near")]

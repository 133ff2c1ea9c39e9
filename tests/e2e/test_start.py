"""start.py on a fresh clone, with the machine's own pip and uv: for real, but few packages and an echo as the product.

That the whole lock installs is seen wherever `python3 start.py test` runs these tests.
"""

import functools
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# All that is installed, and what that needs: rich brings the other three.
FEW = ("markdown-it-py", "mdurl", "pygments", "rich")
ECHO = "import json, os, sys\nprint(json.dumps([sys.argv[1:], sys.prefix, os.getcwd()]))\n"
Variables = dict[str, str]
NONE: Variables = {}
UNREACHABLE: Variables = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_CACHE_DIR": "1", "UV_HTTP_RETRIES": "0"}

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="this is no git clone"),
]


@dataclass(frozen=True)
class Clone:
    """A clone in a folder of its own, and what is around it."""

    folder: Path

    def start(self, *words: str, environ: Variables = NONE, cwd: Path | None = None) -> subprocess.Popen[str]:
        """Start start.py in a process group of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PYTHON"))}
        return subprocess.Popen(
            [sys.executable, str(self.folder / "start.py"), *words],
            cwd=cwd or self.folder,
            env=kept | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *words: str, environ: Variables = NONE, cwd: Path | None = None) -> tuple[list[object], str]:
        """Run start.py to its end; return what the product echoed, and what was said on standard error."""
        process = self.start(*words, environ=environ, cwd=cwd)
        out, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
        return json.loads(out), said

    def has_uv(self) -> bool:
        """Has pip installed uv, so that the packages are next?"""
        return any((self.folder / ".venv").glob("lib/*/site-packages/uv-*.dist-info/INSTALLER"))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone whose lock is cut down, and whose product echoes how it was called."""
    folder = tmp_path / "我的 shop's clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    path = folder / "requirements" / "run.txt"
    blocks = re.findall(r"^(?![#\s-]).+\n(?:\s+.+\n)*", path.read_text(encoding="utf-8"), re.MULTILINE)
    few = (block for block in blocks if block.startswith(tuple(f"{name}==" for name in FEW)))
    path.write_text("".join(few), encoding="utf-8")
    project = folder / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^dependencies = \[.*?^\]", 'dependencies = ["rich"]', text)
    small = "".join(f"{extra} = []\n" for extra in ("backup", "excel", "knowledge", "mcp", "llama-cpp-python"))
    text = re.sub(
        r"(?ms)^\[project.optional-dependencies\]\n.*?(?=^\[)", f"[project.optional-dependencies]\n{small}\n", text
    )
    project.write_text(text, encoding="utf-8")
    (folder / "magicai" / "__main__.py").write_text(ECHO)
    return Clone(folder)


def test_a_clone_installs_itself_once_and_then_only_starts(clone: Clone, tmp_path: Path) -> None:
    prefix = str(clone.folder / ".venv")

    echoed, said = clone.run("runs", "a b", "报告")

    assert echoed == [["runs", "a b", "报告"], prefix, str(clone.folder)]
    assert f"Installed {len(FEW)} packages" in said
    assert prefix in said

    # From another folder and under another program's settings, where pip could fetch nothing.
    odd = UNREACHABLE | {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1", "PIP_TARGET": str(tmp_path / "target")}
    (tmp_path / "json.py").write_text("raise SystemExit('a module of another program was imported')")
    echoed, said = clone.run(environ=odd, cwd=tmp_path)

    assert echoed == [["run", "crawl-analyze-generate", "--sample"], prefix, str(tmp_path)]
    assert said == "", "something was installed"

    # The folder moved along with its environment: the environment knows its old place.
    moved = Clone(clone.folder.rename(tmp_path / "moved"))
    assert moved.run("runs")[0] == [["runs"], str(moved.folder / ".venv"), str(moved.folder)]


def test_what_was_cut_goes_on(clone: Clone) -> None:
    first = clone.start("runs")
    while not clone.has_uv() and first.poll() is None:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL, "it was done before it could be cut"

    assert clone.run("me")[0][0] == ["me"]

    # Cut while packages were put in: one is there in half, and the stamp says that it is not finished.
    (console,) = (clone.folder / ".venv").glob("lib/*/site-packages/rich/console.py")
    whole = console.read_bytes()
    console.write_bytes(whole[:100])
    (stamp,) = (clone.folder / ".venv").glob("magicai-start.json")
    stamp.write_text("{")
    assert clone.run("usage")[0][0] == ["usage"]
    assert console.read_bytes() == whole


def test_without_a_network_it_says_so_and_where_to_look(clone: Clone) -> None:
    process = clone.start("runs", environ=UNREACHABLE | {"UV_CACHE_DIR": str(clone.folder / "cache")})
    _, said = process.communicate(timeout=240)

    assert process.returncode == 1
    assert re.search(r"(?s)^start\.py: .*'pip'.*docs/start/install\.md.*run the same command again", said, re.MULTILINE)
    assert "Traceback" not in said


def test_two_starts_at_once_install_once(clone: Clone) -> None:
    starts = [clone.start("runs") for _ in range(2)]
    said = [process.communicate(timeout=240)[1] for process in starts]

    assert [process.returncode for process in starts] == [0, 0]
    assert sum(f"Installed {len(FEW)} packages" in one for one in said) == 1


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Clone) -> None:
    lock = clone.folder / "requirements" / "run.txt"
    digest = re.compile(r"(?<=--hash=sha256:)[0-9a-f]{64}")
    lock.write_text(digest.sub("0" * 64, lock.read_text(encoding="utf-8")), encoding="utf-8")

    process = clone.start("runs")
    _, said = process.communicate(timeout=240)

    assert process.returncode == 1
    assert "hash" in said.lower()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What docs/start/install.md has copied to a machine without a network."""
    folder = tmp_path_factory.mktemp("wheels")
    run = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    versions = [found[0] for name in FEW if (found := re.search(rf"^{name}==\S+", run, re.MULTILINE))]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder)]
    start = ["--require-hashes", "-r", str(ROOT / "requirements" / "start.txt")]
    subprocess.run([*pip, *start], check=True, timeout=240)
    subprocess.run([*pip, *versions], check=True, timeout=240)
    return folder


@pytest.fixture(scope="module")
def mirror(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An index of a closed network, by its address."""
    folder = tmp_path_factory.mktemp("mirror")
    for wheel in wheels.iterdir():
        name = re.sub(r"[-_.]+", "-", wheel.name.partition("-")[0]).lower()
        page = folder / "simple" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f'<!doctype html><a href="/{wheel.name}">{wheel.name}</a>')
        shutil.copy(wheel, folder / wheel.name)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def test_a_closed_network_installs_from_a_folder(clone: Clone, wheels: Path) -> None:
    alone = UNREACHABLE | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "UV_NO_CACHE": "1"}
    assert clone.run("runs", environ=alone)[0][0] == ["runs"]


@pytest.mark.parametrize("variables", [("PIP_INDEX_URL",), ("PIP_INDEX_URL", "UV_DEFAULT_INDEX")])
def test_a_mirror_is_used_as_pip_or_uv_is_told(clone: Clone, mirror: str, variables: tuple[str, ...]) -> None:
    named = dict.fromkeys(variables, mirror) | {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "PIP_FIND_LINKS": ""}
    if "UV_DEFAULT_INDEX" in variables:
        named["PIP_EXTRA_INDEX_URL"] = ""
    assert clone.run("runs", environ=named)[0][0] == ["runs"]

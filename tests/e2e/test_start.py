"""start.py on a fresh clone, with the machine's own pip and uv: for real, but few packages and an echo as the product.

That the whole lock installs is seen wherever `python3 start.py test` runs these tests.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FEW = ("filelock", "idna", "markdown-it-py", "mdurl", "pygments", "rich", "typing-extensions")
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
        """Has pip fetched uv, so that the packages are next?"""
        return any((self.folder / ".venv").glob("lib/*/site-packages/uv-*.dist-info/INSTALLER"))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone whose lock is cut down, and whose product echoes how it was called."""
    folder = tmp_path / "我的 shop's clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    for lock in ("run.txt", "dev.txt"):
        path = folder / "requirements" / lock
        blocks = re.findall(r"^(?![#\s]).+\n(?:\s+.+\n)*", path.read_text(encoding="utf-8"), re.MULTILINE)
        few = (block for block in blocks if block.startswith(tuple(f"{name}==" for name in FEW)))
        path.write_text("--only-binary :all:\n\n" + "".join(few), encoding="utf-8")
    (folder / "magicai" / "__main__.py").write_text(ECHO)
    return Clone(folder)


def test_a_clone_installs_itself_once_and_then_only_starts(clone: Clone, tmp_path: Path) -> None:
    prefix = str(clone.folder / ".venv")

    echoed, said = clone.run("runs", "a b", "报告")

    assert echoed == [["runs", "a b", "报告"], prefix, str(clone.folder)]
    assert "Installed 8 packages" in said  # with the project itself
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
    (console,) = (clone.folder / ".venv").rglob("rich/console.py")
    whole = console.read_bytes()
    console.write_bytes(whole[:100])
    (stamp,) = (clone.folder / ".venv").glob("magicai-start.json")
    stamp.write_text("{")
    assert clone.run("usage")[0][0] == ["usage"]
    assert console.read_bytes() == whole


def test_without_a_network_the_way_out_is_named(clone: Clone) -> None:
    for program in ("pip", "uv"):  # before uv is there, and after
        process = clone.start("runs", environ=UNREACHABLE | {"UV_CACHE_DIR": str(clone.folder / "cache")})
        _, said = process.communicate(timeout=240)

        assert process.returncode == 1
        assert re.search(rf"^start\.py: {program} could not .*PIP_PROXY.* resumes", said, re.MULTILINE)
        assert "Traceback" not in said
        if program == "pip":
            first = clone.start("runs")
            while not clone.has_uv() and first.poll() is None:
                time.sleep(0.02)
            os.killpg(first.pid, signal.SIGKILL)
            first.communicate()


def test_two_starts_at_once_install_once(clone: Clone) -> None:
    starts = [clone.start("runs") for _ in range(2)]
    said = [process.communicate(timeout=240)[1] for process in starts]

    assert [process.returncode for process in starts] == [0, 0]
    assert sum("Installed" in one for one in said) == 1


def test_an_index_without_uv_is_installed_from_by_pip(clone: Clone) -> None:
    lock = clone.folder / "requirements" / "uv.txt"
    lock.write_text(re.sub(r"^uv==\S+", "uv==0.0.0", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))

    echoed, said = clone.run("runs")

    assert echoed[0] == ["runs"]
    assert "no uv" in said
    assert "Successfully installed" in said

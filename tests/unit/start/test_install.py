import io
import subprocess
import sys
from pathlib import Path

import pytest

from requirements import install
from requirements.failures import InstallationError
from requirements.install import Work

LOCK = """\
# Made by a machine.
filelock==4.2.12 \\
    --hash=sha256:%s
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:01
pywin32==312 ; sys_platform == 'win32' \\
    --hash=sha256:02
rich==15.0.0 \\
    --hash=sha256:03
"""
SIZES = {"filelock": 20_000, "numpy": 17_000_000, "rich": 300_000}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """An empty site-packages and an empty folder of kept wheels."""
    folders = tmp_path / "site-packages", tmp_path / "kept"
    for folder in folders:
        folder.mkdir()
    return folders


def test_all_that_this_system_takes_is_missing_at_first(folders: tuple[Path, Path]) -> None:
    todo = install.work(LOCK % "00", SIZES, *folders)

    assert todo == Work(SIZES, SIZES)


def test_what_is_there_at_a_locked_version_is_left(folders: tuple[Path, Path]) -> None:
    for name in ("numpy-2.5.5", "rich-14.0.0", "filelock-4.2.12"):
        (folders[0] / f"{name}.dist-info").mkdir()

    assert install.work(LOCK % "00", SIZES, *folders).missing == {"rich": 300_000}


def test_a_wheel_that_was_fetched_before_is_not_fetched_again(folders: tuple[Path, Path]) -> None:
    import hashlib

    (folders[1] / "filelock-4.2.12-py3-none-any.whl").write_bytes(b"whole")
    (folders[1] / "rich-15.0.0-py3-none-any.whl").write_bytes(b"ha")

    todo = install.work(LOCK % hashlib.sha256(b"whole").hexdigest(), SIZES, *folders)

    assert set(todo.missing) - set(todo.to_fetch) == {"filelock"}
    assert [path.name for path in folders[1].iterdir()] == ["filelock-4.2.12-py3-none-any.whl"]


def test_a_disk_too_small_is_refused_with_both_numbers(tmp_path: Path) -> None:
    todo = Work({"a": 400_000_000}, {"a": 300_000_000})

    install.refuse_small_disk(tmp_path, todo, 1_900_000_000)
    with pytest.raises(InstallationError, match=r"need 1\.8 GB in .*300 MB.* 0\.2 GB are free there.*MAGICAI_VENV"):
        install.refuse_small_disk(tmp_path, todo, 200_000_000)


def test_what_will_be_fetched_is_said_before(tmp_path: Path) -> None:
    a, both = {"a": 400_000_000}, {"a": 400_000_000, "b": 1, "c": 1}
    into = f"; they go into {tmp_path} (1.5 GB there). Ctrl-C stops it; the same command goes on.\n"

    assert install.announcement(Work(a, a), tmp_path) == (
        f"MagicAI fetches 1 package, about 400 MB, from pip's package index{into}"
    )
    assert install.announcement(Work(both, a), tmp_path) == (
        f"MagicAI fetches 1 package, about 400 MB, from pip's package index and has 2 packages from before{into}"
    )
    assert install.announcement(Work(a, {}), tmp_path) == f"MagicAI has 1 package from before{into}"


def test_two_starts_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "环境 .venv.lock"
    hold = (
        "import io, sys; from pathlib import Path; from requirements.install import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1]), io.StringIO()):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(path)],
        cwd=Path(install.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    assert other.stdin
    assert other.stdout.readline() == "held\n"

    class LetsGo(io.StringIO):
        """Ends the other start when told that it is waited for."""

        def write(self, text: str) -> int:
            assert other.stdin
            other.stdin.close()
            return super().write(text)

    said = LetsGo()
    with install.one_at_a_time(path, said):
        assert other.wait(30) == 0
    other.stdout.close()
    assert "waiting for it" in said.getvalue()
    with install.one_at_a_time(path, io.StringIO()) as alone:
        assert alone > 0

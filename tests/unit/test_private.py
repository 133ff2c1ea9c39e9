"""A home is its owner's alone, whoever made it and what is in it; tried as another user where that can be."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.open import open_ports
from magicai import private
from magicai.accounts.signing import Signer
from magicai.errors import Refused
from magicai.private import exposed, private_home, users_umask, write_private
from magicai.runs.whole_file import whole_file
from magicai.settings import Settings

NOBODY = 65534


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The umask that most shells have, of a process that has not opened a home yet."""
    monkeypatch.setattr(private, "_users_umask", None)
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as an earlier release left it in a folder that was there."""
    return left_by_an_earlier_release(tmp_path / "home")


def left_by_an_earlier_release(home: Path) -> Path:
    os.umask(0o022)
    (home / "files" / "results" / "run").mkdir(parents=True)
    for name in ("records.sqlite3", "records.sqlite3-wal", "files/bodies.sqlite3", "files/results/run/report.md"):
        (home / name).write_text("secret")
    return home


def modes(home: Path) -> set[int]:
    return {path.lstat().st_mode & 0o777 for path in (home, *home.rglob("*")) if not path.is_symlink()}


def test_what_was_there_is_closed_and_what_comes_is_private(home: Path) -> None:
    (home / "program").touch(mode=0o755)
    private_home(home)
    assert modes(home) == {0o700, 0o600}
    (home / "logs").mkdir()
    (home / "logs" / "new.log").touch()
    assert modes(home) == {0o700, 0o600}


def test_a_closed_home_is_not_walked_through_at_each_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private_home(home)

    def walked(_: Path) -> Iterator[Path]:
        pytest.fail("everything was walked through")

    monkeypatch.setattr(private, "exposed", walked)
    private_home(home)


def test_whoever_was_killed_meanwhile_is_followed_by_one_that_ends_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = private._close  # pyright: ignore[reportPrivateUsage]
    for count in range(1 + len(list(home.rglob("*")))):
        with monkeypatch.context() as killed:
            left = iter(range(count))

            def close_until_killed(path: Path, left: Iterator[int] = left) -> None:
                next(left)
                close(path)

            killed.setattr(private, "_close", close_until_killed)
            with pytest.raises(StopIteration):
                private_home(home)
        assert home.stat().st_mode & 0o777 == (0o700 if count else 0o755), "what keeps others out comes first"
        private_home(home)
        assert modes(home) == {0o700, 0o600}
        shutil.rmtree(home)
        left_by_an_earlier_release(home)


def test_a_link_is_not_followed_and_told_of(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared"
    elsewhere.mkdir()
    (home / "catalogues").symlink_to(elsewhere)
    private_home(home)
    assert elsewhere.stat().st_mode & 0o777 == 0o755
    assert list(exposed(home)) == [home / "catalogues"]


def test_a_folder_that_all_share_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(Refused, match=r"shared by all users.*MAGICAI_HOME"):
        private_home(tmp_path)
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_of_a_persons_own_home_only_the_folder_is_closed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    private_home(home)
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "files").stat().st_mode & 0o777 == 0o755
    assert list(exposed(home)) == []


def test_a_users_own_file_has_the_mode_that_they_want(home: Path, tmp_path: Path) -> None:
    private_home(home)
    assert users_umask() == 0o022
    with whole_file(tmp_path / "products.csv") as draft:
        draft.write_bytes(b"a,b")
    assert (tmp_path / "products.csv").stat().st_mode & 0o777 == 0o644


def test_a_private_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    write_private(path, b"old")

    def cut(*_: Path) -> None:
        raise OSError("cut")

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(OSError, match="cut"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A home whose way other users may go."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("cat") is None:
        pytest.skip("only root can try as another user")
    folder = Path(tempfile.mkdtemp(prefix="magicai-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def read_by_another(home: Path) -> bytes:
    """What another user of this machine reads of everything that is there."""
    paths = [path for path in home.rglob("*") if path.is_file()]
    done = subprocess.run(
        ["cat", *paths], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, check=False
    )
    return done.stdout


def test_another_user_reads_nothing_and_finds_no_key(reachable: Path) -> None:
    (reachable / "records.json").write_text("[]")
    assert read_by_another(reachable) == b"[]", "the try reads what may be read"
    secret = asyncio.run(used(Settings(home=reachable, jwt_secret_key=None)))
    assert modes(reachable) == {0o700, 0o600}
    assert read_by_another(reachable) == b""
    reachable.chmod(0o755)  # even where the home itself is opened again
    assert read_by_another(reachable) == b""
    files = [path for path in reachable.rglob("*") if path.is_file()]
    assert [path.name for path in files if secret in path.read_bytes()] == ["signing-keys.json"]


async def used(settings: Settings) -> bytes:
    """Have files made by several stores; answers what access tokens are signed with."""
    async with open_ports(settings) as ports:
        await Signer(ports.signing_keys).sign("ann", "session")
        await ports.cache.check()
        await ports.files.put([b"a page"])
        (key,) = await ports.signing_keys.known()
        assert read_by_another(settings.home) == b""
    return key.secret.encode()

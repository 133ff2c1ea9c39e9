from pathlib import Path

import pytest

from tests.lab.cached import built


def test_builds_once_and_again_when_a_source_changes(tmp_path: Path) -> None:
    source, cache = tmp_path / "pom.xml", tmp_path / "cache"
    source.write_text("one")
    made: list[Path] = []

    def build(folder: Path) -> None:
        made.append(folder)
        (folder / "jar").write_text(source.read_text())

    first, again = (built(cache, "server", [source], build) for _ in range(2))
    assert first == again
    assert len(made) == 1

    source.write_text("two")
    assert (built(cache, "server", [source], build) / "jar").read_text() == "two"
    assert (first / "jar").read_text() == "one", "a lab that runs from it keeps it"


def test_what_was_not_built_to_its_end_is_not_kept(tmp_path: Path) -> None:
    source, cache = tmp_path / "pom.xml", tmp_path / "cache"
    source.write_text("one")

    def cut(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(cache, "server", [source], cut)
    assert list(cache.iterdir()) == []


def test_of_two_that_build_at_the_same_time_one_counts(tmp_path: Path) -> None:
    source, cache = tmp_path / "pom.xml", tmp_path / "cache"
    source.write_text("one")

    def fast(folder: Path) -> None:
        (folder / "jar").write_text("fast")

    def slow(folder: Path) -> None:
        (folder / "jar").write_text("slow")
        built(cache, "server", [source], fast)

    place = built(cache, "server", [source], slow)
    assert (place / "jar").read_text() == "fast"
    assert list(cache.iterdir()) == [place]

import io
from pathlib import Path

import pytest

from requirements import progress
from requirements.progress import Progress


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the progress sees, to be set."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_fetched_packages_and_megabytes_are_counted_first_then_those_put_in(tmp_path: Path) -> None:
    shown = Progress(io.StringIO(), 3, {"a": 5_000_000, "b": 2_500_000})
    site_packages = tmp_path / "site-packages"
    (site_packages / "before-1.dist-info").mkdir(parents=True)
    unpack = tmp_path / "scratch" / "pip-unpack-x"
    unpack.mkdir(parents=True)
    (unpack / "a-1.whl").write_bytes(bytes(2_000_000))
    (unpack / "other.txt").write_bytes(bytes(9_000_000))

    assert shown.look(unpack.parent, site_packages, 1) == "fetching: 1 of 2 packages, 2 of 8 MB"

    assert Progress(io.StringIO(), 3, {}).look(unpack.parent, site_packages, 1) == "installing: 0 of 3 packages"

    (site_packages / "a-1.dist-info").mkdir()
    assert shown.look(unpack.parent, site_packages, 1) == "installing: 1 of 3 packages"


def test_a_terminal_has_one_line_that_is_written_over_and_cleared(clock: list[float]) -> None:
    out = Terminal()

    with Progress(out, 1, {}) as shown:
        shown.show("fetching")
        clock[0] += 0.1
        shown.show("installing")

    assert "\n" not in out.getvalue()
    assert [line.strip() for line in out.getvalue().split("\r")] == ["", "fetching", "installing", "", ""]


def test_elsewhere_there_is_a_plain_line_now_and_then(clock: list[float]) -> None:
    out = io.StringIO()

    with Progress(out, 1, {}) as shown:
        for second in range(25):
            clock[0] = float(second)
            shown.show(f"at {second}")

    assert out.getvalue() == "at 10\nat 20\n"

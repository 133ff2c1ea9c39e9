"""Which browser is used."""

from pathlib import Path

import pytest

from integrations.fetcher import chromium
from integrations.fetcher.health import check_browser
from integrations.fetcher.open import find_browser
from magicai.errors import Missing
from magicai.settings import Settings
from tests.codes import says

pytest.importorskip("playwright", reason="requires the extra `browser`")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(chromium, "_APPLICATIONS", ())
    return tmp_path


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_one_that_settings_name_comes_first(machine: Path) -> None:
    executable(machine / "bin/chromium")
    mine = executable(machine / "mine/chrome")
    assert find_browser(Settings(browser=str(mine))) == mine


def test_a_named_one_that_is_not_there_is_not_replaced(machine: Path) -> None:
    executable(machine / "bin/chromium")
    assert chromium.find(str(machine / "nowhere")) is None
    with pytest.raises(Missing, check=says("browser_not_found")):
        chromium.required(str(machine / "nowhere"))


def test_playwrights_own_comes_before_the_systems(machine: Path) -> None:
    system = executable(machine / "bin/chromium")
    assert chromium.find(None) == system
    own = executable(machine / "playwright/chromium-1200/chrome-linux/chrome")
    assert chromium.find(None) == own


def test_without_any_the_way_out_is_named(machine: Path) -> None:
    assert chromium.find(None) is None
    with pytest.raises(Missing, check=says("chromium_not_installed")):
        chromium.required(None)


def test_the_sandbox_is_off_only_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    assert not chromium.may_use_sandbox()
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert chromium.may_use_sandbox()


async def test_the_doctor_says_that_the_sandbox_is_off(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(machine / "bin/chromium")
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert "sandbox" not in await check_browser(Settings())
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    assert "as root" in await check_browser(Settings())

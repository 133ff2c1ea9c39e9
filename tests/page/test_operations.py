"""How the installation is doing, as its admin looks at it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from magicai.errors import Temporary
from magicai.runs.run import Problem, RunStatus
from tests.page.conftest import Open, Place, add_users, settings_of
from tests.page.showing import PHONE
from tests.page.test_columns import complaints
from tests.page.test_knowledge import picture

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway with three runs that failed."""
    home = tmp_path_factory.mktemp("operations") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        for owner_id in ("id-ann", "id-bob", "id-bob"):
            problem = Problem.of("plan", Temporary("step_timed_out", name="fetch_page", limit_s=60))
            _, attempt = made.begin(owner_id)
            made.finish(attempt, RunStatus.FAILED, problems=[problem.model_dump(mode="json")])
        yield made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_admin_sees_why_runs_failed_and_checks_every_part(show: Open, place: Place, axe: str, language: str) -> None:
    words = {
        "en": ("3 runs", "Run checks", "Everything that is set up works.", "passed"),
        "zh": ("3 次运行", "开始检查", "已配置的各部分均正常。", "通过"),
    }[language]
    with show("ann", "/operations", language=language) as page:
        page.get_by_text(words[0], exact=True).wait_for()
        assert page.locator("main .rows a").count() == 1, "another workspace's run is named, not linked"
        page.get_by_role("button", name=words[1]).click()
        page.locator("summary", has_text=words[3]).wait_for(timeout=180_000)
        page.locator("summary", has_text=words[3]).click()
        assert complaints(page, axe) == []
        picture(page, f"operations-{language}")
        page.set_viewport_size(PHONE)
        assert complaints(page, axe) == []
        picture(page, f"operations-{language}-phone")


def test_who_only_works_here_is_led_home(show: Open) -> None:
    with show("bob", "/operations") as page:
        page.get_by_role("heading", name="Operations is for admins and operators").wait_for()
        assert page.get_by_role("navigation").get_by_role("link", name="Operations").count() == 0

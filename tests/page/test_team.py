"""Three people of one workspace from invitation to removal, each in a browser of their own, and a fourth in another."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from magicai.accounts.identity import Role, User
from magicai.accounts.passwords import hashed
from magicai.api.gateway import Gateway
from tests.desk import Desk
from tests.page.conftest import PASSWORD, Open, Place, add_users, settings_of
from tests.page.test_reviewing import approve, picture

pytestmark = pytest.mark.timeout(600)
TITLE = "Linen aprons are back"


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway with ann and bob, and nothing else."""
    home = tmp_path_factory.mktemp("team") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home).model_copy(update={"publish_address": "https://www.havn.example"})) as made:
        made.ask(add_users)
        yield made


@pytest.fixture
def laptop(empty: Path, tmp_path: Path) -> Iterator[Place]:
    """A gateway that one person uses, an admin."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")

    async def add(gateway: Gateway) -> None:
        identities = gateway.records.identities
        await identities.add_user(User(user_id="id-ann", name="ann", role=Role.ADMIN, created_at=1))
        await identities.change_user("id-ann", password_hash=await hashed(PASSWORD))

    with Place(settings_of(home)) as made:
        made.ask(add)
        yield made


async def _carry_out(gateway: Gateway) -> int:
    """Do what a worker would do."""
    return len(await Desk(gateway.ports).follow())


def path_of(url: str) -> str:
    return urlsplit(url).path


def invited(page: Any, role: str) -> str:
    """The link that invites somebody."""
    seen = page.locator("code.secret").all_inner_texts()
    page.locator("form", has=page.get_by_role("button", name="Invite", exact=True)).get_by_label("Role").select_option(
        role
    )
    page.get_by_role("button", name="Invite", exact=True).click()
    for old in seen:
        page.get_by_text(old).wait_for(state="detached")
    return path_of(page.locator("code.secret").inner_text())


def joined(page: Any, name: str) -> Any:
    """Their page, once they have an account."""
    page.get_by_text("ann invites you as").wait_for()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account and join").click()
    page.get_by_role("link", name="Settings").first.wait_for()
    return page


def test_a_team_from_invitation_to_removal_and_what_somebody_else_sees_of_it(show: Open, place: Place) -> None:
    with ExitStack() as browsers:
        admin = browsers.enter_context(show("ann", "/settings/members"))
        new = admin.locator("form", has=admin.get_by_role("button", name="Create workspace"))
        new.get_by_label("Workspace name").fill("Havn")
        new.get_by_role("button").click()
        admin.locator(".workspace option:checked", has_text="Havn").wait_for(state="attached")
        admin.goto("/settings/members")
        links = invited(admin, "editor"), invited(admin, "reviewer")
        editor = joined(browsers.enter_context(show(None, links[0])), "edda")
        reviewer = joined(browsers.enter_context(show(None, links[1])), "rita")
        admin.goto("/settings/members")
        admin.get_by_text("rita", exact=True).wait_for()
        picture(admin, "team")

        editor.goto("/workflows/review-and-publish")
        editor.locator("#field-title").fill(TITLE)
        editor.locator("#field-text").fill("Washed linen, in three colours.")
        editor.locator("form .primary").click()
        editor.wait_for_url("**/runs/**")
        run = path_of(editor.url)
        assert place.ask(_carry_out) == 1
        reviewer.goto("/reviews")
        reviewer.get_by_role("link", name=TITLE).click()
        reviewer.wait_for_url("**/reviews/**")
        review = path_of(reviewer.url)
        approve(reviewer)
        reviewer.get_by_text("Approved.", exact=True).wait_for()
        assert place.ask(_carry_out) == 1
        reviewer.get_by_text("Online").wait_for()
        admin.goto(run)
        admin.get_by_role("link", name=TITLE).or_(admin.get_by_text(TITLE)).first.wait_for()

        def seen(page: Any, name: str) -> list[str]:
            """Where somebody finds anything of it."""
            found: list[str] = []
            for path in ("/", "/runs", "/reviews", "/reviews/posts", run, review, links[0]):
                page.goto(path)
                page.wait_for_load_state("networkidle")
                words = page.locator("body").inner_text()
                found += [path for word in {TITLE, "Havn", "edda", "rita"} - {name} if word in words]
            return found

        stranger = browsers.enter_context(show("bob", "/"))
        assert seen(stranger, "bob") == []
        picture(stranger, "team-stranger")

        admin.goto("/settings/members")
        admin.get_by_role("button", name="Remove edda").click()
        admin.get_by_role("dialog").get_by_role("button", name="Remove").click()
        admin.get_by_text("edda", exact=True).wait_for(state="detached")
        assert seen(editor, "edda") == []
        reviewer.goto("/runs")
        reviewer.locator("a.run").first.wait_for()


@pytest.mark.parametrize(("language", "word"), [("en", "workspace"), ("zh", "工作区")])
def test_who_works_alone_reads_no_word_of_workspaces(show: Open, laptop: Place, language: str, word: str) -> None:
    with show("ann", "/settings", url=laptop.url, language=language) as page:
        sections = page.locator(".sections nav a")
        sections.first.wait_for()
        paths = [one.get_attribute("href") for one in sections.all()]
        assert len(paths) > 10
        found: list[str] = []
        for path in ("/", "/workflows", "/runs", "/products", "/content", "/knowledge", "/reviews", *paths):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            if word in page.locator("body").inner_text().lower():
                found.append(path)
        assert found == []

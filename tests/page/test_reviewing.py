"""A piece is submitted by one person and decided by another, each in a browser of their own."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from magicai.accounts.identity import Role, User, WorkspaceRole
from magicai.accounts.passwords import hashed
from magicai.api.gateway import Gateway
from magicai.publishing.checks.moderation import Faults
from tests.desk import Desk
from tests.members import join
from tests.page.conftest import PASSWORD, Open, Place, add_users, settings_of
from tests.scripted import ScriptedText

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway with an admin, a reviewer and a user, and nothing else."""
    home = tmp_path_factory.mktemp("reviews") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home).model_copy(update={"publish_address": "https://www.havn.example"})) as made:
        made.ask(add_users)
        made.ask(_add_reviewer)
        yield made


async def _add_reviewer(gateway: Gateway) -> None:
    identities, password = gateway.records.identities, await hashed(PASSWORD)
    await identities.add_user(User(user_id="id-rita", name="rita", role=Role.USER, created_at=1))
    await identities.change_user("id-rita", password_hash=password)
    await join(gateway.records, "id-ann", "id-rita", WorkspaceRole.REVIEWER)
    await join(gateway.records, "id-ann", "id-bob", WorkspaceRole.EDITOR)


@pytest.fixture
def show(show: Open) -> Open:
    """All in one workspace."""
    return partial(show, workspace="id-ann")


async def _carry_out(gateway: Gateway) -> int:
    """Do what a worker would do."""
    return len(await Desk(gateway.ports).follow())


async def _carry_out_with_a_moderator(gateway: Gateway) -> int:
    """The same, once a moderator was chosen who finds nothing."""
    model = ScriptedText([Faults(findings=[])])

    async def text_model(_spender: Any, **_: Any) -> ScriptedText:
        return model

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gateway.ports, "text_model", text_model)
        return await _carry_out(gateway)


def picture(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at some."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def approve(page: Any) -> None:
    page.get_by_role("button", name="Approve", exact=True).click()


def test_what_one_submits_another_corrects_and_a_third_approves_and_finds_online(show: Open, place: Place) -> None:
    with show("bob", "/workflows/review-and-publish") as author:
        author.locator("#field-title").fill("Linen aprons are back")
        author.locator("#field-text").fill("Washed linen, in three colours. Call +44 7911 123456 today.")
        author.locator("form .primary").click()
        author.wait_for_url("**/runs/**")
        assert place.ask(_carry_out) == 1
        author.goto("/reviews")
        author.get_by_role("link", name="Linen aprons are back").click()
        author.get_by_text("requires reviewer").wait_for()
        assert author.get_by_role("button", name="Approve", exact=True).count() == 0
        with show("rita", "/") as reviewer:
            waiting = reviewer.get_by_label("1 waiting")
            waiting.wait_for()
            reviewer.get_by_role("link", name="Reviews").click()
            reviewer.wait_for_url("**/reviews")
            reviewer.get_by_role("link", name="Linen aprons are back").click()
            mark = reviewer.locator("mark", has_text="+44 7911 123456")
            mark.click()
            reviewer.get_by_role("button", name="Remove “+44 7911 123456”").click()
            reviewer.get_by_text("Checks are running. You can decide").wait_for()
            assert place.ask(_carry_out) == 1
            reviewer.locator("#tab-preview").click()
            frame = reviewer.frame_locator("iframe")
            frame.get_by_text("Call today.").wait_for()
            reviewer.locator("#tab-history").click()
            reviewer.locator("del").first.wait_for()
            assert reviewer.get_by_role("button", name="Approve", exact=True).count() == 0, "it is hers now, too"
        with show("ann", "/reviews") as other:
            other.get_by_role("link", name="Linen aprons are back").click()
            approve(other)
            other.get_by_text("Approved.", exact=True).wait_for()
            assert place.ask(_carry_out) == 1
            other.get_by_text("Online").wait_for()
            online = other.get_by_role("link", name="View at site")
            assert "https://www.havn.example/id-ann/site/linen-aprons" in (online.get_attribute("href") or "")
        author.goto("/reviews/posts")
        author.get_by_text("Online").wait_for()
        author.get_by_role("link", name="Linen aprons are back").click()
        author.get_by_role("button", name="Edit", exact=True).click()
        author.get_by_role("textbox", name="Text", exact=True).fill("Washed linen, in four colours. Call today.")
        author.get_by_role("button", name="Save", exact=True).click()
        both = author.get_by_role("region", name="Online and draft")
        both.get_by_text("at site").wait_for()
        assert (both.locator("del").inner_text(), both.locator("ins").inner_text()) == ("three", "four")
        picture(author, "online-and-draft")
        author.locator("#tab-preview").click()
        author.frame_locator("iframe").get_by_role("heading", name="Linen aprons are back").wait_for()
        assert (
            author.frame_locator("iframe").locator("body").evaluate("one => getComputedStyle(one).maxWidth") != "none"
        )
        picture(author, "preview")


def test_the_second_of_two_reviewers_is_told_by_whom_it_was_decided(show: Open, place: Place) -> None:
    with show("bob", "/workflows/review-and-publish") as author:
        author.locator("#field-title").fill("Aprons for two")
        author.locator("#field-text").fill("Two of each.")
        author.locator("form .primary").click()
        author.wait_for_url("**/runs/**")
    place.ask(_carry_out)
    with show("rita", "/reviews") as first, show("ann", "/reviews") as second:
        for page in (first, second):
            page.get_by_role("link", name="Aprons for two").click()
            page.get_by_role("button", name="Approve", exact=True).wait_for()
        approve(first)
        first.get_by_text("Approved.", exact=True).wait_for()
        second.get_by_role("button", name="Reject", exact=True).click()
        second.get_by_label("Why it is rejected").fill("Too short.")
        second.get_by_role("button", name="Reject", exact=True).last.click()
        second.get_by_text("It was approved by rita.").wait_for()
        second.get_by_role("button", name="Load again").click()
        second.get_by_text("Approved", exact=True).wait_for()
    assert place.ask(_carry_out) == 1


@pytest.fixture
def alone(empty: Path, tmp_path: Path) -> Iterator[Place]:
    """A gateway whose only user is ann."""
    home = tmp_path / "alone"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(_add_ann)
        yield made


async def _add_ann(gateway: Gateway) -> None:
    await gateway.records.identities.add_user(User(user_id="id-ann", name="ann", role=Role.ADMIN, created_at=1))
    await gateway.records.identities.change_user("id-ann", password_hash=await hashed(PASSWORD))


def test_whoever_is_alone_decides_and_sets_a_channel(show: Open, alone: Place) -> None:
    with show("ann", "/workflows/review-and-publish", url=alone.url, workspace="") as page:
        page.locator("#field-title").fill("An apron of one's own")
        page.locator("#field-text").fill("Linen, in blue.")
        page.locator("form .primary").click()
        page.wait_for_url("**/runs/**")
        assert alone.ask(_carry_out) == 1
        page.goto("/reviews")
        page.get_by_role("tab", name="Notifications").wait_for()
        page.get_by_role("columnheader", name="Select").wait_for()


AGAIN = {"en": ("Run the checks again", "Checks are running again."), "zh": ("重新检查", "正在重新检查")}


@pytest.mark.parametrize("language", AGAIN)
def test_what_nobody_checked_is_checked_again_once_there_is_a_moderator(
    show: Open, place: Place, language: str
) -> None:
    title, (button, running) = f"A mug, {language}", AGAIN[language]
    missing = LOOKS["en"][4] if language == "en" else "未检查：规则以外的法律用语、冒犯、语气。"
    with show("bob", "/workflows/review-and-publish") as author:
        author.locator("#field-title").fill(title)
        author.locator("#field-text").fill(f"Meet your new favourite mug, the {language} one.")
        author.locator("form .primary").click()
        author.wait_for_url("**/runs/**")
    assert place.ask(_carry_out) == 1
    with show("bob", "/reviews", language=language) as page:
        page.get_by_role("link", name=title).click()
        page.get_by_text(missing).wait_for()
        picture(page, f"recheck-{language}")
        page.get_by_role("button", name=button).click()
        page.get_by_text(running).wait_for()
        assert page.get_by_text(missing).count() == 1, "what was found stands until it is replaced"
        assert place.ask(_carry_out_with_a_moderator) == 1
        page.get_by_text(running).wait_for(state="detached")
        page.get_by_role("button", name=button).wait_for()
        assert page.get_by_text(missing).count() == 0


# Who reads it, what it says, and what stands at the finding and at what nobody has checked.
LOOKS = {
    "en": (
        "Linen aprons, planet-friendly",
        "The planet-friendly apron. Questions? Ring 07911 123456.\n\n[Read more](https://10.0.0.1/care)",
        "Say what exactly is better for the environment and how that is proven, or remove it.",
        "Directive (EU) 2024/825; CMA Green Claims Code; 16 CFR 260.4",
        "Not checked: legal wording beyond the rules, offence, tone.",
    ),
    "zh": (
        "亚麻围裙新到",
        "我们是最好的围裙品牌。手机：13812345678。\n\n普通的一句话。",
        "请替换此绝对化用语，或注明事实的来源和时间：否则中国的广告不得使用。",
        "广告法第九条（三）；执法指南第三至八条",
        "未检查：规则以外的法律用语、冒犯、语气、错别字。",
    ),
}


@pytest.mark.parametrize("language", LOOKS)
def test_a_finding_says_what_to_do_with_its_law_and_what_nobody_checked_is_told(
    show: Open, place: Place, language: str
) -> None:
    title, text, advice, law, missing = LOOKS[language]
    with show("bob", "/workflows/review-and-publish") as author:
        author.locator("#field-title").fill(title)
        author.locator("#field-text").fill(text)
        author.locator("form details summary").first.click()
        author.locator("#field-language").fill(language)
        author.locator("form .primary").click()
        author.wait_for_url("**/runs/**")
        run = author.url
    assert place.ask(_carry_out) == 1
    with show("bob", run, language=language) as page:
        page.get_by_text(advice).first.wait_for()
        page.get_by_role("link", name=law).first.wait_for()
        page.get_by_text(missing).wait_for()
        picture(page, f"submission-{language}")
    with show("rita", "/reviews", language=language) as page:
        page.get_by_role("link", name=title).click()
        page.get_by_text(advice).first.wait_for()
        assert page.get_by_role("link", name=law).first.get_attribute("href").startswith("https://")
        page.get_by_text(missing).wait_for()
        picture(page, f"review-{language}")

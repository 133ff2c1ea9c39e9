"""Settings on the page: set, seen to hold, refused with the way out, reset; in both languages."""

from typing import Any

import pytest

from integrations.choosing_models import Tried
from magicai.api.gateway import Gateway
from magicai.errors import Permanent
from magicai.ports import Limits, Reservation, Spender
from tests.page.conftest import Open, Place
from tests.page.showing import PHONE
from tests.page.test_columns import complaints
from tests.page.test_knowledge import picture

pytestmark = pytest.mark.timeout(600)
KEY = "sk-very-secret-0123456789-wxyz"


def row(page: Any, name: str) -> Any:
    """A setting by its label."""
    return page.locator("li.setting", has=page.get_by_text(name, exact=True)).first


def held(place: Place, name: str, who: str = "id-ann") -> Any:
    """What holds for somebody, as a run would find it."""
    return getattr(place.ask(lambda gateway: gateway.ports.settings_of(who)), name)


def test_a_budget_is_set_corrected_and_reset(show: Open, place: Place) -> None:
    with show("bob", "/settings/budget") as page:
        budget = row(page, "Budget per run")
        budget.get_by_text("US$1.00").or_(budget.get_by_text("$1.00")).first.wait_for()
        budget.get_by_role("button", name="Edit: Budget per run").click()
        budget.get_by_label("Budget per run", exact=True).fill("1,50")
        budget.get_by_role("button", name="Save").click()
        budget.get_by_role("alert").filter(has_text="Use 1.50").wait_for()
        budget.get_by_label("Budget per run", exact=True).fill("1.50")
        budget.get_by_role("button", name="Save").click()
        budget.get_by_text("Saved: Budget per run").wait_for()
        budget.get_by_text("Set by you").wait_for()
        assert (held(place, "budget", "id-bob"), held(place, "budget")) == (1.5, 1.0)
        picture(page, "settings-budget")
        budget.get_by_role("button", name="Edit: Budget per run").click()
        budget.get_by_role("button", name="Reset").click()
        budget.get_by_text("Reset: Budget per run").wait_for()
        assert held(place, "budget", "id-bob") == 1.0


def test_home_says_how_much_of_the_months_budget_is_used_and_leads_to_where_it_is_raised(
    show: Open, place: Place
) -> None:
    async def spend(gateway: Gateway) -> None:
        for name, value in (("budget_workspace_month", "0.01"), ("budget_person_month", "5")):
            await gateway.records.settings.put("id-bob", name, value, set_by="id-bob", version=0)
        budgets = gateway.records.budgets
        got = await budgets.reserve(Spender("id-bob", person="id-bob"), 0.0083, Limits(), ttl_s=60)
        assert isinstance(got, Reservation)
        await budgets.settle(got, 0.0083)

    place.ask(spend)
    with show("bob", "/") as page:
        page.get_by_text("83% of this month's budget is used").wait_for()
        page.get_by_text("$0.0083 of $0.01").wait_for()
        picture(page, "home-budget")
        page.get_by_role("link", name="Budgets").click()
        row(page, "Budget per month").get_by_text("$0.01").wait_for()
        row(page, "Budget per member and month").get_by_text("$5.00").wait_for()
        picture(page, "settings-budgets")


def test_a_key_is_set_and_only_its_end_is_shown(show: Open, place: Place) -> None:
    with show("bob", "/settings/models") as page:
        key = row(page, "OpenAI API key")
        key.get_by_role("button", name="Edit: OpenAI API key").click()
        key.get_by_label("New value").fill(KEY)
        key.get_by_role("button", name="Save").click()
        key.get_by_text("Ends in wxyz").wait_for()
        assert KEY not in page.content()
        assert page.get_by_text("OpenAI address").count() == 0  # an admin's
        found = held(place, "openai_api_key", "id-bob")
        assert found is not None
        assert found.get_secret_value() == KEY


def test_a_key_is_tried_and_says_where_it_is_used_and_that_it_does_not_work(
    show: Open, place: Place, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_ports: object, _role: object, name: str) -> Tried:
        raise Permanent("model_server_error_status", name=name, status=401, reason="no such key")

    async def answers(_ports: object, _role: object, name: str) -> Tried:
        return Tried(name, "ready", 0.1, 0.0)

    place.ask(lambda gateway: gateway.records.model_choices.choose("writer", "openai:gpt-4o-mini"))
    with show("bob", "/settings/models") as page:
        key = row(page, "OpenAI API key")
        key.get_by_text("Used by: Writer").wait_for()
        monkeypatch.setattr("magicai.operations.settings.try_model", refused)
        key.get_by_role("button", name="Test: OpenAI API key").click()
        key.get_by_role("alert").wait_for()
        page.reload()
        key.get_by_text("Did not work at the last test").wait_for()
        assert complaints(page, axe) == []
        picture(page, "settings-key-failed")
        monkeypatch.setattr("magicai.operations.settings.try_model", answers)
        key.get_by_role("button", name="Test: OpenAI API key").click()
        key.get_by_text("openai:gpt-4o-mini works.").wait_for()
        key.get_by_text("Did not work at the last test").wait_for(state="detached")


def test_an_admin_sets_for_all_and_sees_what_the_environment_sets(show: Open, place: Place) -> None:
    with show("ann", "/settings/limits") as page:
        reads = row(page, "Read requests")
        reads.get_by_text("Set by the environment variable MAGICAI_RATE_READ").wait_for()
        assert reads.get_by_role("button").count() == 0
        picture(page, "settings-limits")
    with show("ann", "/settings/publishing") as page:
        page.get_by_role("heading", name="Reviews").wait_for()
        page.locator("section", has=page.get_by_role("heading", name="Reviews")).last.get_by_label(
            "Set for all users"
        ).check()
        approvals = row(page, "Approvals")
        approvals.get_by_role("button", name="Edit: Approvals").click()
        approvals.get_by_label("Approvals", exact=True).fill("2")
        approvals.get_by_role("button", name="Save").click()
        approvals.get_by_text("Set for all users").wait_for()
        assert held(place, "review_approvals", "id-bob") == 2


def test_a_mail_server_is_set_tried_and_reset_without_a_shell(show: Open, place: Place, axe: str) -> None:
    with show("ann", "/settings/mail") as page:
        page.get_by_text("No mail server is set up").wait_for()

        def put(label: str, value: str) -> None:
            one = row(page, label)
            one.get_by_role("button", name=f"Edit: {label}").click()
            box = one.get_by_label(label, exact=True)
            box.select_option(label=value) if label == "Encryption" else box.fill(value)
            one.get_by_role("button", name="Save").click()
            one.get_by_text(f"Saved: {label}").wait_for()

        put("Server", "127.0.0.1")
        put("Port", "9")  # nobody is there
        put("Encryption", "None")
        put("Sender", "MagicAI <magicai@shop.example>")
        page.get_by_text("MagicAI sends invitations").wait_for()
        page.get_by_label("Email address").fill("bob@shop.example")
        page.get_by_role("button", name="Send test mail").click()
        page.get_by_role("alert").filter(has_text="127.0.0.1:9").wait_for()
        picture(page, "settings-mail-set")
        page.evaluate(axe)
        assert page.evaluate("() => axe.run()")["violations"] == []
        server = row(page, "Server")
        server.get_by_role("button", name="Edit: Server").click()
        server.get_by_role("button", name="Reset").click()
        page.get_by_text("No mail server is set up").wait_for()
        assert held(place, "smtp_host") is None
    with show("ann", "/settings/sign-in", language="zh", viewport=PHONE) as page:
        page.get_by_text("请在服务器上设置 MAGICAI_PUBLIC_URL").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, "settings-sign-in-chinese")


def test_of_two_admins_the_second_sees_what_the_first_has_set(show: Open, place: Place) -> None:
    with show("ann", "/settings/crawling") as page:
        delay = row(page, "Delay between requests")
        delay.get_by_role("button", name="Edit: Delay between requests").click()
        place.ask(lambda gateway: gateway.records.settings.put("", "crawl_delay", "3.0", set_by="id-bob", version=0))
        delay.get_by_label("Delay between requests", exact=True).fill("1")
        delay.get_by_role("button", name="Save").click()
        delay.get_by_role("alert").filter(has_text="bob changed Delay between requests").wait_for()
        delay.get_by_role("button", name="Save").click()
        delay.get_by_text("Saved: Delay between requests").wait_for()
        assert held(place, "crawl_delay") == 1.0


def test_the_settings_read_in_chinese_on_a_phone(show: Open, axe: str) -> None:
    with show("ann", "/settings/general", language="zh", viewport=PHONE) as page:
        zone = row(page, "时区")
        zone.get_by_role("button", name="编辑：时区").click()
        zone.get_by_label("时区", exact=True).fill("Mars")
        zone.get_by_role("button", name="保存").click()
        zone.get_by_role("alert").filter(has_text="Mars 不是时区").wait_for()
        zone.get_by_label("时区", exact=True).fill("Europe/Berlin")
        zone.get_by_role("button", name="保存").click()
        zone.get_by_text("由您设置").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, "settings-general-chinese")
        for path in ("/settings/models", "/settings/publishing", "/settings/general"):
            page.goto(path)
            edit = page.locator("li.setting").get_by_role("button").first
            edit.click()
            page.evaluate(axe)
            found = page.evaluate("() => axe.run()")["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []

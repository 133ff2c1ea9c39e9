"""Every view that the page has, and what is there once it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from magicai.api.gateway import Gateway
from magicai.runs.plan import Plan
from tests.page.conftest import Place, Seeded
from tests.page.seed import TEXT
from tests.page.showing import LIMIT_MS


@dataclass(frozen=True)
class View:
    """A view as somebody comes to it.

    Attributes:
        who: None for a stranger.
        ready: what is seen once it is whole.
        then: what is done there before it is looked at.
    """

    name: str
    path: Callable[[Seeded, str], str]
    ready: str
    who: str | None = "ann"
    then: Callable[[Any], None] = lambda _page: None

    def open(self, page: Any) -> None:
        """Wait until it is whole."""
        self.then(page)
        page.locator(self.ready).first.wait_for(timeout=LIMIT_MS)


def _plan(page: Any) -> None:
    page.locator("#field-competitor_url").fill("https://shop.example")
    page.locator("form .actions button").nth(1).click()


def _wrong(page: Any) -> None:
    page.locator("#field-competitor_url").fill("ftp://shop.example")
    page.locator("form .primary").click()


def _tab(name: str) -> Callable[[Any], None]:
    return lambda page: page.locator(f"#tab-{name}").click()


def _sources(page: Any) -> None:
    page.locator("#tab-products").click()
    page.locator("tbody button.plain").first.click()


def _history(page: Any) -> None:
    page.locator("tbody button.plain").nth(2).click()


def _dialog(page: Any) -> None:
    page.locator(".rows button", has=page.locator("xpath=self::*[not(@disabled)]")).last.click()


def _select(page: Any) -> None:
    for place in range(3):
        page.locator(".choose input").nth(place).check()


def _select_text(page: Any) -> None:
    page.locator("tbody input[type=checkbox]").first.check()


def _schedule(page: Any) -> None:
    page.locator("summary", has_text=re.compile("^(More|更多)$")).click()
    page.get_by_role("button", name=re.compile("^(Schedule|定时运行)$")).click()


def _claim(page: Any) -> None:
    page.locator("mark.not_in_record, mark.contradicted").first.focus()


def _palette(page: Any) -> None:
    page.get_by_role("heading").first.wait_for(timeout=LIMIT_MS)
    page.keyboard.press("Control+k")


def _bad_login(page: Any) -> None:
    page.locator("input[name=username]").fill("ann")
    page.locator("input[name=password]").fill("not her password")
    page.locator("form .primary").click()


def _open(link: str, tab: str = "") -> Callable[[Any], None]:
    def opened(page: Any) -> None:
        page.locator(link).first.click(timeout=LIMIT_MS)
        if tab:
            page.locator(f"#tab-{tab}").click(timeout=LIMIT_MS)

    return opened


def _run(page: str) -> Callable[[Seeded, str], str]:
    return lambda seeded, live: f"/runs/{live if page == 'live' else getattr(seeded, page)}"


def _shop(tab: str) -> Callable[[Seeded, str], str]:
    return lambda seeded, _live: f"/shops/{seeded.shop}/{tab}".rstrip("/")


def _compare(runs: Callable[[Seeded], tuple[str, str]]) -> Callable[[Seeded, str], str]:
    def path(seeded: Seeded, _live: str) -> str:
        older, newer = runs(seeded)
        return f"/shops/{seeded.shop}/compare?older={older}&newer={newer}"

    return path


def _workflow(_seeded: Seeded, _live: str) -> str:
    return "/workflows/crawl-analyze-generate"


VIEWS = (
    View("login", lambda _seeded, _live: "/", "input[name=password]", who=None),
    View("login-refused", lambda _seeded, _live: "/", ".problem", who=None, then=_bad_login),
    View("first-visit", lambda _seeded, _live: "/", ".welcome", who="bob"),
    View("no-runs", lambda _seeded, _live: "/runs", ".empty", who="bob"),
    View("no-shops", lambda _seeded, _live: "/shops", ".empty", who="bob"),
    View("home", lambda _seeded, _live: "/", ".runs .run"),
    View("workflows", lambda _seeded, _live: "/workflows", ".cards li"),
    View("plan", _workflow, "#plan-title", then=_plan),
    View("wrong", _workflow, ".wrong, .problem", then=_wrong),
    View("watch", _run("live"), ".node.started progress"),
    View("failed", _run("failed"), ".badge.failed"),
    View("cancelled", _run("cancelled"), ".badge.cancelled"),
    View("report", lambda seeded, _: f"/runs/{seeded.runs[-1]}", "iframe.report"),
    View("report-chinese", _run("chinese"), "iframe.report"),
    View("prices", lambda seeded, _: f"/runs/{seeded.runs[-1]}", ".chart canvas", then=_tab("prices")),
    View("products", lambda seeded, _: f"/runs/{seeded.runs[-1]}", ".sources a", then=_sources),
    View("course", lambda seeded, _: f"/runs/{seeded.runs[-1]}/steps", ".log li"),
    View("why", lambda seeded, _: f"/runs/{seeded.runs[-1]}/why", ".reasons li"),
    View("runs", lambda _seeded, _live: "/runs", ".run"),
    View("selected", lambda _seeded, _live: "/runs", ".bulk", then=_select),
    View("schedule", _run("failed"), "dialog[open]", then=_schedule),
    View("compare", _compare(lambda seeded: (seeded.runs[1], seeded.runs[-2])), "tbody .badge"),
    View("not-comparable", _compare(lambda seeded: (seeded.failed, seeded.runs[0])), ".problem"),
    View("shops", lambda _seeded, _live: "/shops", ".cards li"),
    View("shop", _shop(""), "tbody tr"),
    View("history", _shop("history"), ".chart canvas", then=_history),
    View("insights", lambda _seeded, _live: "/insights", "article .reasons"),
    View("not-for-you", lambda _seeded, _live: "/insights", "main h1", who="bob"),
    View("notifications", lambda _seeded, _live: "/settings/notifications", "main .rows li"),
    View("users", lambda _seeded, _live: "/settings/users", ".rows li"),
    View("dialog", lambda _seeded, _live: "/settings/users", "dialog[open]", then=_dialog),
    View("own-settings", lambda _seeded, _live: "/settings/publishing", "li.setting"),
    View("mail", lambda _seeded, _live: "/settings/mail", "main .card:last-child .quiet"),
    View("models", lambda _seeded, _live: "/settings/models", ".tiles"),
    View("costs", lambda _seeded, _live: "/settings/costs", ".chart canvas"),
    View("no-costs", lambda _seeded, _live: "/settings/costs", ".tiles", who="bob"),
    View("operations", lambda _seeded, _live: "/operations", "main .badge.completed"),
    View("webhooks", lambda _seeded, _live: "/settings/webhooks", "form"),
    View("content", lambda _seeded, _live: "/content", "tbody tr"),
    View("text", lambda _seeded, _live: f"/content/texts/{TEXT}", ".tip", then=_claim),
    View("versions", lambda _seeded, _live: f"/content/texts/{TEXT}/versions", ".diff del"),
    View("template", lambda _seeded, _live: "/content/templates/seo/zh", ".marked .block"),
    View("knowledge", lambda _seeded, _live: "/knowledge", "tbody tr"),
    View("collections", lambda _seeded, _live: "/knowledge/collections", ".cards li"),
    View("ask", lambda _seeded, _live: "/ask", "main form textarea"),
    View("gaps", lambda _seeded, _live: "/knowledge/gaps", ".empty"),
    View("disagreements", lambda _seeded, _live: "/knowledge/disagreements", ".empty"),
    View("document", lambda _seeded, _live: "/knowledge", ".passages h2, main h2", then=_open("tbody a")),
    View("catalogue", lambda _seeded, _live: "/products", ".product-card"),
    View("products-table", lambda _seeded, _live: "/products?view=table", ".line"),
    View("texts-selected", lambda _seeded, _live: "/content", ".bulk", then=_select_text),
    View("categories", lambda _seeded, _live: "/products/categories", ".cards li"),
    View("product", lambda _seeded, _live: "/products", "#tab-stock", then=_open(".product-card a")),
    View("stock", lambda _seeded, _live: "/products", "tbody tr", then=_open(".product-card a", "stock")),
    View("reviews", lambda _seeded, _live: "/reviews", "tbody tr"),
    View("review", lambda _seeded, _live: "/reviews", ".finding-mark, mark", then=_open("tbody a")),
    View("posts", lambda _seeded, _live: "/reviews/posts", "main .empty, tbody tr"),
    View("targets", lambda _seeded, _live: "/reviews/targets", "tbody tr"),
    View("channel", lambda _seeded, _live: "/reviews/channel", "main form"),
    View("palette", lambda _seeded, _live: "/settings/keys", "[role=option]", then=_palette),
    View("account", lambda _seeded, _live: "/settings", "form", who="bob"),
    View("foreign-run", lambda seeded, _: f"/runs/{seeded.runs[0]}", ".problem", who="bob"),
    View("nowhere", lambda _seeded, _live: "/nothing-here", "h1"),
)


def living_run(place: Place, seeded: Seeded) -> str:
    """A run in the midst of it, with the plan of one that has ended."""
    run_id, attempt = place.begin()

    async def planned(gateway: Gateway) -> Plan:
        runs = gateway.records.runs
        plan = (await runs.plans(seeded.runs[0]))[0].model_copy(update={"run_id": run_id})
        await runs.save_plan(attempt, plan)
        return plan

    plan = place.ask(planned)
    steps = [step.model_dump(mode="json") for step in plan.steps]
    said = plan.message and plan.message.as_json()
    place.tell(attempt, "plan", revision=1, reason=plan.reason, message=said, steps=steps)
    place.tell(attempt, "step", "crawl_shops", state="started")
    extra = {"products": 84, "rate": 12.5}
    place.tell(attempt, "progress", "crawl_shops", 38.0, remaining=7.0, done=61, total=160, unit="pages", extra=extra)
    return run_id

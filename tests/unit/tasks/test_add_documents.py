"""Documents of a run: files, web pages, whole sites, other runs; what can't be read is named, and the others go in."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.knowledge.add_documents import WORKFLOW, AddDocuments
from magicai.knowledge.adding import documents
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.entries import write_entry
from magicai.knowledge.parsed import Parsed
from magicai.ports import FetchedPage, Fetcher, PageRequest
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import JSON, Origin, Run, RunStatus
from tasks.add_documents.keep_documents import keep_documents
from tasks.add_documents.read_sites import read_sites
from tests.unit.knowledge.shut_folder import forbid
from tests.unit.shops.crawling.small_web import Web, page, redirect

GOAL = goal(dataclasses.replace(WORKFLOW, actions={}), provides=("kept",), steps=(read_sites, keep_documents))
SITE = "https://docs.example"


class InThisProcess:
    """Reads documents as the product does, without a process for each."""

    async def parse(self, name: str, body: bytes) -> Parsed:
        from integrations.parsing.formats import parse

        return parse(name, body)


@dataclasses.dataclass
class Desk:
    """What runs of `ann` find."""

    ports: Ports
    web: Web
    folder: Path

    async def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return (await upload_path(self.ports.records, self.ports.files, path, owner_id="ann")).file_id

    async def add(self, **given: Any) -> tuple[RunStatus, JSON]:
        request = AddDocuments.model_validate(given)
        run = await accept(self.ports.records, WORKFLOW.name, request, owner_id="ann", origin=Origin.CLI)
        attempt = await self.ports.records.runs.begin(
            run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None
        )

        async def perform(_task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
            return await do()

        async def show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...

        return await Executor(GOAL, run, request, attempt, self.ports, perform=perform, show=show).carry_out()

    async def texts(self) -> set[str]:
        listed = await self.ports.records.entities.listed("ann", PASSAGE, limit=100)
        return {item.entity.text for item in listed.items if item.entity is not None}

    async def sources(self) -> list[str]:
        return sorted([document.source async for document in documents(self.ports.records.entities, owner_id="ann")])


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAGICAI_CRAWL_DELAY", "0")
    web = Web()
    async with open_ports() as ports:
        ports.__dict__ |= {"fetcher": cast("Fetcher", web), "document_parser": InThisProcess()}
        yield Desk(ports, web, tmp_path)


def article(title: str, text: str, *links: str) -> str:
    there = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return f"<html><head><title>{title}</title></head><body><nav>{there}</nav><main><p>{text}</p></main></body></html>"


def problems(result: JSON) -> str:
    return " ".join(f"{one['what']} {one['way_out']}" for one in result["problems"])


async def test_files_go_in_and_the_bad_one_is_named(desk: Desk) -> None:
    files = [await desk.file("good.md", "Tea is hot."), await desk.file("bad.pdf", "no PDF at all")]
    status, result = await desk.add(files=files)
    assert (status, result["added"], result["failed"]) == (RunStatus.PARTIAL, 1, 1)
    assert "bad.pdf is not a PDF file. Choose the right file" in problems(result)
    assert await desk.texts() == {"Tea is hot."}


async def test_a_page_is_a_document_of_the_type_that_its_server_says(desk: Desk) -> None:
    desk.web.pages[f"{SITE}/warranty"] = page(article("Warranty", "It lasts two years."))
    desk.web.pages[f"{SITE}/notes.md"] = page("# Notes\n\nShort.", content_type="text/plain")
    german = "<p>Größe: zwei Liter</p>".encode("latin-1")
    desk.web.pages[f"{SITE}/size"] = dataclasses.replace(page(german), charset="iso-8859-1")
    status, result = await desk.add(urls=[f"{SITE}/warranty", f"{SITE}/notes.md", f"{SITE}/size"])
    assert (status, result["added"]) == (RunStatus.COMPLETED, 3)
    assert await desk.texts() == {"It lasts two years.", "Short.", "Größe: zwei Liter"}
    desk.web.pages[f"{SITE}/warranty"] = page(article("Warranty", "It lasts three years."))
    _, result = await desk.add(urls=[f"{SITE}/warranty", f"{SITE}/size"])
    assert (result["changed"], result["unchanged"]) == (1, 1)
    assert "It lasts three years." in await desk.texts()


async def test_a_page_that_may_not_be_read_is_named_with_the_reason(desk: Desk) -> None:
    desk.web.pages |= {
        f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /private\n", content_type="text/plain"),
        f"{SITE}/private/a": page(article("A", "Secret.")),
        f"{SITE}/moved": redirect("https://elsewhere.example/"),
        f"{SITE}/open": page(article("Open", "All may read this.")),
    }
    paths = ("private/a", "moved", "nowhere", "open")
    status, result = await desk.add(urls=[f"{SITE}/{path}" for path in paths])
    assert (status, result["added"], result["failed"]) == (RunStatus.PARTIAL, 1, 3)
    told = problems(result)
    assert f"{SITE}/private/a was not fetched: robots.txt disallows it." in told
    assert f"{SITE}/moved redirects to https://elsewhere.example/. Use the address that it redirects to." in told
    assert f"{SITE}/nowhere answered 404." in told
    assert f"{SITE}/private/a" not in desk.web.asked
    assert await desk.texts() == {"All may read this."}


async def test_a_site_is_read_up_to_its_limit_within_its_robots_rules(desk: Desk) -> None:
    links = ("/a", "/b", "/private", "https://elsewhere.example/x")
    desk.web.pages |= {
        f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /private\n", content_type="text/plain"),
        f"{SITE}/": page(article("Home", "Welcome to the manual.", *links)),
        f"{SITE}/a": page(article("A", "Descale it monthly.")),
        f"{SITE}/b": page(article("B", "Fill it to the mark.")),
        f"{SITE}/private": page(article("P", "Secret.")),
    }
    status, result = await desk.add(urls=[SITE], max_pages=50)
    assert (status, result["added"]) == (RunStatus.COMPLETED, 3)
    assert await desk.sources() == [f"{SITE}/", f"{SITE}/a", f"{SITE}/b"]
    assert not [url for url in desk.web.asked if "elsewhere" in url or "private" in url]
    assert "Secret." not in await desk.texts()


async def test_a_page_that_is_gone_is_removed_and_one_that_cannot_be_had_is_kept(desk: Desk) -> None:
    paths = ("linked", "unlinked", "gone", "vanished", "broken", "closed")
    desk.web.pages |= {f"{SITE}/docs/{path}": page(article(path, f"Text of {path}.")) for path in paths}
    desk.web.pages[f"{SITE}/docs/"] = page(article("Home", "Welcome.", *(f"/docs/{path}" for path in paths)))
    desk.web.pages[f"{SITE}/other"] = page(article("Other", "Elsewhere on the host."))
    await desk.add(urls=[f"{SITE}/docs/"], max_pages=50)
    await desk.add(urls=[f"{SITE}/other"])
    assert len(await desk.sources()) == 8

    desk.web.pages |= {
        f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /docs/closed\n", content_type="text/plain"),
        f"{SITE}/docs/": page(article("Home", "Welcome.", "/docs/linked", "/docs/gone", "/docs/closed")),
        f"{SITE}/docs/gone": page("", 410),
        f"{SITE}/docs/unlinked": page(article("unlinked", "New text, which nothing links.")),
        f"{SITE}/docs/broken": page("", 503, retry_after_s=0.01),
    }
    del desk.web.pages[f"{SITE}/docs/vanished"], desk.web.pages[f"{SITE}/other"]
    status, result = await desk.add(urls=[f"{SITE}/docs/"], max_pages=50)
    assert status is RunStatus.PARTIAL
    assert (result["removed"], result["kept"], result["changed"], result["failed"]) == (2, 1, 2, 1)
    assert "2 documents removed, because they no longer exist." in result["in_short"]
    assert "1 document kept as before, because it was not read this time." in result["in_short"]
    assert f"{SITE}/docs/broken answered 503." in problems(result)
    left = {"docs/", "docs/linked", "docs/unlinked", "docs/broken", "docs/closed", "other"}
    assert set(await desk.sources()) == {f"{SITE}/{path}" for path in left}
    texts = await desk.texts()
    assert "New text, which nothing links." in texts
    assert not texts & {"Text of gone.", "Text of vanished."}


async def test_what_nothing_links_is_asked_for_within_the_limit_of_pages(desk: Desk) -> None:
    desk.web.pages |= {f"{SITE}/{number}": page(article("A", f"Text of {number}.")) for number in range(6)}
    desk.web.pages[f"{SITE}/"] = page(article("Home", "Welcome.", *(f"/{number}" for number in range(6))))
    await desk.add(urls=[SITE], max_pages=50)
    desk.web.pages = {f"{SITE}/": page(article("Home", "Welcome."))}
    _, result = await desk.add(urls=[SITE], max_pages=5)
    assert (result["removed"], result["kept"]) == (4, 2)


async def test_files_that_are_missing_are_removed_where_that_is_asked_for(desk: Desk) -> None:
    desk.web.pages[f"{SITE}/guide.md"] = page(article("Guide", "Text of a page."))
    a, b, c = [await desk.file(f"{name}.md", f"Text of {name}.") for name in "abc"]
    sources = ["hr/a.md", "hr/b.md", "hr/c.md"]
    await desk.add(files=[a, b, c], sources=sources)
    await desk.add(files=[b], collection="other")
    await desk.add(urls=[f"{SITE}/guide.md"])
    await write_entry(desk.ports.records.entities, "Who?", "Text of an entry.", owner_id="ann")
    await desk.add(files=[a], sources=sources[:1])
    assert len(await desk.texts()) == 5
    _, result = await desk.add(files=[a], sources=sources[:1], remove_missing=True, present=sources[1:2])
    assert (result["removed"], result["unchanged"], await desk.texts()) == (
        1,
        1,
        {"Text of a.", "Text of b.", "Text of a page.", "Text of an entry."},
    )
    _, result = await desk.add(files=[a], sources=sources[:1], remove_missing=True)
    assert await desk.sources() == sorted(["b.md", "hr/a.md", f"{SITE}/guide.md", *await entries(desk)])
    with pytest.raises(ValueError, match="would remove all of them"):
        AddDocuments(urls=(SITE,), remove_missing=True)


async def entries(desk: Desk) -> list[str]:
    return [source for source in await desk.sources() if source.startswith("entries/")]


async def test_a_site_that_cannot_be_read_loses_nothing(desk: Desk) -> None:
    desk.web.pages |= {f"{SITE}/": page(article("Home", "Welcome.", "/a")), f"{SITE}/a": page(article("A", "Text."))}
    await desk.add(urls=[SITE], max_pages=50)
    desk.web.pages = {}
    status, _ = await desk.add(urls=[SITE], max_pages=50)
    assert status is not RunStatus.COMPLETED
    assert len(await desk.sources()) == 2


XML = "application/xml"
INDEX = (
    f"<sitemapindex><sitemap><loc>{SITE}/1.xml</loc></sitemap><sitemap><loc>{SITE}/2.xml</loc></sitemap></sitemapindex>"
)


def urlset(*paths: str) -> str:
    said = "".join(f"<url><loc>{SITE}{path}</loc></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{said}</urlset>'


@pytest.mark.parametrize(
    "now",
    [
        {"/sitemap.xml": page("", 500, retry_after_s=0.01)},
        {"/sitemap.xml": page("", 403)},
        {"/sitemap.xml": page(urlset("/a", "/b")[:90], content_type=XML)},
        {"/sitemap.xml": page("", content_type=XML)},
        {"/sitemap.xml": page(urlset(), content_type=XML)},
        {
            "/sitemap.xml": page(INDEX, content_type=XML),
            "/1.xml": page(urlset("/a"), content_type=XML),
            "/2.xml": page("", 403),
        },
        {"/robots.txt": page("", 403)},
        {"/robots.txt": page("", 503)},
        {"/robots.txt": page("User-agent: *\nDisallow: /\n", content_type="text/plain")},
    ],
    ids=["500", "403", "cut off", "no body", "lists nothing", "half an index", "robots 403", "robots 503", "forbidden"],
)
async def test_a_site_whose_sitemap_or_robots_fail_for_the_moment_loses_nothing(
    desk: Desk, now: dict[str, FetchedPage]
) -> None:
    desk.web.pages |= {f"{SITE}{path}": page(article(path, f"Text of {path}.")) for path in ("/", "/a", "/b", "/c")}
    desk.web.pages[f"{SITE}/sitemap.xml"] = page(urlset("/a", "/b", "/c"), content_type=XML)
    await desk.add(urls=[SITE], max_pages=50)
    before = await desk.texts()
    assert len(before) == 4
    desk.web.pages |= {f"{SITE}{path}": answer for path, answer in now.items()}
    await desk.add(urls=[SITE], max_pages=50)
    await desk.add(urls=[SITE], max_pages=2)
    assert (len(await desk.sources()), await desk.texts()) == (4, before)


LOGIN = "<title>Log in</title><h1>Log in</h1><p>With your account of work.</p><form><input type='password'></form>"
CAPTCHA = "<title>Just a moment...</title><h1>Verify you are human</h1><p>Wait.</p><div class='g-recaptcha'></div>"


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize(
    "now",
    [
        page("", 403),
        page("", 401),
        redirect(f"{SITE}/login"),
        redirect("https://accounts.example/login"),
        page(CAPTCHA),
    ],
    ids=["403", "401", "to a log-in", "to another host", "captcha"],
)
async def test_a_document_whose_page_can_not_be_had_for_the_moment_stays(
    desk: Desk, now: FetchedPage, *, linked: bool
) -> None:
    desk.web.pages |= {
        f"{SITE}/": page(article("Home", "Welcome.", "/a")),
        f"{SITE}/a": page(article("A", "Text of a page.")),
        f"{SITE}/login": page(LOGIN),
    }
    await desk.add(urls=[SITE], max_pages=50)
    desk.web.pages[f"{SITE}/a"] = now
    if not linked:
        desk.web.pages[f"{SITE}/"] = page(article("Home", "Welcome."))
    _, result = await desk.add(urls=[SITE], max_pages=50)
    assert (result["removed"], result["kept"] + result["failed"]) == (0, 1)
    status, _ = await desk.add(urls=[f"{SITE}/a"])  # the page by itself
    assert status is not RunStatus.COMPLETED
    assert "Text of a page." in await desk.texts()


async def test_a_single_page_that_is_gone_is_removed(desk: Desk) -> None:
    desk.web.pages[f"{SITE}/a"] = page(article("A", "Text."))
    await desk.add(urls=[f"{SITE}/a"])
    desk.web.pages = {}
    status, result = await desk.add(urls=[f"{SITE}/a"])
    assert (status, result["removed"], await desk.texts()) == (RunStatus.COMPLETED, 1, set())
    status, result = await desk.add(urls=[f"{SITE}/a"])
    assert f"{SITE}/a answered 404." in problems(result)


async def test_documents_that_a_site_links_are_added(desk: Desk) -> None:
    notes = page("# Notes\n\nKeep dry.", content_type="text/markdown")
    desk.web.pages |= {
        f"{SITE}/robots.txt": page("User-agent: *\nDisallow: /files/secret\n", content_type="text/plain"),
        f"{SITE}/docs/": page(
            article("Home", "Welcome.", "/files/a.md", "/files/secret.md", "/docs/get?id=7", "/files/logo.png",
                    "/shop/x.html", "https://cdn.example/b.pdf")
        ),
        f"{SITE}/files/a.md": notes,
        f"{SITE}/files/secret.md": notes,
        f"{SITE}/docs/get?id=7": page("question,answer\nHow?,So.\n", content_type="text/csv; charset=utf-8"),
    }  # fmt: skip
    status, result = await desk.add(urls=[f"{SITE}/docs/"], max_pages=50)
    assert (status, result["added"]) == (RunStatus.COMPLETED, 3)
    assert await desk.texts() == {"Welcome.", "Keep dry.", "So."}
    assert not [url for url in desk.web.asked if "cdn" in url or "secret" in url or "logo" in url or "shop" in url]
    desk.web.pages |= {
        f"{SITE}/docs/": page(article("Home", "Welcome.", "/docs/get?id=7")),  # nothing links it any more
        f"{SITE}/files/a.md": page("", 404),
    }
    _, result = await desk.add(urls=[f"{SITE}/docs/"], max_pages=50)
    assert (result["removed"], await desk.texts()) == (1, {"Welcome.", "So."})


class Read:
    """Reads documents, and counts them."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def parse(self, name: str, body: bytes) -> Parsed:
        self.names.append(name)
        return await InThisProcess().parse(name, body)


@pytest.fixture
def followed(desk: Desk, tmp_path: Path) -> Path:
    """A folder that may be followed."""
    folder = tmp_path / "docs"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "notes.md").write_text("Nobody's.")
    (folder / "care").mkdir()
    for name in ("a.md", "care/b.rst", "c.mdx"):
        (folder / name).write_text(f"Text of {name}.")
    (folder / "logo.png").write_bytes(b"x")
    desk.ports.__dict__["settings"] = desk.ports.settings.model_copy(update={"document_folders": (str(tmp_path),)})
    return folder


async def test_of_a_followed_folder_only_what_changed_is_read_and_what_is_gone_goes(desk: Desk, followed: Path) -> None:
    other = await desk.file("a.md", "Text that was handed in.")
    await desk.add(files=[other], sources=["docs/a.md"])
    request = {"folders": [str(followed)]}
    status, result = await desk.add(**request)
    assert (status, result["added"]) == (RunStatus.COMPLETED, 3)

    read = Read()
    desk.ports.__dict__["document_parser"] = read
    _, result = await desk.add(**request)
    assert (result["unchanged"], read.names) == (3, [])

    (followed / "a.md").write_text("Other text.")
    (followed / "care" / "b.rst").unlink()
    _, result = await desk.add(**request)
    assert (result["changed"], result["removed"], result["unchanged"], read.names) == (1, 1, 1, ["a.md"])
    assert await desk.texts() == {"Other text.", "Text of c.mdx.", "Text that was handed in."}

    # Files that are handed in know nothing of those that are followed.
    await desk.add(files=[other], sources=["x.md"], remove_missing=True)
    assert await desk.texts() == {"Other text.", "Text of c.mdx.", "Text that was handed in."}
    assert "docs/a.md" not in await desk.sources()


async def test_a_followed_folder_that_is_away_or_empty_loses_nothing(
    desk: Desk, followed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"folders": [str(followed)]}
    await desk.add(**request)
    for make, code in (
        (lambda: followed.rename(followed.with_name("elsewhere")), "path_not_readable"),
        (followed.mkdir, "folder_without_documents"),
        (lambda: (followed / "logo.png").write_bytes(b"x"), "folder_without_documents"),
        (lambda: forbid(monkeypatch, followed), "path_not_readable"),
    ):
        make()
        status, result = await desk.add(**request)
        assert (status, result["kept"], result["removed"]) == (RunStatus.PARTIAL, 3, 0)
        (problem,) = result["problems"]
        assert (problem["message"]["code"], problem["way"]["code"]) == (code, "check_folder_or_remove_documents")
        assert "3 documents kept as before, because they were not read this time." in result["in_short"]
    assert len(await desk.sources()) == 3


async def test_a_folder_that_never_had_a_document_fails(desk: Desk, followed: Path) -> None:
    (followed / "empty").mkdir()
    for path, why in (
        ("nowhere", "can't be read: No such file"),
        ("empty", "has no documents"),
        ("a.md", "it is a file"),
    ):
        status, result = await desk.add(folders=[str(followed / path)])
        assert status is RunStatus.FAILED
        assert why in problems(result)


async def test_documents_of_what_can_not_be_read_in_a_followed_folder_stay(
    desk: Desk, followed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (followed / "store").mkdir()
    (followed / "store" / "linked.md").write_text("Text of a link.")
    (followed / "linked.md").symlink_to(followed / "store" / "linked.md")
    (followed / "care" / "deep").mkdir()
    (followed / "care" / "deep" / "d.md").write_text("Text of d.")
    (followed / "emptied.md").write_text("Text that goes.")
    request = {"folders": [str(followed)]}
    _, result = await desk.add(**request)
    assert result["added"] == 7
    before = await desk.sources()

    forbid(monkeypatch, followed / "care")
    (followed / "store").rename(followed.parent / "store")
    (followed / "emptied.md").write_text("")
    (followed / "c.mdx").unlink()
    (followed / "a.md").write_text("New text.")
    status, result = await desk.add(**request)
    assert status is RunStatus.PARTIAL
    assert (result["kept"], result["failed"], result["changed"], result["removed"]) == (2, 2, 1, 2)
    gone = {f"{followed}/c.mdx", f"{followed}/store/linked.md"}
    assert set(await desk.sources()) == {*before} - gone
    assert await desk.texts() == {
        "New text.", "Text of care/b.rst.", "Text of d.", "Text of a link.", "Text that goes.",
    }  # fmt: skip
    assert f"1 folder in {followed} could not be read, the first being care: Permission denied." in problems(result)
    assert f"{followed}/linked.md was not read: a link to a file that does not exist." in problems(result)
    assert f"{followed}/emptied.md was not read: empty." in problems(result)


async def test_only_folders_that_are_allowed_are_followed(desk: Desk, followed: Path, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.mkdir()
    (secret / "s.md").write_text("Secret.")
    (followed / "link.md").symlink_to(secret / "s.md")
    (followed / "linked").symlink_to(secret, target_is_directory=True)
    await desk.add(folders=[str(followed)])
    for folder in (secret, followed / ".." / ".." / secret.name, followed / "linked"):
        status, result = await desk.add(folders=[str(folder)])
        assert status is RunStatus.FAILED
        assert f"{folder} may not be read. Have it listed in MAGICAI_DOCUMENT_FOLDERS." in problems(result)
    assert await desk.texts() == {"Text of a.md.", "Text of care/b.rst.", "Text of c.mdx."}
    with pytest.raises(ValueError, match="is not a full path"):
        AddDocuments(folders=("docs",))


async def test_of_a_site_only_what_changed_is_sent_and_pages_of_its_sitemap_come_and_go(desk: Desk) -> None:
    sent: list[str] = []

    def serve(path: str, text: str, version: str) -> None:
        def answer(request: PageRequest) -> FetchedPage:
            if request.etag == version:
                return page("", 304, etag=version)
            sent.append(path)
            return page(article(path, text), etag=version)

        desk.web.pages[f"{SITE}{path}"] = answer

    def sitemap(*paths: str) -> None:
        desk.web.pages[f"{SITE}/sitemap.xml"] = page(urlset(*paths), content_type=XML)

    for path in ("/", "/a", "/b", "/c"):
        serve(path, f"Text of {path}.", "1")
    sitemap("/a", "/b", "/c")
    request = {"urls": [SITE], "max_pages": 50}
    status, result = await desk.add(**request)
    assert (status, result["added"], sorted(sent)) == (RunStatus.COMPLETED, 4, ["/", "/a", "/b", "/c"])

    sent.clear()
    serve("/b", "Other text.", "2")
    serve("/d", "Text of /d.", "1")
    desk.web.pages[f"{SITE}/c"] = page("", 404)
    sitemap("/a", "/b", "/d")
    _, result = await desk.add(**request)
    assert sorted(sent) == ["/b", "/d"]
    assert {name: result[name] for name in ("added", "changed", "unchanged", "removed")} == {
        "added": 1, "changed": 1, "unchanged": 2, "removed": 1,
    }  # fmt: skip
    assert await desk.texts() == {"Text of /.", "Text of /a.", "Other text.", "Text of /d."}


async def test_two_sites_on_one_host_are_read_one_after_the_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for section in ("x", "y"):
        desk.web.pages |= {
            f"{SITE}/{section}/": page(article(section, "Contents.", f"/{section}/1")),
            f"{SITE}/{section}/1": page(article(section, f"Part of {section}.")),
        }
    answer, asked = desk.web.fetch, list[str]()

    async def fetch(request: PageRequest) -> FetchedPage:
        asked.extend(section for section in ("x", "y") if f"/{section}/" in request.url)
        await asyncio.sleep(0.05)  # in which the other one would begin
        assert await desk.ports.records.leases.current("crawl:docs.example") is not None
        return await answer(request)

    monkeypatch.setattr(desk.web, "fetch", fetch)
    status, _ = await desk.add(urls=[f"{SITE}/x/", f"{SITE}/y/"], max_pages=50)
    assert (status, sorted(asked)) in ((RunStatus.COMPLETED, asked), (RunStatus.COMPLETED, asked[::-1]))


async def test_a_run_brings_its_report_and_its_products(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from magicai.runs.exports import RunFile
    from magicai.runs.workflow import Export

    def write(_result: object, path: Path) -> None:
        path.write_text("name,price\nMug,12 EUR\n")

    bodies = {"report.html": article("Report", "Mugs are cheaper.").encode(), "products.csv": b"name,price\nMug,12 EUR"}
    export = Export(format="csv", media_type="text/csv", write=write)
    made = [
        RunFile("products.csv", "csv", "Products", "text/csv", export=export),
        RunFile("products.parquet", "parquet", "Products", "", export=export),
        RunFile("report.html", "html", "Report", "text/html"),
        RunFile("report.md", "md", "Report", "text/markdown"),
    ]

    def files_of(_run: Run) -> list[RunFile]:
        return made

    monkeypatch.setattr("magicai.knowledge.run_files.files_of", files_of)

    async def body(_records: object, _files: object, _run: str, name: str, *, owner_id: str) -> bytes:
        assert owner_id == "ann"
        return bodies[name]

    monkeypatch.setattr("tasks.add_documents.keep_documents.body_of_run", body)
    other = await accept(
        desk.ports.records, WORKFLOW.name, AddDocuments(files=("x",)), owner_id="ann", origin=Origin.CLI
    )
    status, result = await desk.add(runs=[other.run_id])
    assert (status, result["added"]) == (RunStatus.COMPLETED, 2)
    assert await desk.texts() == {"Mugs are cheaper.", "name: Mug; price: 12 EUR"}
    monkeypatch.undo()


async def test_a_run_of_another_user_is_not_there(desk: Desk) -> None:
    theirs = await accept(
        desk.ports.records, WORKFLOW.name, AddDocuments(files=("x",)), owner_id="bob", origin=Origin.CLI
    )
    status, result = await desk.add(runs=[theirs.run_id])
    assert status is RunStatus.FAILED
    assert theirs.run_id in problems(result)

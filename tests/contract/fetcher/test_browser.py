"""What only a fetcher with a browser promises: drawn pages, and no way around the address rules."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.browser import BrowserFetcher
from magicai.errors import Missing, Refused, Temporary
from magicai.ports import PageRequest
from tests.codes import says
from tests.contract.fetcher.site import Site

pytest.importorskip("playwright", reason="requires the extra `browser`")
pytestmark = pytest.mark.browser


@pytest.fixture
async def inside() -> AsyncIterator[Site]:
    """A second server on loopback, which nobody allowed."""
    made = Site()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    made.answer("/", "secret", Access_Control_Allow_Origin="*")
    yield made
    server.close()


async def test_waits_for_what_scripts_draw(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<div id=shop></div><script src=/draw.js></script>")
    site.answer(
        "/draw.js",
        "fetch('/api').then(r => r.json()).then(p => setTimeout(() => { shop.innerHTML = `<h1>${p.name}</h1>` }, 200))",
        Content_Type="text/javascript",
    )
    site.answer("/api", json.dumps({"name": "Lamp"}), Content_Type="application/json")
    page = await browser.fetch(PageRequest(site.url))
    assert b"<h1>Lamp</h1>" in page.body
    assert page.rendered
    assert (page.content_type, page.charset) == ("text/html", "utf-8")


async def test_says_who_asks_and_loads_neither_pictures_nor_fonts(browser: BrowserFetcher, site: Site) -> None:
    site.answer(
        "/",
        "<link rel=stylesheet href=/s.css><p style='font-family: F'>x</p><img src=/i.png><video src=/v.mp4></video>",
    )
    site.answer("/s.css", "@font-face {font-family: F; src: url(/f.woff2)}", Content_Type="text/css")
    await browser.fetch(PageRequest(site.url))
    asked = [path for path, _ in site.asked]
    assert not {"/i.png", "/f.woff2", "/v.mp4"} & set(asked)
    assert all(headers["user-agent"].startswith("MagicAI/") for _, headers in site.asked)


async def test_a_page_reaches_nothing_that_is_not_allowed(browser: BrowserFetcher, site: Site, inside: Site) -> None:
    site.answer("/away", "", "302 Found", Location=inside.url)
    site.answer(
        "/",
        f"""<body><iframe src="{inside.url}frame"></iframe><script src="{inside.url}script.js"></script><script>
        const tried = [];
        for (const url of ["{inside.url}", "{inside.url.replace("127.0.0.1", "localhost")}", "/away",
                           "{inside.url.replace("127.0.0.1", "2130706433")}", "http://[::1]:{inside.port}/"])
          tried.push(fetch(url).then(r => r.text()).catch(() => "refused"));
        tried.push(new Promise(done => {{
          const socket = new WebSocket("ws://127.0.0.1:{inside.port}/socket");
          socket.onopen = () => done("open"); socket.onerror = () => done("refused"); }}));
        navigator.sendBeacon("{inside.url}beacon");
        Promise.all(tried).then(all => {{ const p = document.createElement("pre"); p.textContent = all.join(",");
          document.body.append(p) }});
        </script></body>""",
    )
    page = await browser.fetch(PageRequest(site.url))
    assert b"<pre>refused,refused,refused,refused,refused,refused</pre>" in page.body
    assert inside.asked == []


async def test_a_page_that_moves_itself_inside_is_refused(browser: BrowserFetcher, site: Site, inside: Site) -> None:
    site.answer("/", f"<script>location.href = '{inside.url}'</script>")
    with pytest.raises(Refused, match=r"127\.0\.0\.1"):
        await browser.fetch(PageRequest(site.url))
    assert inside.asked == []


async def test_a_page_that_moves_itself_has_the_status_of_where_it_went(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<script>location.href = '/gone'</script>")
    site.answer("/gone", "<h1>no such lamp</h1>", "404 Not Found")
    page = await browser.fetch(PageRequest(site.url))
    assert (page.status, page.final_url) == (404, f"{site.url}gone")


async def test_a_page_that_leaves_for_where_nobody_answers_may_be_tried_again(
    browser: BrowserFetcher, site: Site
) -> None:
    site.answer("/", "<p>lamp</p><script>location.href = '/cut'</script>")
    site.answers["/cut"] = _hangs_up
    with pytest.raises(Temporary, match="cut"):
        await browser.fetch(PageRequest(site.url))


async def _hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_scripts_have_no_way_around_the_proxy(browser: BrowserFetcher, site: Site) -> None:
    site.answer(
        "/",
        "<body><script>document.body.append([typeof RTCPeerConnection, typeof WebTransport].join())</script></body>",
    )
    assert b"undefined,undefined" in (await browser.fetch(PageRequest(site.url))).body


async def test_popups_are_closed(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<p>shop</p><script>for (let i = 0; i < 5; i++) window.open('/popup' + i)</script>")
    assert b"shop" in (await browser.fetch(PageRequest(site.url))).body
    running = browser._running  # pyright: ignore[reportPrivateUsage]
    assert running is not None
    assert [page for context in running.browser.contexts for page in context.pages] == []


async def test_no_page_knows_what_another_set(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<script>document.cookie = 'currency=USD'; localStorage.seen = 1</script>")
    site.answer(
        "/next", "<body><script>document.body.append([document.cookie, localStorage.seen].join())</script></body>"
    )
    await browser.fetch(PageRequest(site.url))
    assert b"USD" not in (await browser.fetch(PageRequest(site.url + "next"))).body
    assert all("cookie" not in headers for _, headers in site.asked)


async def test_downloads_are_refused(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", b"PK\x03\x04", Content_Type="application/zip", Content_Disposition="attachment; filename=a.zip")
    with pytest.raises(Refused, check=says("page_is_download")):
        await browser.fetch(PageRequest(site.url))


async def test_a_script_without_end_does_not_stop_the_crawl(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<p>shop</p><script>while (true) {}</script>")
    site.answer("/next", "<p>next</p>")
    with pytest.raises(Temporary, check=says("page_rendering_timed_out", limit_s="2")):
        await browser.fetch(PageRequest(site.url, timeout_s=2))
    assert b"next" in (await browser.fetch(PageRequest(site.url + "next"))).body


async def test_a_port_that_closes_is_named(browser: BrowserFetcher, site: Site) -> None:
    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.close()

    site.answers["/"] = cut
    with pytest.raises(Temporary, match=f"127.0.0.1:{site.port}"):
        await browser.fetch(PageRequest(site.url))


async def test_names_what_brings_a_missing_browser() -> None:
    fetcher = BrowserFetcher(AddressRules(), contact="tests@shop.example", browser="/nowhere/chromium")
    with pytest.raises(Missing, check=says("browser_not_found", path="/nowhere/chromium")):
        await fetcher.fetch(PageRequest("http://8.8.8.8/"))
    await fetcher.close()


async def test_nothing_is_left_running_after_close(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", "<p>shop</p>")
    before = psutil.Process().children(recursive=True)  # servers that other tests share, say
    await browser.fetch(PageRequest(site.url))
    started = [process for process in psutil.Process().children(recursive=True) if process not in before]
    assert any("chrom" in process.name() for process in started)
    await browser.close()
    _, alive = await asyncio.to_thread(psutil.wait_procs, started, timeout=60)
    assert [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []


_HELD = """
import asyncio, sys
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.browser import BrowserFetcher
from magicai.ports import PageRequest

async def hold():
    fetcher = BrowserFetcher(AddressRules([sys.argv[1].removeprefix("http://").rstrip("/")]), contact="tests")
    await fetcher.fetch(PageRequest(sys.argv[1]))
    print("drawn", flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


async def test_nothing_is_left_running_after_the_parent_is_killed(browser: BrowserFetcher, site: Site) -> None:
    del browser  # it tells whether there is one
    site.answer("/", "<p>shop</p>")
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HELD, site.url, stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"drawn\n"
    started = psutil.Process(parent.pid).children(recursive=True)
    assert any("chrom" in process.name() for process in started)
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, started, timeout=60)
    assert [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []


async def test_a_page_that_is_nested_deeply_is_read_all_the_same(browser: BrowserFetcher, site: Site) -> None:
    nest = "for (let i = 0; i < 3000; i++) { const b = document.createElement('b'); at.append(b); at = b }"
    site.answer("/", f"<script>let at = document.documentElement; {nest} at.append('lamp')</script>")
    assert b"lamp" in (await browser.fetch(PageRequest(site.url))).body


async def test_a_button_that_leads_on_is_noted_and_not_followed(browser: BrowserFetcher, site: Site) -> None:
    site.answer("/", """<h1>Lamps</h1><button onclick="location.href='/?page=2'">Show more</button>
                <form><button>Show more</button></form>""")  # fmt: skip
    page = await browser.fetch(PageRequest(site.url, is_more=lambda text: text == "Show more"))
    assert page.final_url == site.url
    assert f'<a rel="next" href="{site.url}?page=2">'.encode() in page.body
    assert [path for path, _ in site.asked if path != "/favicon.ico"] == ["/"]

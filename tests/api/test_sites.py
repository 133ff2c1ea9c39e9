"""Sites over the gateway: readers get pages, pictures and feeds, and nothing that lies beside them."""

import re

import pytest

from magicai.settings import Settings
from tests.api.conftest import Api


@pytest.fixture
def site(settings: Settings) -> str:
    page = settings.sites_dir / "o" / "site" / "aprons-1"
    page.mkdir(parents=True)
    (page / "index.html").write_text("<h1>Aprons</h1>")
    (page / "post.json").write_text("{}")
    (page / "index.md").write_text("# Aprons")
    (page.parent / "index.html").write_text("<h1>site</h1>")
    (page.parent / ".git").mkdir()
    (page.parent / ".git" / "config").write_text("secret")
    (settings.home / "outside.html").write_text("secret")
    (page.parent / "link.html").symlink_to(settings.home / "outside.html")
    return "/sites/o/site/"


async def test_a_reader_who_is_not_signed_in_gets_pages_without_scripts(api: Api, site: str) -> None:
    listed, page = await api.http.get(site), await api.http.get(f"{site}aprons-1/")
    assert (listed.text, page.text) == ("<h1>site</h1>", "<h1>Aprons</h1>")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "aprons-1/post.json",
        "aprons-1/index.md",
        ".git/config",
        "link.html",
        "gone-2/",
        "..%2f..%2foutside.html",
        "%2e%2e/%2e%2e/%2e%2e/outside.html",
    ],
)
async def test_what_lies_beside_them_is_not_served(api: Api, site: str, path: str) -> None:
    answer = await api.http.get(f"{site}{path}")
    assert answer.status_code in (400, 404, 422)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("path", "language", "says", "back"),
    [
        ("/sites/o/site/withdrawn-2/", "en-GB,en", "Page not found", "/sites/o/site/"),
        ("/sites/o/site/withdrawn-2/", "zh-CN,zh;q=0.9", "未找到页面", "/sites/o/site/"),
        ("/sites/o/nothing-yet/", "en", "Page not found", ""),
        ("/sites/o/a%20b/", "en", "Page not found", ""),
    ],
)
async def test_what_is_not_there_any_more_is_said_in_a_page_of_the_site(
    api: Api, site: str, path: str, language: str, says: str, back: str
) -> None:
    answer = await api.http.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{says}</h1>" in answer.text
    assert "<style>" in answer.text
    assert re.findall(r'<nav><a href="(.+?)"', answer.text) == [back] * bool(back)


async def test_an_image_that_is_not_there_is_no_page_and_a_page_says_that_its_language_was_asked_for(
    api: Api, site: str
) -> None:
    image = await api.http.get(f"{site}withdrawn-2/1.png")
    assert (image.status_code, image.headers["content-type"].split(";")[0]) == (404, "text/plain")
    page = await api.http.get("/sites/o/site/withdrawn-2/")
    assert page.headers["vary"] == "Accept-Language"


async def test_a_foreign_host_gets_no_site(api: Api, site: str) -> None:
    answer = await api.http.get(site, headers={"Host": "evil.example"})
    assert answer.status_code in (400, 403, 421)

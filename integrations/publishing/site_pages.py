"""The pages of a static site: one heading of the first level each, a style of their own, nothing from elsewhere."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

from magicai.claims.reading import sentences
from magicai.publishing.draft import Article
from magicai.publishing.ports import Picture
from magicai.values.times import to_datetime

_STYLE = (
    "body{font:1.0625rem/1.65 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:2.5rem 1.25rem 4rem;"
    "color:#1c1c1e;background:#fff;overflow-wrap:break-word}h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}"
    "h2{font-size:1.375rem;line-height:1.3;margin:2rem 0 .5rem}h3,h4{font-size:1.125rem;margin:1.5rem 0 .5rem}"
    "time,nav{color:#5f6368;font-size:.9375rem}img{max-width:100%;height:auto;border-radius:.5rem}a{color:#1a56c4}"
    "ul.pages{list-style:none;padding:0}ul.pages li{padding:.75rem 0;border-top:1px solid #e3e3e6}"
    "ul.pages a{display:block;font-weight:600}"
    "@media(prefers-color-scheme:dark){body{color:#ececf0;background:#17171a}time,nav{color:#a5a5ad}a{color:#8ab4f8}"
    "ul.pages li{border-color:#34343a}}"
)
_PAGE = """<!doctype html>
<html{language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
{canonical}<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
_MISSING = {
    "en": ("Page not found", "Nothing is published at this address."),
    "zh": ("未找到页面", "此地址没有已发布的内容。"),
}
_FIRST_LEVEL = re.compile(r"(</?)h1>")


def article_page(body: Article, images: Sequence[Picture], *, site: str, created_at: int) -> str:
    """A piece's page.

    Args:
        site: the name of the site, whose list of pages is one level up.
        created_at: UTC microseconds.
    """
    at, link = to_datetime(created_at), html.escape(body.link)
    parts = [
        f'<nav><a href="../">{html.escape(site)}</a></nav>',
        "<article>",
        f"<h1>{html.escape(body.title)}</h1>",
        f'<p><time datetime="{at.isoformat()}">{at.date().isoformat()}</time></p>',
        *(f'<p><img src="{html.escape(one.address)}" alt="{html.escape(one.alt)}"></p>' for one in images),
        # The title is the page's heading.
        _FIRST_LEVEL.sub(r"\1h2>", body.html),
        *([f'<p><a href="{link}">{link}</a></p>'] if link else []),
        "</article>",
    ]
    canonical = f'<link rel="canonical" href="{link}">\n' if link else ""
    return _made(body.title, _first_sentence(body.excerpt), "\n".join(parts), language=body.language, head=canonical)


def list_page(site: str, pages: Sequence[tuple[str, str, str]]) -> str:
    """The list of a site's pages, each with its folder's name, title and day."""
    items = "\n".join(
        f'<li><a href="{html.escape(name)}/">{html.escape(title)}</a> <time>{day}</time></li>'
        for name, title, day in pages
    )
    return _made(site, site, f'<main>\n<h1>{html.escape(site)}</h1>\n<ul class="pages">\n{items}\n</ul>\n</main>')


def missing_page(site: str, address: str, language: str) -> str:
    """What stands where nothing is published, or not any more.

    Args:
        address: of the site's list of pages; "" where there is none.
        language: "en" or "zh".
    """
    title, what = _MISSING[language]
    back = f'<nav><a href="{html.escape(address)}">{html.escape(site)}</a></nav>\n' if address else ""
    return _made(title, what, f"{back}<main>\n<h1>{title}</h1>\n<p>{what}</p>\n</main>", language=language)


def image_name(digest: str, name: str) -> str:
    """What an image is called beside its page."""
    return f"{digest[:16]}{Path(name).suffix.lower()}"


def _first_sentence(text: str) -> str:
    first = next((sentence.text for sentence in sentences(text)), text)
    return " ".join(first.split())


def _made(title: str, description: str, body: str, *, language: str = "", head: str = "") -> str:
    return _PAGE.format(
        language=f' lang="{html.escape(language)}"' if language else "",
        title=html.escape(title),
        description=html.escape(description),
        canonical=head,
        style=_STYLE,
        body=body,
    )

"""What a shop answers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body of one answer."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def html(text: str, status: int = 200) -> Response:
    """A page."""
    return Response(text.encode(), status=status)


def plain(text: str) -> Response:
    """A robots.txt."""
    return Response(text.encode(), "text/plain; charset=utf-8")


def as_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of an interface for programs."""
    return Response(json.dumps(data).encode(), "application/json; charset=utf-8", status, headers or {})


def sitemap(urls: Iterable[str]) -> Response:
    """A sitemap of pages, as absolute URLs."""
    rows = "".join(f"<url><loc>{escape(url)}</loc><changefreq>daily</changefreq></url>" for url in urls)
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')


def sitemap_index(urls: Iterable[str]) -> Response:
    """A sitemap of sitemaps, as absolute URLs."""
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>')


def _xml(text: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml; charset=utf-8")

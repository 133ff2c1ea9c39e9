"""Texts that are hard to read, of any size."""

import io
import zipfile
from collections.abc import Callable, Mapping

Shape = Callable[[int], bytes]


def filled(part: bytes, *, before: bytes = b"", after: bytes = b"") -> Shape:
    """A part, again and again."""
    return lambda size: before + part * (size // len(part)) + after


def numbered(part: str, *, before: str = "", after: str = "") -> Shape:
    """A part with a number, another one each time."""

    def made(size: int) -> bytes:
        count = size // len(part.format(size))
        return f"{before}{','.join(part.format(number) for number in range(count))}{after}".encode()

    return made


def twice_at_the_end(size: int) -> bytes:
    """An object of distinct keys, but for the last."""
    return numbered('"k{}":1', before="{", after=',"last":1,"last":2}')(size)


_HEAD = "---\nname: a\nlanguage: en\ntitle: T\nvariables:\n"
_SCHEMA = f"{_HEAD}  a: {{items: {{enum: [".encode()
_BODY = f"{_HEAD}  v: {{type: string}}\n  w: {{type: array}}\n---\n".encode()
JSON: dict[str, Shape] = {
    "escaped quotes": filled(b'\\"', before=b'{"a":"'),
    "escaped quotes outside of a string": filled(b'\\"'),
    "backslashes": filled(b"\\\\", before=b'"', after=b'"'),
    "distinct keys": numbered('"k{}":1', before="{", after="}"),
    "the last key twice": twice_at_the_end,
    "opened lists": filled(b"["),
    "opened objects": filled(b'{"a":'),
    "lists 30 deep": filled(b"[" * 29 + b"]" * 29 + b",", before=b"[", after=b"1]"),
    "empty objects": filled(b"{},", before=b"[", after=b"1]"),
    "1e300": filled(b"1e300,", before=b"[", after=b"1]"),
    "5.0": filled(b"5.0,", before=b"[", after=b"1]"),
    "integers of 4,000 digits": filled(b"9" * 4000 + b",", before=b"[", after=b"1]"),
    "one long number": filled(b"9", before=b"0."),
    "half pairs": filled(b'"\\ud800",', before=b"[", after=b"1]"),
}
HEADERS: dict[str, Shape] = {
    "backslashes in quotes": filled(b"\\\\", before=b'magicai_session="', after=b'"'),
    "semicolons": filled(b"; "),
    "spaces": filled(b" ", before=b"magicai_session=a", after=b"x"),
    "ours again and again": filled(b"magicai_session=a; "),
}


XML: dict[str, Shape] = {
    "begins of document types": filled(b"<!DOCTYPE ["),
    "begins of entities": filled(b"<!ENTITY a ", before=b"<rss>"),
    "begins of nothing": filled("<\u20ac".encode(), before=b"<rss>&"),
    "marks of quotes": filled("\u2039\u20ac".encode(), before=b"<rss>"),
    "begins of tags": filled(b"<a ", before=b"<rss>"),
    "begins of tags that end once": filled(b"<a", before=b"<rss>", after=b"<item/>"),
    "begins of tags on lines of their own": filled("<\u20ac\n".encode(), before=b"<rss>", after=b"-->"),
    "begins of items that end once": filled(b"<item", before=b"<rss>", after=b">"),
    "opened items": filled(b"<item>", before=b"<rss>"),
    "other elements": filled(b"<x/>", before=b"<urlset>"),
    "comments": filled(b"<!--"),
    "ampersands": filled(b"&", before=b"<rss>"),
    "items": filled(b"<item><title>a</title><link>/a</link><price>1 EUR</price></item>", before=b"<rss>"),
    "addresses": filled(b"<url><loc>https://a.test/</loc></url>", before=b"<urlset>"),
    "words": filled(b"a "),
    "half characters": filled(b"\xe3"),
}
FRONTS: dict[str, Shape] = {
    "begins of links": filled(b"<link href='", before=b"wc-block "),
    "links of WordPress without end": filled(b"<link rel='https://api.w.org/' ", before=b"wc-block "),
    "relations in one link": filled(b"rel='https://api.w.org/'", before=b"wc-block <link "),
    "currencies without end": filled(b"Shopify.currency = {", before=b"Shopify.shop "),
    "one currency without end": filled(b"active ", before=b"Shopify.shop Shopify.currency = {"),
    "spaces": filled(b" ", before=b"Shopify.shop Shopify.currency"),
    "feeds": filled(b"<link type=application/rss+xml href=a>"),
}
PAGES: dict[str, Shape] = {
    "elements": filled(b"<p>x"),
    "links": numbered("<a href='/p/{}'>Write</a>"),
    "spaces in links": filled(b"<a href=/x>" + b" " * 500 + b"write a review</a>"),
    "prices": filled(b"<p>$5.00</p>"),
    "digits": filled(b"1", before=b"<p class=price>$"),
    "spaces": filled(b" ", before=b"<p>$", after=b"5</p>"),
    "opened lists of JSON-LD": filled(b"[", before=b'<script type="application/ld+json">', after=b"</script>"),
    "quotes of JSON-LD": filled(b'"x"y', before=b'<script type="application/ld+json">{"a":', after=b"</script>"),
    "assignments": filled(b'x={"a":', before=b"<script>price;", after=b"</script>"),
    "items": filled(b"<div itemscope itemprop=a>"),
    "comments": filled(b"<!--"),
    "attributes": numbered("a{}=1 ", before="<h1 ", after=">x</h1>"),
}
ADDRESSES: dict[str, Shape] = {
    "segments that act": filled(b"/add"),
    "segments of reviews": filled(b"/reviews-1"),
    "articles": filled(b"-a", before=b"/write"),
    "dashes": filled(b"-", before=b"/ask-", after=b"x"),
    "words before a command": filled(b"a_", before=b"/?", after=b"=add"),
    "parameters": filled(b"action=x&", before=b"/?"),
    "escapes": filled(b"%E5"),
    "humps": filled(b"aB", before=b"/"),
}
RULES: dict[str, Shape] = {
    "wildcards": filled(b"*a", before=b"User-agent: *\nDisallow: /", after=b"$\n"),
    "rules": filled(b"Disallow: /*a*a*b$\n", before=b"User-agent: *\n"),
    "agents": filled(b"User-agent: *\n"),
}
TABLES: dict[str, Shape] = {
    "quotation marks": filled(b'"\n', before=b"name,price\n"),
    "marks that are never closed": filled(b'a,"1\n', before=b"name,price\n"),
    "columns": filled(b",x", before=b"name", after=b"\na\n"),
    "a column of digits": filled(b"1", before=b"name,", after=b"x\na,1\n"),
    "cells": filled(b",1", before=b"name,price\na", after=b"\n"),
    "rows": filled(b"Pan,5 EUR\n", before=b"name,price\n"),
    "tags in a cell": filled(b"<a ", before=b"name,price\n"),
    "digits": filled(b"9", before=b"name,price,stock\nPan,5 EUR,", after=b"\n"),
    "lists in JSON Lines": filled(b"[", before=b'{"name":"a","price":', after=b"}\n"),
    "reviews": filled(b'"<a",', before=b'{"name":"a","price":"1 EUR","reviews":[', after=b'""]}\n'),
    "addresses": filled(b"https://a.test/?utm_source=a&b\n"),
    "spaces in a sitemap": filled(b" ", before=b"<urlset><loc>"),
    "opened places of a sitemap": filled(b"<loc>", before=b"<urlset>"),
    "names of a sitemap": filled(b"a", before=b"<urlset><"),
}
STOCK: dict[str, Shape] = {
    "rows": filled(b"tea,1\n", before=b"sku,stock\n"),
    "quotation marks": filled(b'"', before=b"sku,stock\n"),
    "digits": filled(b"9", before=b"sku,stock\ntea,"),
}
MARKDOWN: dict[str, Shape] = {
    "opened links": filled(b"["),
    "images": filled(b"![a]("),
    "marks": filled(b"**a "),
    "backticks": filled(b"`aa "),
    "fences": filled(b"```\n"),
    "headings": filled(b"# a\n"),
    "dashes": filled(b"-"),
    "tables": filled(b"|-"),
    "spaces": filled(b" ", after=b"x"),
    "lines of spaces": filled(b" \n"),
    "comments": filled(b"<!--"),
    "quotes": filled(b"> "),
}
PROSE: dict[str, Shape] = {
    "one letter": filled(b"A"),
    "words": filled(b"Ab "),
    "sentences": filled(b"The best one. "),
    "dashes": filled(b"-"),
    "models": filled(b"K-1"),
    "numbers": filled(b"1 "),
    "quantities": filled(b"5 kg "),
    "distinct quantities": numbered("about {} kg "),
    "discounts": numbered("20% off, save €{} "),
    "digits": filled(b"1"),
    "percentages": filled(b"10% "),
    "times": filled(b"9:00-"),
    "dates": filled(b"1 May "),
    "spaces": filled(b" ", before=b"a", after=b"b"),
    "lines": filled(b" \n"),
    "brackets": filled(b"["),
    "quotation marks": filled(b'"'),
    "addresses": filled(b"http://"),
    "names at hosts": filled(b"a@"),
    "marks on letters": filled("e\u0301\u0301".encode()),
    "unseen marks": filled("a\u200b".encode()),
    "placeholders": filled(b"{{"),
    "escapes": filled(b"&lt;"),
    "handlers": filled(b"on"),
    "Chinese": filled("的".encode()),
    "Chinese superlatives": filled("最好".encode()),
    "Chinese numerals": filled("十".encode()),
    "look-alikes": filled("A\u0410".encode()),
}
QUESTIONS: dict[str, Shape] = {
    **PROSE,
    "how to": filled(b"how "),
    "and": filled(b"and "),
    "orders": filled(b"ignore all previous "),
    "addresses of shops": filled(b"shop.example/"),
}
# Checked against themselves: numbers and words of which the input has many alike.
FACTS: dict[str, Shape] = {
    "shares": filled(b"3 of 4 "),
    "distinct shares": numbered("{0} of {0} parts"),
    "numbers": filled(b"1 "),
    "quantities": filled(b"5 kg "),
    "distinct quantities": numbered("about {} kg "),
    "discounts": numbered("20% off, save €{} "),
    "distinct numbers": numbered("{} "),
    "percentages": filled(b"10% "),
    "prices": numbered("${}.50 "),
    "results": numbered("{0}-{0} "),
    "years": filled(b"since 1998 "),
    "changes": numbered("fell by {0} from {0}"),
    "models": filled(b"K-1"),
    "sentences": filled(b"The best one. "),
    "dates": filled(b"1 May "),
}
SCHEMAS: dict[str, Shape] = {
    "references": filled(b"{$ref: 'http://127.0.0.1:9/'}, ", before=_SCHEMA, after=b"]}}\n---\nx"),
    "distinct maps as names": numbered("{{k{}: 1}}", before=f"{_HEAD}  a: {{required: [", after="]}\n---\nx"),
    "distinct fields": numbered("k{}: {{}}", before=f"{_HEAD}  a: {{properties: {{", after="}}\n---\nx"),
    "fields that are wrong": numbered("k{}: {{type: 1}}", before=f"{_HEAD}  a: {{properties: {{", after="}}\n---\nx"),
    "items in items": filled(b"{items: ", before=f"{_HEAD}  a: ".encode(), after=b"\n---\nx"),
}
BODIES: dict[str, Shape] = {
    "names in a list": filled(b"v,", before=_BODY + b"{{ [", after=b"] | join(v) | length }}"),
    "names that are joined": filled(b"~v", before=_BODY + b"{{ (v", after=b") | length }}"),
    "outputs": filled(b"{{ v }}", before=_BODY),
    "loops in loops": filled(
        b"{% for a in w %}{% for b in w %}{% if v in v %}{% endif %}{% endfor %}{% endfor %}", before=_BODY
    ),
    "sums": filled(b"{{ (v + v) | length }}", before=_BODY),
}
TEMPLATES: dict[str, Shape] = {
    "placeholders": filled(b"{{ name }}", before=b"---\nname: a\n---\n"),
    "opened blocks": filled(b"{% if a %}", before=b"---\nname: a\n---\n"),
    "brackets": filled(b"(", before=b"---\nname: a\n---\n{{"),
    "opened maps of YAML": filled(b"{a: ", before=b"---\n", after=b"\n---\n"),
    "indented maps": filled(b"a:\n ", before=b"---\n", after=b"\n---\n"),
    "lines": filled(b"---\n"),
    "aliases": filled(b"- *a\n", before=b"---\nb: &a [1]\nc:\n", after=b"---\n"),
}


def packed(name: str, part: str, *, before: str, after: str, others: Mapping[str, str]) -> Shape:
    """A zip whose one part is a text again and again, each with another number from 2; what it is measured by."""

    def made(size: int) -> bytes:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
            for other, text in others.items():
                file.writestr(other, text)
            count = size // len(part.format(size))
            file.writestr(name, before + "".join(part.format(number + 2) for number in range(count)) + after)
        return body.getvalue()

    return made


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = {"xl/workbook": "spreadsheetml.sheet.main", "xl/a": "spreadsheetml.worksheet"}
_KINDS_OF_WORD = {"word/document": "wordprocessingml.document.main"}


def _parts(kinds: Mapping[str, str], document: str) -> dict[str, str]:
    """What every office document has beside its text."""
    stated = "".join(
        f'<Override PartName="/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>{stated}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{document}"/></Relationships>',
    }


_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = {
    **_parts(_KINDS, "xl/workbook.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="a.xml"/></Relationships>',
}


def _book(row: str, dimension: str = "A1:XFD1048576") -> Shape:
    before = f'<worksheet xmlns="{_SHEETS}"><dimension ref="{dimension}"/><sheetData>'
    named = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    return packed("xl/a.xml", row, before=before + named, after="</sheetData></worksheet>", others=_BOOK)


def _word(row: str) -> Shape:
    before = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl><w:tblGrid/>'
    )
    others = _parts(_KINDS_OF_WORD, "word/document.xml")
    return packed("word/document.xml", row, before=before, after="</w:tbl></w:body></w:document>", others=others)


WORKBOOKS: dict[str, Shape] = {
    "rows": _book('<row r="{0}"><c r="A{0}"><v>1</v></c></row>'),
    "cells in the last column": _book('<row r="{0}"><c r="XFD{0}"><v>1</v></c></row>'),
    "rows far apart": _book('<row r="{0}0"><c r="A{0}0"><v>1</v></c></row>'),
    "cells of one row": _book('<c r="B{0}"><v>1</v></c>'),
}
_CELL = "<w:tc><w:tcPr>{{0}}</w:tcPr><w:p><w:r><w:t>{0}</w:t></w:r></w:p></w:tc>"
WORD: dict[str, Shape] = {
    "rows": _word(f"<w:tr>{_CELL}</w:tr>".replace("{{0}}", "")),
    "cells over a billion columns": _word(f"<w:tr>{_CELL}</w:tr>".replace("{{0}}", '<w:gridSpan w:val="999999999"/>')),
    "cells of one column": _word(f"<w:tr>{_CELL}</w:tr>".replace("{{0}}", "<w:vMerge/>")),
}

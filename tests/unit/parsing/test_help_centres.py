"""What help centres are written in: Markdown with the marks of site generators, MDX, reStructuredText, HTML."""

import io
from contextlib import suppress
from typing import Any

import pytest
from docx import Document
from markdown_it import MarkdownIt

from integrations.parsing.formats import parse
from magicai.errors import Invalid
from magicai.knowledge.parsed import Parsed
from magicai.knowledge.passages import LONGEST, cut
from tests.codes import says


def texts(name: str, text: str) -> list[str]:
    return [block.text for block in parse(name, text.encode()).blocks]


def said(parsed: Parsed) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in parsed.blocks]


def pieces(name: str, text: str) -> list[str]:
    return [piece.text for piece in cut(parse(name, text.encode()), title="t")]


LONG = "This step takes a while and needs some care with the small parts. " * 5


@pytest.mark.parametrize(
    ("name", "head", "mark"),
    [("a.md", "# Kettle", "1. "), ("a.mdx", "# Kettle", "1. "), ("a.rst", "Kettle\n======", "#. ")],
)
def test_a_passage_that_begins_amid_a_list_says_what_the_list_is(name: str, head: str, mark: str) -> None:
    items = "\n".join(f"{mark}{LONG}" for _ in range(5))
    before = "Descaling is simple. Follow these steps:"
    found = pieces(name, f"{head}\n\n{before}\n\n{items}\n")
    assert len(found) > 2
    for number, piece in enumerate(found):
        assert piece.startswith(before), number
        assert len(piece) <= LONGEST
    numbers = [line[:2] for piece in found for line in piece.split("\n")[1:]]
    assert numbers == ["1.", "2.", "3.", "4.", "5."]


def test_of_a_long_paragraph_before_a_list_the_sentence_that_leads_in_is_repeated() -> None:
    before = f"{LONG}To descale it, do this:"
    items = "\n".join(f"- {LONG}" for _ in range(4))
    found = pieces("a.md", f"{before}\n\n{items}\n")
    assert all(piece.startswith("To descale it, do this:\n- ") for piece in found[1:])
    assert found[0].startswith("This step takes")


def test_a_nested_item_names_the_item_that_it_is_part_of() -> None:
    nested = "\n".join(f"   - Part {number}. {LONG}" for number in range(4))
    found = pieces("a.md", f"Before you begin:\n\n1. Unplug it.\n2. Take it apart:\n{nested}\n3. Clean it.\n")
    assert found[0].startswith("Before you begin:\n1. Unplug it.\n2. Take it apart:\n   - Part 0.")
    assert all(piece.startswith("Before you begin:\n2. Take it apart:\n   - Part") for piece in found[1:-1])


def test_what_leads_in_a_list_is_not_left_at_the_end_of_another_passage() -> None:
    found = pieces("a.md", f"{LONG}{LONG}\n\nYou need:\n\n" + "\n".join(f"- {LONG}" for _ in range(4)))
    assert not any(piece.endswith("You need:") for piece in found)


def test_code_says_what_it_is_for_and_is_cut_between_lines() -> None:
    lines = "\n".join(f"    call number_{number};" for number in range(80))
    found = pieces("a.md", f"Then add this to your settings:\n\n```js\n{lines}\n```\n")
    assert len(found) > 1
    assert all(piece.startswith("Then add this to your settings:\n") for piece in found)
    assert all(piece.endswith(";") and len(piece) <= LONGEST for piece in found)


TABLE = """Status of an order:

| Status | Meaning | Refund |
|:---|---|---|
| Paid | We have <br> the money | `yes` |
| **Sent** |  | [no](x.md) |
"""
RST_TABLE = """Status of an order:

+--------+--------------+--------+
| Status | Meaning      | Refund |
+========+==============+========+
| Paid   | We have      | yes    |
|        | the money    |        |
+--------+--------------+--------+
| Sent   |              | no     |
+--------+--------------+--------+
"""
HTML_TABLE = """<p>Status of an order:</p><table><tr><th>Status</th><th>Meaning</th><th>Refund</th></tr>
<tr><td>Paid</td><td><p>We have</p><p>the money</p></td><td>yes</td></tr>
<tr><td>Sent</td><td></td><td>no</td></tr></table>"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.md", TABLE), ("a.mdx", TABLE), ("a.rst", RST_TABLE), ("a.html", HTML_TABLE), ("a.md", HTML_TABLE)],
)
def test_a_row_of_a_table_says_what_each_value_is(name: str, text: str) -> None:
    assert texts(name, text) == [
        "Status of an order:",
        "Status: Paid; Meaning: We have the money; Refund: yes",
        "Status: Sent; Refund: no",
    ]


def test_a_long_table_is_cut_between_rows_each_with_its_columns() -> None:
    rows = "\n".join(f"| {number} | {LONG[:200]} |" for number in range(12))
    found = pieces("a.md", f"The fees:\n\n| Zone | Terms |\n|---|---|\n{rows}\n")
    assert len(found) > 2
    assert all(piece.startswith("The fees:\nZone: ") for piece in found)
    huge = pieces("a.md", f"| Zone | Terms | More |\n|---|---|---|\n| 7 | {LONG} | {LONG} |\n")
    assert [piece.split(":")[0] for piece in huge] == ["Zone"]
    assert "Terms: This step" in huge[0]


def test_a_cell_over_several_columns_or_rows_does_not_move_the_others() -> None:
    page = (
        "<table><tr><th>Zone</th><th>Size</th><th>Fee</th></tr><tr><td rowspan='2'>EU</td><td>S</td><td>5</td></tr>"
        "<tr><td>L</td><td>9</td></tr><tr><td colspan='2'>Elsewhere</td><td>20</td></tr></table>"
    )
    rows = ["Zone: EU; Size: S; Fee: 5", "Zone: EU; Size: L; Fee: 9", "Zone: Elsewhere; Fee: 20"]
    assert texts("a.html", page) == rows
    rest = """\
+-----------+------+-----+
| Zone      | Size | Fee |
+===========+======+=====+
| EU        | S    | 5   |
|           +------+-----+
|           | L    | 9   |
+-----------+------+-----+
| Elsewhere        | 20  |
+------------------+-----+
"""
    assert texts("a.rst", rest) == rows
    document = Document()
    table = document.add_table(rows=4, cols=3)
    for row, cells in zip(
        table.rows, (("Zone", "Size", "Fee"), ("EU", "S", "5"), ("", "L", "9"), ("Elsewhere", "", "20")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    body = io.BytesIO()
    document.save(body)
    assert [block.text for block in parse("a.docx", body.getvalue()).blocks] == rows


def test_a_table_of_two_columns_without_a_head_is_names_and_values() -> None:
    document = Document()
    document.add_paragraph("Sizes:")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Weight", "2 kg"), ("Height", "20 cm")), strict=True):
        row.cells[0].text, row.cells[1].text = cells
    document.add_paragraph("Descale it", style="List Number")
    body = io.BytesIO()
    document.save(body)
    found = parse("a.docx", body.getvalue())
    assert [block.text for block in found.blocks] == ["Sizes:", "Weight: 2 kg", "Height: 20 cm", "- Descale it"]
    assert found.blocks[1].lead == ("Sizes:",)
    page = "<table><tr><td>Weight</td><td>2 kg</td></tr><tr><td>Height</td><td>20 cm</td></tr></table>"
    assert texts("a.html", page) == ["Weight: 2 kg", "Height: 20 cm"]


@pytest.mark.parametrize(
    "text",
    [
        "> [!NOTE]\n> Empty it first.",
        "> [!WARNING] Empty it first.",
        ">[!TIP]\n>\n> Empty it first.",
        ":::tip\n\nEmpty it first.\n\n:::",
        ":::anything\nEmpty it first.\n:::",
        "!!! warning\n    Empty it first.",
        "??? note\n\n    Empty it first.",
        '{% hint style="info" %}\nEmpty it first.\n{% endhint %}',
        '{{< callout type="x" >}}\nEmpty it first.\n{{< /callout >}}',
        "<!-- a\nremark -->\n\nEmpty it first. <!-- another -->",
        "[TOC]\n\nEmpty it first.\n{: .lead }",
    ],
)
def test_a_note_is_its_text_without_the_marks_of_its_site_generator(text: str) -> None:
    assert texts("a.md", f"# Kettle\n\n{text}\n\nThen rinse it.") == ["Kettle", "Empty it first.", "Then rinse it."]


@pytest.mark.parametrize(
    "text", [":::tip[Take care]\nX.\n:::", ":::tip Take care\nX.\n:::", '!!! note "Take care"\n    X.']
)
def test_the_title_of_a_note_stays(text: str) -> None:
    assert texts("a.md", text) == ["Take care", "X."]


@pytest.mark.parametrize("info", ["js [src/kettle.js]", 'js title="src/kettle.js"', 'js {1,2} title="src/kettle.js"'])
def test_the_file_that_code_belongs_to_stays(info: str) -> None:
    for name in ("a.md", "a.mdx"):
        assert texts(name, f"Add:\n\n```{info}\nboil();\n```\n") == ["Add:", "src/kettle.js\nboil();"]
    assert texts("a.md", "```js {1,2}\nboil();\n```") == ["boil();"]


@pytest.mark.parametrize("heading", ["Rinse{#rinse}", "Rinse {#rinse}", "Rinse \\{#rinse\\}", "Rinse?{#rinse-it}"])
def test_the_anchor_of_a_heading_is_no_text(heading: str) -> None:
    assert texts("a.md", f"## {heading}\n\nUse ${{#list}}")[0].rstrip("?") == "Rinse"
    assert texts("a.md", "The length is ${#list}") == ["The length is ${#list}"]


def test_a_link_whose_target_is_a_template_is_its_text() -> None:
    text = 'See [the guide][guide] and [the shop]({{< ref "shop.md" >}}).\n\n[guide]: {{< ref "guide.md" >}}\n[b]: x\n'
    assert texts("a.md", text) == ["See the guide and the shop."]


def test_the_title_of_a_tab_stays() -> None:
    text = '{% tabs %}\n{% tab title="On a phone" %}\nOpen the app.\n{% endtab %}\n{% endtabs %}'
    assert texts("a.md", text) == ["On a phone", "Open the app."]


def test_marks_in_code_are_code() -> None:
    code = ":::tip\n!!! note\n{% hint %}\n[!NOTE]\n<Tabs>\n{value}\nimport x"
    for name in ("a.md", "a.mdx"):
        assert texts(name, f"Write:\n\n```\n{code}\n```\n\nUse `<Tabs>`.") == ["Write:", code, "Use <Tabs>."]


@pytest.mark.parametrize(
    "text", ["---\ntitle: 'The kettle: a guide'\nid: 7\n---\n", '+++\ntitle = "The kettle: a guide"\n[x]\ny = 1\n+++\n']
)
def test_front_matter_gives_its_title_and_nothing_else(text: str) -> None:
    parsed = parse("a.md", f"{text}\n## Care\n\nRinse it.\n".encode())
    assert parsed.title == "The kettle: a guide"
    assert said(parsed) == [(2, "Care"), (0, "Rinse it.")]


@pytest.mark.parametrize("text", ["Just a text", "Note: the fee is: 5", "- 5 EUR\n- 6 EUR", "title: ["])
def test_a_text_between_two_rules_is_no_front_matter(text: str) -> None:
    found = pieces("a.md", f"---\n{text}\n---\nRinse it.")
    assert text.split("\n", maxsplit=1)[0] in found[0]
    assert found[0].endswith("Rinse it.")


@pytest.mark.parametrize(
    "text",
    [
        "---\nx: " + "[" * 50_000 + "\n---\n",
        "---\nx: " + "{a: " * 5_000 + "\n---\n",
        "+++\nx = " + "[" * 50_000 + "\n+++\n",
    ],
    ids=["brackets", "braces", "TOML"],
)
def test_front_matter_that_is_nested_thousands_of_times_ends_no_reader(text: str) -> None:
    assert "Rinse it." in texts("a.md", f"{text}\nRinse it.")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("several", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merged"])
def test_front_matter_whose_aliases_multiply_is_read_at_once(several: str) -> None:
    lines = ["a0: &a0 {title: x}"]
    lines += [f"a{at}: &a{at} {several.format(', '.join([f'*a{at - 1}'] * 10))}" for at in range(1, 10)]
    parsed = parse("a.md", "\n".join(["---", "title: Care", *lines, "---", "Rinse it."]).encode())
    assert (parsed.title, said(parsed)) == ("Care", [(0, "Rinse it.")])


LINKS = "[Android](/android) | [iOS](/ios)"


@pytest.mark.parametrize(
    "text",
    [
        f"Download the app:\n\n{LINKS}",
        f"Rinse it.\n\n{LINKS}\n\nThen dry it.",
        f"Rinse it.\n\n## Downloads\n\n{LINKS}",
        f"- {LINKS}\n- Rinse it.",
        "Rinse it.\n\n[Android](https://play.example/a) | [iOS](https://apps.example/b)",
        "Rinse it.\n\n[Android](mailto:a@shop.example) | [iOS](tel:555)",
    ],
    ids=["led in", "amid", "under a heading", "an item", "two sites", "no pages"],
)
def test_links_that_answer_where_to_find_something_stay(text: str) -> None:
    markup = {
        "a.md": text,
        "a.mdx": text,
        "a.html": MarkdownIt().render(text),
    }
    for name, source in markup.items():
        assert "Android | iOS" in "\n".join(pieces(name, source)), name


NAVIGATION = """[![build](b.svg)](x) [![docs](d.svg)](y)

[Home](/) › [Kettles](/k) › [Care](/c)

# Care

In this article:

- [Rinse](#rinse)
  - [Often](#often)
- [Descale](#descale)

![A kettle](kettle.png)

## Rinse {#rinse}

Press the ![pencil](p.png) button, see [the guide](g.md).

[← Previous](a.md) | [Next →](b.md)
"""


def test_what_leads_through_a_site_is_left_out_and_links_keep_their_text() -> None:
    assert texts("a.md", NAVIGATION) == ["Care", "Rinse", "Press the pencil button, see the guide."]
    page = (
        "<main><p><a href='/'>Home</a> / <a href='/k'>Kettles</a></p><div role='navigation'>Menu</div><h1>Care</h1>"
        "<p>On this page:</p><ul><li><a href='#r'>Rinse</a></li></ul><p>See <a href='g'>the guide</a>.</p>"
        "<ul><li><a href='/warranty'>Warranty</a></li></ul></main>"
    )
    assert texts("a.html", page) == ["Care", "See the guide.", "- Warranty"]
    rest = ".. contents:: On this page\n\n.. toctree::\n   :maxdepth: 2\n\n   install\n   care\n\n"
    rest += "Care\n====\n\nSee `the guide <g>`_.\n"
    assert texts("a.rst", rest) == ["Care", "See the guide."]


def test_a_list_of_some_places_of_a_page_says_what_there_is() -> None:
    text = "Pay in three ways:\n\n- [Card](#card)\n- [Bank transfer](#bank)\n\n"
    below = "# Card\n\nAny card.\n\n# Bank transfer\n\nTakes a day.\n"
    assert texts("a.md", text + below) == ["Card", "Any card.", "Bank transfer", "Takes a day."]
    more = f"{text}{below}\n# Refunds\n\nAsk us.\n"
    for name, markup in (("a.md", more), ("a.mdx", more), ("a.html", MarkdownIt().render(more))):
        assert pieces(name, markup)[0] == "Pay in three ways:\n- Card\n- Bank transfer"
    rest = "Pay in three ways:\n\n- card_\n- bank_\n\ncard\n====\n\nAny.\n\nbank\n====\n\nOne.\n\nMore\n====\n\nX.\n"
    assert pieces("a.rst", rest)[0] == "Pay in three ways:\n- card\n- bank"


@pytest.mark.parametrize("name", ["a.md", "a.mdx", "a.html"])
def test_a_heading_with_nothing_but_a_picture_below_is_a_text(name: str) -> None:
    text = "# Sign up\n\nIt takes a minute.\n\n## Open the app\n\n![x](x.png)\n\n## Choose a name\n\n![y](y.png)\n"
    text += "\n## Wait\n\nFor a mail.\n\n### Not in spam?\n\n![z](z.png)\n\n## Done\n"
    found = cut(parse(name, (MarkdownIt().render(text) if name == "a.html" else text).encode()), title="t")
    assert [(piece.title_path[-1], piece.text) for piece in found] == [
        ("Sign up", "It takes a minute.\nOpen the app\nChoose a name"),
        ("Wait", "For a mail.\nNot in spam?"),
        ("Sign up", "Done"),
    ]


def test_a_page_that_only_leads_to_others_is_a_document_without_passages() -> None:
    assert pieces("index.rst", "Guides\n======\n\n.. toctree::\n\n   install\n") == []
    with pytest.raises(Invalid, check=says("document_without_text", way="choose_another_file")):
        parse("a.rst", b".. toctree::\n\n   install\n")


MDX = """---
title: Plans
---

import Tabs from "@theme/Tabs";
import {
  Badge,
} from "x";
export const Bullet = () => (
  <>

    <span style={{ color: "red" }}>not text</span>
  </>
);

{/* nobody
reads this */}

## Price <Badge text="new" /> {#price}

<Tabs
  values={[{ label: "A > B" }]}
>
  <TabItem value="eu" label="In Europe">
    - It costs **12 EUR** a month.
    - With {"<"} 3 users, it is free.
  </TabItem>
</Tabs>

:::tip
Pay for {years} years, if 2 < 3.
:::

<Card title="Refunds">Within 30 days.</Card>
"""


def test_mdx_keeps_the_text_of_components_without_tags_and_programs() -> None:
    parsed = parse("a.mdx", MDX.encode())
    assert (parsed.kind, parsed.title) == ("markdown", "Plans")
    assert said(parsed) == [
        (2, "Price"),
        (0, "In Europe"),
        (0, "- It costs 12 EUR a month."),
        (0, "- With < 3 users, it is free."),
        (0, "Pay for years, if 2 < 3."),
        (0, "Within 30 days."),
    ]


RST = """
Kettles
=======

:author: Ann

.. _care:

.. note:: Empty it first.

.. versionchanged:: 3.2
   It has *two* lids.

.. tip:: Mind
   :class: x

   the :ref:`spout <spout>`, |name| and :py:func:`~kettle.boil`.

.. |name| replace:: the lid

Care
----

.. image:: kettle.png

To descale:

#. Fill it::

       fill --all

#. Boil it.

warranty
    It lasts 24 months.

.. py:function:: boil(degrees)
   :module: kettle

   Boils water.

.. code-block:: python
   :emphasize-lines: 1

   boil(100)

.. include:: /etc/passwd
.. raw:: html

   <b>raw</b>
.. csv-table::
   :file: /etc/passwd
"""


def test_restructured_text_is_read_with_its_sections_lists_and_what_sphinx_adds() -> None:
    parsed = parse("a.rst", RST.encode())
    assert (parsed.kind, parsed.title) == ("text", "Kettles")
    assert said(parsed) == [
        (1, "Kettles"),
        (0, "author: Ann"),
        (0, "Empty it first."),
        (0, "3.2 It has two lids."),
        (0, "Mind"),
        (0, "the spout, the lid and kettle.boil."),
        (2, "Care"),
        (0, "To descale:"),
        (0, "1. Fill it:"),
        (0, "   fill --all"),
        (0, "2. Boil it."),
        (0, "warranty: It lasts 24 months."),
        (0, "boil(degrees)"),
        (0, "Boils water."),
        (0, "boil(100)"),
    ]


def test_fields_before_any_other_markup_are_for_sphinx() -> None:
    fields = ":orphan:\n:tocdepth: 2\n\n"
    for before in ("", ".. a comment\n\n"):
        assert texts("a.rst", f"{before}{fields}Care\n====\n\n:Price: 5 EUR\n") == ["Care", "Price: 5 EUR"]


def test_no_file_and_no_raw_markup_comes_in_by_a_document(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    for directive in (
        f".. include:: {secret}",
        f".. literalinclude:: {secret}",
        f".. csv-table:: x\n   :file: {secret}",
    ):
        found = " ".join(texts("a.rst", f"Text.\n\n{directive}\n"))
        assert "hunter2" not in found
    assert "<b>" not in " ".join(texts("a.rst", "Text.\n\n.. raw:: html\n\n   <b>x</b>\n"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "[" * 50_000),
        ("a.md", "> " * 20_000 + "x"),
        ("a.md", "![" * 20_000 + "x"),
        ("a.md", ":::" * 20_000),
        ("a.mdx", "<" * 50_000),
        ("a.mdx", "{" * 20_000),
        ("a.mdx", "<a " * 3_000),
        ("a.md", "- " * 2_000 + "x"),
        ("a.md", "|" * 50_000 + "\n" + "|-" * 20_000),
        ("a.rst", "`" * 20_000),
        ("a.rst", "*" * 5_000 + "x"),
    ],
)
@pytest.mark.timeout(20)
def test_what_is_opened_thousands_of_times_is_read_all_the_same(name: str, text: str) -> None:
    with suppress(Invalid, RecursionError):  # told as one document's fault
        parse(name, text.encode())

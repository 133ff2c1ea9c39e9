"""Fields of one's own: what a schema may be, and what is filled from pages with a model, without, and with a liar."""

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from magicai.errors import Invalid
from magicai.shops.extraction.text import folded
from magicai.shops.fields import ask
from magicai.shops.fields.filling import Template, filled, learn
from magicai.shops.fields.markdown import as_markdown
from magicai.shops.fields.page import FieldPage
from magicai.shops.fields.pages import KeptPage, read
from magicai.shops.fields.schema import CustomField, FieldType, fields_of
from magicai.shops.fields.values import parsed
from tests.flows.field_shops import FIELDS, KINDS, PRODUCTS, answers, page, truth
from tests.scripted import ScriptedText
from tests.unit.shops.crawling.small_web import MemoryFiles

SCHEMA = fields_of(FIELDS, "fields.yaml")


def opened(body: str, number: int = 0) -> FieldPage:
    return FieldPage(body.encode(), url=f"https://shop.example/product/{number}")


async def taught(pages: Sequence[FieldPage], said: dict[str, Any], fields: Sequence[CustomField] = SCHEMA) -> Template:
    """What a model's answer on the first page teaches."""
    copied, _ = await ask.ask(ScriptedText([json.dumps(said)]), fields, pages[0])
    return learn(copied, fields, pages[0], pages[1:])


def values(of: FieldPage, template: Template | None = None) -> dict[str, Any]:
    found = filled(of, SCHEMA, template)
    for one in found.values():
        assert all(
            of.shows(quote) or folded(quote) in folded(of.page.markup.decode()) for quote in one.quote.split(" … ")
        )
    return {name: list(one.value) if isinstance(one.value, tuple) else one.value for name, one in found.items()}


@pytest.mark.parametrize("kind", KINDS)
async def test_five_fields_of_twenty_pages_are_right_and_stand_on_them(kind: str) -> None:
    pages = [opened(page(kind, number), number) for number in range(PRODUCTS)]
    needs_model = kind == "prose"
    assert [values(one) for one in pages] == [{} if needs_model else truth(n) for n in range(PRODUCTS)]
    if needs_model:
        template = await taught(
            pages, answers(f'"material" "weight" "warranty" "released" "colours" PAGE\n{pages[0].text}\n')
        )
        assert [values(one, template) for one in pages] == [truth(number) for number in range(PRODUCTS)]


async def test_what_a_model_invents_or_misquotes_fills_nothing() -> None:
    pages = [opened(page("prose", number), number) for number in range(PRODUCTS)]
    line = "Built by hand of oak. It weighs 0.5 kg, and we repair it for 12 months."
    said = [
        {"name": "material", "value": "mahogany", "quote": line},  # not in its quote
        {"name": "weight", "value": "7.5", "quote": "It weighs 7.5 kg"},  # not on the page
        {"name": "warranty", "value": "oak", "quote": line},  # no whole number
        {"name": "released", "value": "5 days a week", "quote": "Free shipping on 5 days a week."},  # the shop's foot
        {"name": "size", "value": "oak", "quote": line},  # nobody asked
    ]
    template = await taught(pages, {"values": said})
    assert (template.copied, template.selectors) == ({}, {})


async def test_a_selector_that_finds_other_things_elsewhere_is_dropped_and_its_page_keeps_the_value() -> None:
    second = ("<b>5</b> left", "<b>Ash</b>", "<b>Sold</b> today")
    pages = [opened(f"<main class=p><h1>S</h1><p class=x>{one}</p></main>", n) for n, one in enumerate(second)]
    said = {"values": [{"name": "warranty", "value": "5", "quote": "5 left"}]}
    template = await taught(pages, said)
    assert template.selectors == {}
    assert [values(one, template) for one in pages] == [{"warranty": 5}, {}, {}]


async def test_a_place_by_number_holds_among_the_same_siblings_only() -> None:
    bodies = ["<p>oak</p><p>a</p>", "<p>ash</p><p>b</p>", "<p>New!</p><p>ash</p><p>b</p>"]
    pages = [opened(f"<main class=p><h1>S</h1><div class=d>{one}</div></main>", n) for n, one in enumerate(bodies)]
    template = await taught(pages, {"values": [{"name": "material", "value": "oak", "quote": "oak"}]})
    assert [values(one, template) for one in pages] == [{"material": "oak"}, {"material": "ash"}, {}]


async def test_a_label_that_a_model_recognises_is_read_on_other_pages() -> None:
    rows = ["<tr><th>Holz</th><td>oak</td></tr>", "<tr><th>Neu</th><td>ja</td></tr><tr><th>Holz</th><td>ash</td></tr>"]
    pages = [opened(f"<main><h1>S</h1><table>{one}</table></main>", n) for n, one in enumerate(rows)]
    template = await taught(pages, {"values": [{"name": "material", "value": "oak", "quote": "oak"}]})
    assert template.selectors["material"].label == "holz"
    assert values(pages[1], template) == {"material": "ash"}


def test_two_values_under_one_label_and_other_products_fill_nothing() -> None:
    twice = opened("<h1>S</h1><p>Material: oak</p><p>Material: steel</p>")
    related = opened("<h1>S</h1><section><h2>You may also like</h2><p>Material: oak</p></section>")
    card = "<article class=card><a href=/p/{0}><b>Stool {0}</b></a><p>{0}.00 EUR</p><p>Material: oak</p></article>"
    cards = "".join(map(card.format, range(10, 14)))
    bench = opened(f"<main><h1>S</h1><p>9.00 EUR</p></main><aside><h2>From the same bench</h2>{cards}</aside>")
    assert (values(twice), values(related), values(bench)) == ({}, {}, {})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1,2 kg", 1.2), ("number", "1.299,50", 1299.5), ("number", "30 x 40 cm", None),
        ("integer", "2.5", None),
        ("number", "-18 °C", -18.0), ("boolean", "Yes", True), ("boolean", "https://schema.org/False", False),
        ("boolean", "perhaps", None), ("date", "3 May 2024", "2024-05-03"), ("date", "03/05/2024", None),
        ("money", "19,90 €", {"amount": "19.90", "currency": "EUR"}), ("money", "19.90", None),
        ("url", "/a.pdf", "https://shop.example/a.pdf"), ("url", "javascript:x", None),
        ("list", "red, blue", ("red", "blue")),
    ],
)  # fmt: skip
def test_a_text_is_a_value_of_its_type_or_none(kind: FieldType, text: str, value: object) -> None:
    assert parsed(text, kind, opened("<h1>S</h1>").page) == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("- name: a\n  type: [", "f.yaml is neither YAML nor JSON"),
        ("material: text", "f.yaml has no list of fields."),
        ("[]", "f.yaml has no list of fields."),
        (
            "- {name: a}\n- {name: colour, type: texts}",
            "the field colour has an unknown type, texts. Types: text, number,",
        ),
        ("- {name: a}\n- {name: A}", "f.yaml has the field A twice."),
        ("- {name: price}", "the field price has the name of a column that every product has."),
        ("- {name: a}\n- {type: text}", "the field #2 has an invalid name: "),
        ("- {name: my field}", "the field my field has an invalid name: A name has up to 40 letters"),
        ("- {name: a, kind: text}", "the field a has an invalid kind: "),
        ("- material", "the field #1 is not an object"),
        ("- name: &a [x]\n- name: [*a, *a]", "f.yaml is neither YAML nor JSON: an alias is not allowed"),
        ("- {name: [a, b]}", "the field #1 has an invalid name: "),
        ("- {name: a, type: [text]}", "the field a has an invalid type: "),
        ("\n".join(f"- {{name: f{n}}}" for n in range(41)), "f.yaml has 41 fields; the limit is 40."),
    ],
)
def test_a_broken_schema_is_refused_by_the_field_s_name(body: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields_of(body.encode(), "f.yaml")
    assert said in str(refused.value)


def test_a_description_is_no_label() -> None:
    of = opened("<h1>S</h1><p>Colour: red</p><p>Wood: oak</p>")
    for more, value in (("", {}), (", labels: [Wood]", {"material": "oak"})):
        schema = fields_of(f'- {{name: material, description: "what it is made of, colour, size"{more}}}'.encode(), "f")
        assert {name: one.value for name, one in filled(of, schema).items()} == value


def test_a_schema_is_a_list_or_stands_under_fields_in_yaml_or_json() -> None:
    wanted = [
        CustomField(name="weight", type="number", example="1.5", description="null or more"),
        CustomField(name="材质"),
    ]
    listed = (
        b"- {name: weight, type: number, example: 1.5, description: null or more}\n- {name: \xe6\x9d\x90\xe8\xb4\xa8}"
    )
    under = json.dumps({"fields": [one.model_dump() for one in wanted]}).encode()
    assert fields_of(listed, "f") == fields_of(under, "f") == wanted


def test_a_page_is_markdown_without_what_surrounds_its_product() -> None:
    body = (
        "<nav>Menu</nav><h1>Oak <b>stool</b></h1><p>By hand. *New* &lt;b&gt;</p><ul><li>light</li><li>strong</li></ul>"
        "<table><tr><th>Height</th><td>45 cm</td></tr><tr><th>Wood</th><td>oak</td></tr></table><footer>Foot</footer>"
    )
    lines = (
        "# Oak stool",
        "",
        r"By hand. \*New\* \<b\>",
        "",
        "- light",
        "- strong",
        "",
        "- Height | 45 cm",
        "- Wood | oak",
    )
    assert as_markdown(opened(body)) == "\n".join(lines) + "\n"


async def test_a_page_on_which_reading_fails_is_refused_and_reading_blocks_nobody() -> None:
    files = MemoryFiles()
    (digest,) = await files.put([b"<h1>S</h1>"])
    kept = KeptPage(crawl_id="c", product_id="p", url="https://shop.example/p/1", digest=digest)

    def fail(_: FieldPage) -> None:
        raise RecursionError

    assert await read(files, kept, lambda _: threading.current_thread()) is not threading.main_thread()
    with pytest.raises(Invalid, match=kept.url):
        await read(files, kept, fail)

from collections.abc import Callable
from typing import Any

import pytest

from magicai.ports import SearchIndex
from magicai.stores.entity import Versioned
from tests.contract.projection.entities import gone, live
from tests.contract.projection.implementations import of


@pytest.fixture(params=of("search"))
def search(request: pytest.FixtureRequest, opened: Callable[[str], Any]) -> SearchIndex:
    return opened(request.param)


async def found(search: SearchIndex, query: str, owner_id: str = "o", **more: Any) -> list[str]:
    return [hit.entity_id for hit in await search.search(query, owner_id=owner_id, **more)]


async def test_english_is_found_in_any_form_and_case(search: SearchIndex) -> None:
    await search.apply([live("a", "Gooseneck Kettles", "brewing COFFEE"), live("b", "Chair", "oak")])
    for query in ("kettle", "KETTLES", "brewed coffee", "gooseneck"):
        assert await found(search, query) == ["a"], query


async def test_accents_may_be_left_out(search: SearchIndex) -> None:
    await search.apply([live("a", "Café crème"), live("b", "Tea")])
    assert await found(search, "cafe creme") == ["a"]


async def test_chinese_is_found_within_longer_words(search: SearchIndex) -> None:
    await search.apply([live("a", "不锈钢细嘴水壶", "手冲咖啡"), live("b", "木头椅子", "水杯和茶壶")])
    assert await found(search, "水壶") == ["a"]
    assert await found(search, "咖啡") == ["a"]
    assert await found(search, "椅子 水杯") == ["b"]


async def test_a_chinese_question_finds_what_has_its_words_in_any_order(search: SearchIndex) -> None:
    await search.apply(
        [
            live("a", "细嘴水壶", "容量一升，不锈钢材质，可在电磁炉上使用"),
            live("b", "木头椅子", "高度四十五厘米"),
            live("c", "水杯", "容量三百毫升"),
        ]
    )
    assert (await found(search, "请问这把水壶的容量是多少？"))[0] == "a"
    assert sorted(await found(search, "哪些东西写了容量？")) == ["a", "c"]
    assert await found(search, "椅子有多高") == ["b"]
    assert await found(search, "打印机怎么安装") == []


async def test_any_word_will_do_where_that_is_asked_for(search: SearchIndex) -> None:
    await search.apply([live("a", "red kettle"), live("b", "red chair"), live("c", "green tea")])
    assert await found(search, "red kettle", match="any") == ["a", "b"]
    assert await found(search, "lamp", match="any") == []


@pytest.mark.parametrize("query", ["warrenty", "waranty", "warrantyy", "wrranty", "how long is the warrnaty"])
@pytest.mark.parametrize("match", ["any", "all"])
async def test_a_misspelt_word_finds_what_has_it_as_it_is_spelt(search: SearchIndex, query: str, match: str) -> None:
    await search.apply([live("a", "Kettle", "It has a warranty of two years."), live("b", "Chair", "Made of beech.")])
    assert await found(search, query, match=match) == ["a"]


async def test_numbers_and_short_words_have_no_other_spelling(search: SearchIndex) -> None:
    await search.apply([live("a", "Lamp D001", "tin")])
    for query in ("D002", "tan", "D000 device"):
        assert await found(search, query, match="any") == []


async def test_both_languages_in_one_question(search: SearchIndex) -> None:
    await search.apply([live("a", "Hario V60 手冲壶"), live("b", "Hario cup"), live("c", "手冲壶")])
    assert await found(search, "Hario手冲壶") == ["a"]


async def test_what_has_all_words_comes_alone_and_any_word_will_do_where_nothing_has_all(search: SearchIndex) -> None:
    await search.apply([live("a", "red kettle"), live("b", "red chair"), live("c", "green tea")])
    assert await found(search, "red kettle") == ["a"]
    assert sorted(await found(search, "kettle tea lamp")) == ["a", "c"]


async def test_a_title_counts_more_than_a_mention(search: SearchIndex) -> None:
    mentions = "goes with a kettle, that kettle or any kettle"
    await search.apply([live("a", "Chair", mentions), live("b", "Kettle", "of the very best steel that there is here")])
    assert await found(search, "kettle") == ["b", "a"]


async def test_an_owner_finds_only_their_own(search: SearchIndex) -> None:
    await search.apply([live("a", owner_id="o"), live("b", owner_id="other")])
    assert await found(search, "kettle") == ["a"]
    assert await found(search, "kettle", "other") == ["b"]
    assert await found(search, "kettle", "nobody") == []
    assert await found(search, "kettle", "' OR 1=1 --") == []


async def test_kinds_narrow_the_answer(search: SearchIndex) -> None:
    await search.apply([live("a"), live("b", kind="report"), live("c", kind="content")])
    assert await found(search, "kettle", kinds=["report"]) == ["b"]
    assert sorted(await found(search, "kettle", kinds=["report", "content"])) == ["b", "c"]


@pytest.mark.parametrize("query", ["kettle", "kettle lamp"])
async def test_pages_hold_everything_once_in_one_order(search: SearchIndex, query: str) -> None:
    await search.apply([live(f"{place:02}", "Kettle " * (1 + place % 3)) for place in range(25)])
    whole = await found(search, query, limit=100)
    assert len(whole) == 25
    pages = [await found(search, query, limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [one for page in pages for one in page] == whole


async def test_scores_fall_from_one_to_nothing(search: SearchIndex) -> None:
    await search.apply(
        [live("a", "Kettle"), live("b", "Chair", "a long text that mentions a kettle"), live("c", "Tea")]
    )
    hits = await search.search("kettle", owner_id="o")
    assert [0 <= hit.score <= 1 for hit in hits] == [True, True]
    assert hits[0].score >= hits[1].score


async def test_a_hit_shows_the_passage_that_fits(search: SearchIndex) -> None:
    text = "filler " * 200 + "the gooseneck pours slowly" + " filler" * 200
    await search.apply([live("a", "Kettle", text)])
    (hit,) = await search.search("gooseneck", owner_id="o")
    assert "gooseneck pours" in hit.highlight
    assert len(hit.highlight) < 400
    assert (hit.kind, hit.title, hit.url) == ("product", "Kettle", "https://shop.example/a")


async def test_a_passage_is_plain_text_whatever_the_page_stated(search: SearchIndex) -> None:
    await search.apply([live("a", "Kettle", "pours <script>alert(1)</script> slowly")])
    (hit,) = await search.search("slowly", owner_id="o")
    assert hit.highlight == "pours <script>alert(1)</script> slowly"


def offered(entity_id: str, title: str, brand: str, *colours: str, **more: Any) -> Versioned:
    return live(entity_id, title, facets={"brand": (brand,), "colour": colours}, **more)


GOODS = [
    offered("a", "red kettle", "Arden", "red", "steel"),
    offered("b", "red chair", "Arden", "red"),
    offered("c", "tea kettle", "龙井", "steel", state="draft"),
    offered("d", "kettle", "Bruma", kind="report"),
    offered("e", "kettle", "Arden", owner_id="other"),
]


async def test_facets_count_what_is_found_most_frequent_first(search: SearchIndex) -> None:
    await search.apply(GOODS)
    counted = await search.facets("kettle", owner_id="o", by=("kind", "brand", "colour", "state", "size"))
    assert counted == {
        "kind": {"product": 2, "report": 1},
        "brand": {"Arden": 1, "Bruma": 1, "龙井": 1},
        "colour": {"steel": 2, "red": 1},
        "state": {"draft": 1},
        "size": {},
    }
    assert [list(values) for values in counted.values()][:3] == [
        ["product", "report"], ["Arden", "Bruma", "龙井"], ["steel", "red"],
    ]  # fmt: skip
    # As search does: what has any word, where nothing has all.
    assert await search.facets("chair tea lamp", owner_id="o", by=["brand"]) == {"brand": {"Arden": 1, "龙井": 1}}
    assert await search.facets("lamp", owner_id="o", by=["brand"]) == {"brand": {}}


@pytest.mark.parametrize("query", ["", " \n"])
async def test_without_words_all_is_found_that_facets_count_the_newest_first(search: SearchIndex, query: str) -> None:
    await search.apply(GOODS)
    assert await found(search, query, where={"brand": ["Arden"]}) == ["b", "a"]
    assert await found(search, query, kinds=["product"]) == ["c", "b", "a"]
    assert await found(search, query, kinds=["product"], limit=1, offset=1) == ["b"]
    (hit,) = await search.search(query, owner_id="o", kinds=["report"])
    assert (hit.title, hit.score) == ("kettle", 0.0)
    assert await found(search, query, "nobody") == []
    assert await search.facets(query, owner_id="o", by=["brand"], most=2) == {"brand": {"Arden": 2, "Bruma": 1}}
    assert await search.facets(query, owner_id="o", by=["brand"], kinds=["report"]) == {"brand": {"Bruma": 1}}
    assert await search.facets(query, owner_id="nobody", by=["brand"]) == {"brand": {}}


async def test_signs_without_a_word_find_and_count_nothing(search: SearchIndex) -> None:
    await search.apply(GOODS)
    for query in (" - ", '"', "\0", "💥"):
        assert await found(search, query, where={"brand": ["Arden"]}) == []
        assert await search.facets(query, owner_id="o", by=["brand"]) == {"brand": {}}


async def test_facets_narrow_down_what_is_found_and_counted(search: SearchIndex) -> None:
    await search.apply(GOODS)
    steel: dict[str, list[str]] = {"colour": ["steel"]}
    assert sorted(await found(search, "kettle", where=steel)) == ["a", "c"]
    assert await found(search, "kettle", where={**steel, "brand": ["Arden", "Casa"]}) == ["a"]
    assert await found(search, "kettle", where={"brand": ["' OR '1'='1", "*", ""]}) == []
    assert await found(search, "kettle", where={"colour": []}) == []
    assert await search.facets("", owner_id="o", by=["brand"], where=steel) == {"brand": {"Arden": 1, "龙井": 1}}


async def test_facets_follow_what_changed(search: SearchIndex) -> None:
    await search.apply(GOODS)
    await search.apply([offered("e", "kettle", "Casa", owner_id="other", version=2)])
    assert await search.facets("", owner_id="other", by=["brand"]) == {"brand": {"Casa": 1}}
    await search.apply([offered("a", "red kettle", "Casa", "red", version=2), gone("c", version=2)])
    counted = await search.facets("", owner_id="o", by=["brand", "colour"])
    assert counted == {"brand": {"Arden": 1, "Bruma": 1, "Casa": 1}, "colour": {"red": 2}}


@pytest.mark.parametrize(
    "value", ["x=y", ".*", '"', "\0", "\ud83d", "a" * 10_000, "水" * 10_000, "%", "[1]", " ", "\n"]
)
async def test_a_facets_value_may_hold_anything(search: SearchIndex, value: str) -> None:
    await search.apply([offered("a", "kettle", value), offered("b", "kettle", "plain")])
    counted = await search.facets("kettle", owner_id="o", by=["brand", "b.*d", ".*"])
    assert sorted(counted["brand"].values()) == [1, 1]
    assert counted["b.*d"] == counted[".*"] == {}
    (shown,) = counted["brand"].keys() - {"plain"}
    for asked in (value, shown):
        assert await found(search, "kettle", where={"brand": [asked]}) == ["a"]


async def test_what_changed_is_found_by_its_new_words_only(search: SearchIndex) -> None:
    await search.apply([live("a", "Kettle", "steel")])
    await search.apply([live("a", "Teapot", "clay", version=2)])
    assert await found(search, "kettle") == await found(search, "steel") == []
    assert await found(search, "teapot clay") == ["a"]
    await search.apply([gone("a", version=3)])
    assert await found(search, "teapot") == []


SPECIAL = [
    '"', '"kettle', "kettle*", "*", "^kettle", "title:kettle", "kettle AND", "AND", "NOT kettle", "-kettle", "(kettle",
    "NEAR(kettle steel, 2)", "kettle NEAR/2 steel", "{title body}: kettle", "kettle + steel", "a OR b OR",
    "'; DROP TABLE words;--", "\0", "kettle\0steel", "\ud83d", "💥", "%", "_", "\\", "[a]", "-", "--", "'",
    "kettle\u200b", "ＫＥＴＴＬＥ", "kettle " * 1500, '"' * 10_000, "水" * 10_000, "( " * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("query", SPECIAL)
async def test_no_syntax_is_special(search: SearchIndex, query: str) -> None:
    await search.apply([live("a", "Kettle", "of steel"), live("b", "Other", "things")])
    hits = await search.search(query, owner_id="o")
    assert {hit.entity_id for hit in hits} <= {"a"}


async def test_the_words_of_a_syntax_are_words(search: SearchIndex) -> None:
    await search.apply([live("a", "NEAR the door"), live("b", "This OR that"), live("c", "NOT for sale")])
    assert await found(search, "NEAR") == ["a"]
    assert await found(search, "OR") == ["b"]
    assert await found(search, '"NOT" sale') == ["c"]


async def test_article_numbers_are_found(search: SearchIndex) -> None:
    await search.apply([live("a", "Kettle", "EK-1200.5/B"), live("b", "Kettle", "EK-1300")])
    assert await found(search, "EK-1200.5/B") == ["a"]


async def test_pages_behind_an_id_hold_everything_once_while_more_is_added(search: SearchIndex) -> None:
    await search.apply([offered(f"{place:02}", "kettle", "Arden", "red") for place in range(10, 20)])
    brand, pages, after = {"brand": ["Arden"]}, list[str](), ""
    while page := await found(search, "", kinds=["product"], where=brand, limit=4, after=after):
        pages, after = [*pages, *page], page[-1]
        await search.apply([offered(f"{50 + len(pages)}", "kettle", "Arden")])
    assert pages == [f"{place}" for place in range(19, 9, -1)]

import pytest

from magicai.errors import Invalid
from magicai.runs.requests.accept import check_request
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate


def test_what_is_missing_is_named_with_what_it_is_for() -> None:
    with pytest.raises(Invalid, match=r"^competitor_url is missing: address of a shop's front page, or several\.$"):
        check_request(CrawlAnalyzeGenerate, {})


@pytest.mark.parametrize("address", ["2130706433", "http://0x7f000001/", "shop。example"])
def test_an_address_in_another_spelling_is_one(address: str) -> None:
    check_request(CrawlAnalyzeGenerate, {"competitor_url": address})


def test_every_wrong_value_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        check_request(CrawlAnalyzeGenerate, {"competitor_url": "ftp://shop.example", "max_pages": 0, "colour": "red"})
    said = str(caught.value)
    assert "ftp://shop.example begins" in said
    assert "max_pages is 0" in said
    assert "'colour' is not a parameter" in said


def test_of_many_wrong_values_the_first_are_told_each_in_short() -> None:
    with pytest.raises(Invalid) as caught:
        check_request(CrawlAnalyzeGenerate, {"language": "x" * 10_000, **{f"no{number}": 1 for number in range(100)}})
    said = str(caught.value)
    assert "82 more values are wrong." in said
    assert len(said) < 2000

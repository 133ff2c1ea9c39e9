import pytest

from magicai.shops.extraction.currencies import CurrencyEvidence, code_of


def seen(**stated: object) -> CurrencyEvidence:
    text = str(stated.pop("text", ""))
    return CurrencyEvidence(read_text=lambda: text, **stated)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sign", "currency"),
    [
        ("€", "EUR"),
        ("£", "GBP"),
        ("zł", "PLN"),
        ("US$", "USD"),
        ("R$", "BRL"),
        ("円", "JPY"),
        ("usd", "USD"),
        ("RMB", "CNY"),
    ],
)
def test_a_sign_of_one_currency_needs_no_evidence(sign: str, currency: str) -> None:
    assert seen().currency(sign) == currency


@pytest.mark.parametrize("sign", ["$", "¥", "元", "kr", "Rs.", "R", "nonsense", "XXX"])
def test_a_shared_sign_without_evidence_stays_open(sign: str) -> None:
    assert seen().currency(sign) is None


@pytest.mark.parametrize(
    ("evidence", "sign", "currency"),
    [
        ({"languages": ("en-US",)}, "$", "USD"),
        ({"languages": ("en-AU",)}, "$", "AUD"),
        ({"languages": ("en",)}, "$", None),
        ({"host": "shop.ca", "languages": ("en-US",)}, "$", "CAD"),  # en-US is what themes ship with
        ({"host": "shop.co"}, "$", None),  # half the world uses .co
        ({"host": "shop.com", "path": "/en-ca/products/x"}, "$", "CAD"),
        ({"languages": ("en-US", "en-CA")}, "$", None),
        ({"stated": {"CAD"}, "languages": ("en-US",)}, "$", "CAD"),
        ({"stated": {"CAD", "USD"}}, "$", None),
        ({"stated": {"EUR"}}, "$", None),
        ({"text": "All prices in AUD."}, "$", "AUD"),
        ({"text": "AUD NZD USD"}, "$", None),
        ({"text": "€ Euro\n$ US Dollar"}, "$", "USD"),
        ({"languages": ("ja",)}, "¥", "JPY"),
        ({"languages": ("zh-CN",)}, "¥", "CNY"),
        ({"languages": ("zh",), "text": "现货，立即购买，加入购物车，运费"}, "¥", "CNY"),
        ({"text": "カートに入れる 送料無料 ステンレスボトル"}, "¥", "JPY"),
        ({"languages": ("en",), "text": "Matcha bowls from Kyoto"}, "¥", None),
        ({"languages": ("zh-TW",)}, "元", "TWD"),
        ({"languages": ("zh",), "text": "現貨，立即購買，運費"}, "元", None),  # Taiwan, or Hong Kong
        ({"languages": ("sv",)}, "kr", "SEK"),
        ({"languages": ("nb-NO",)}, "kr", "NOK"),
        ({"host": "butik.dk"}, "kr.", "DKK"),
        ({"host": "dukkan.eg"}, "£", "EGP"),
        ({"languages": ("en-IN",)}, "Rs.", "INR"),
        ({"languages": ("en-ZA",)}, "R", "ZAR"),
    ],
)
def test_a_shared_sign_is_settled_by_what_the_page_says(
    evidence: dict[str, object], sign: str, currency: str | None
) -> None:
    assert seen(**evidence).currency(sign) == currency


@pytest.mark.parametrize(
    ("text", "code"), [("eur", "EUR"), (" USD ", "USD"), ("NTD", "TWD"), ("ABC", None), ("", None)]
)
def test_knows_codes(text: str, code: str | None) -> None:
    assert code_of(text) == code

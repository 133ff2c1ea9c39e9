"""What an amount in visible text is: the price, the price before, or something else altogether."""

from decimal import Decimal

import pytest

from magicai.shops.extraction.chosen_price import ShownPrice, price_of
from magicai.shops.extraction.outline import Outline
from magicai.shops.extraction.parsing import parse
from magicai.shops.extraction.price_words import part_by_words
from magicai.shops.extraction.shown_prices import money_in


def shown(body: str, language: str = "en-US") -> ShownPrice | None:
    page = parse(f'<html lang="{language}"><body>{body}</body></html>'.encode(), url="https://s.test/p")
    return price_of(money_in(Outline(page.tree.body), page))


@pytest.mark.parametrize(
    ("body", "amount", "currency"),
    [
        ("$1,299.00", "1299.00", "USD"), ("US$ 1,299.00", "1299.00", "USD"), ("$1,299.00 CAD", "1299.00", "CAD"),
        ("A$49.95", "49.95", "AUD"), ("$.75", "0.75", "USD"), ("EUR 12,50", "12.50", "EUR"),
        ("12.50 EUR", "12.50", "EUR"),
        ("1.299,00 €", "1299.00", "EUR"), ("€ 1.299,-", "1299", "EUR"), ("12€99", "12.99", "EUR"),
        ("CHF 1'299.–", "1299", "CHF"), ("1 299,00 zł", "1299.00", "PLN"), ("12 990 Ft", "12990", "HUF"),
        ("R$ 1.299,90", "1299.90", "BRL"), ("₹1,29,999", "129999", "INR"), ("د.إ ١٬٢٩٩٫٠٠", "1299.00", "AED"),
        ("1,980円(税込)", "1980", "JPY"), ("15,900원", "15900", "KRW"), ("1.234.000 ₫", "1234000", "VND"),
        ("1.250 KD", "1.250", None), ("NT$1,280", "1280", "TWD"), ("人民币 99", "99", "CNY"),
    ],
)  # fmt: skip
def test_reads_the_prices_of_the_world(body: str, amount: str, currency: str | None) -> None:
    price = shown(f"<p>{body}</p>")
    assert price is not None
    assert (price.amount, price.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("body", "amount", "currency"),
    [("¥1.2万", "12000.0", "CNY"), ("1299元", "1299", "CNY"), ("¥99起", "99", "CNY"), ("￥1,299", "1299", "CNY")],
)
def test_reads_chinese_prices(body: str, amount: str, currency: str) -> None:
    price = shown(f"<p>{body}</p>", "zh-CN")
    assert price is not None
    assert (price.amount, price.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("body", "amount", "before"),
    [
        ("<del>$20.00</del> <ins>$15.00</ins>", "15", "20"),
        ("<span>Was $20.00</span> <span>Now $15.00</span>", "15", "20"),
        ('<span class="price-old">$20</span><span class="price-new">$15</span>', "15", "20"),
        ('<span style="text-decoration: line-through">$20</span> $15', "15", "20"),
        ('<span class="label">RRP</span> <span>$24.99</span><b>$19.99</b>', "19.99", "24.99"),
        ('<span>Regular price</span> <b class="price">$20</b> <b class="special-price">$15</b>', "15", "20"),
        ("原价：¥199 现价：¥99", "99", "199"),
        ("de R$ 199,00 por R$ 149,90", "149.90", "199"),
        ("19,99 € <s>29,99 €</s>", "19.99", "29.99"),
        ("<b>CHF 36.50</b> <span>statt 45.–</span>", "36.50", "45"),
        ("<b>$36.50</b> <span>Was: 45.00</span>", "36.50", "45"),
        ("<b>$36.50</b> <span>was rated 45 times</span>", "36.50", None),
        ("<s>$10</s> $15", "15", None),  # a price before is higher
        ("Regular price: $20", "20", None),
        ("$10.00 - $20.00", "10", None),
        ("10 – 20 €", "10", None),
        ("From $10", "10", None),
        ("ab 19,90 €", "19.90", None),
        ("19,99 € inkl. MwSt. zzgl. Versand", "19.99", None),
        ("1.980円 送料無料", "1980", None),
        ("Blue Mug - $12.50", "12.50", None),
        ("£12.50 ex VAT (£15.00 inc VAT)", "15", None),
        ("Ex Tax: $500.00", "500", None),
        ("$12 or 3 payments of $4", "12", None),
        ("<p>Save $20.00</p><p>$80</p>", "80", None),
        ("<p>$3.99/kg</p><p>$1.99</p>", "1.99", None),
        ("<p>Shipping: $4.90</p><p>$19</p>", "19", None),
        ("<p>Free shipping on orders over $50</p><p>$19</p>", "19", None),
        ("<p>10 or more $9</p><p>$19</p>", "19", None),
        ('<span class="price"><span>$</span><span>19</span><sup>99</sup></span>', "19.99", None),
        ('<span class="price">19<sup>99</sup> €</span>', "19.99", None),
        ('<span class="price">1.837, 32 €</span>', "1837.32", None),
        ("<b>Galaxy S24</b> <span>$999</span>", "999", None),
        ("<b>Bolt M4</b><span>$0.10</span>", "0.10", None),
        ("<span hidden>$5</span><span>$9</span>", "9", None),
        ("<p>9,99 € <i>Sie sparen 10%</i></p><p>8,32 € Netto</p>", "9.99", None),
        ("<p>8,40 € exkl. MwSt.</p><p>9,99 €</p>", "9.99", None),
        ('<p class="product-without-taxes">8,32 €</p><p>9,99 €</p>', "9.99", None),
        ("<p>未税 ¥80</p><p>¥90</p>", "90", None),
        ("<p>Niedrigster Preis der letzten 30 Tage: 8,69 €</p><p>9,99 €</p>", "9.99", None),
        ("<p>oder 3 zinsfreie Raten zu je 3,33 €</p><p>9,99 €</p>", "9.99", None),
        ("<p>Vorgezogene Recyclinggebühr CHF 2.50 inbegriffen</p><p>CHF 99.–</p>", "99", None),
        ('<p class="price with-list-price">11,99 €</p>', "11.99", None),
        ("<i>₹12,499</i> <i>₹24,999</i> <i>50% off</i>", "12499", "24999"),
        ("<i>₹12,499</i> <i>₹24,999</i> <i>30% off</i>", "12499", None),
        ("<b>Phone K1</b> <span>$299</span>", "299", None),
    ],
)
def test_tells_the_price_from_the_price_before_and_from_all_else(body: str, amount: str, before: str | None) -> None:
    price = shown(f"<div>{body}</div>")
    assert price is not None
    assert (price.amount, price.list_price) == (Decimal(amount), None if before is None else Decimal(before))


@pytest.mark.parametrize(
    ("body", "amount", "before"),
    [
        ("<del>CHF 153.20</del> <ins>CHF 122.50</ins>", "122.50", "153.20"),
        ("<s>EUR 153,20</s> <b>EUR 122,50</b>", "122.50", "153.20"),
        ('<span class="old">CHF 153.20</span><span class="new">CHF 122.50</span>', "122.50", "153.20"),
        ("<s>CHF 153.20</s><br>CHF 122.50", "122.50", "153.20"),
        ("CHF 122.50 <s>CHF 153.20</s>", "122.50", "153.20"),
        ("<s>CHF 153.–</s> <b>CHF 122.–</b>", "122", "153"),
        ("<s>153.20 USD</s> <b>122.50 USD</b>", "122.50", "153.20"),
        ("<s>$15.00 CAD</s> <b>$12.00 CAD</b>", "12", "15"),
    ],
)
def test_a_code_in_front_of_the_next_amount_is_not_behind_this_one(body: str, amount: str, before: str) -> None:
    price = shown(f"<div>{body}</div>")
    assert price is not None
    assert (price.amount, price.list_price) == (Decimal(amount), Decimal(before))
    assert price.currency == next(code for code in ("CHF", "EUR", "USD", "CAD") if code in body)


@pytest.mark.parametrize(
    "label",
    [
        "通常価格", "定価", "当店通常価格", "정가", "정상가", "定價", "定价", "市价", "常规价格", "Regular price",
        "Normaler Preis", "Prezzo di listino", "Precio de lista", "Precio habitual", "Ord. pris",
        "Cena regularna", "Обычная цена",
    ],
)  # fmt: skip
def test_a_regular_price_is_the_price_where_no_other_stands_beside_it(label: str) -> None:
    alone = f'<div class="price__regular"><span>{label}</span><span class="price-item--regular">€30</span></div>'
    for body in (alone, f"<p>{label} €30</p>", f"<p>{label}: €30</p>"):
        price = shown(body)
        assert price is not None
        assert (price.amount, price.list_price) == (30, None)
    for lower in ("<p><b>€20</b></p>", "<p>Now €20</p>", "<p>セール価格 €20</p>", "<p>판매가 €20</p>"):
        for body in (f"<p>{label} €30</p>{lower}", f"{lower}<p>{label} €30</p>"):
            price = shown(body)
            assert price is not None
            assert (price.amount, price.list_price) == (20, 30)


@pytest.mark.parametrize("label", ["通常価格", "定価", "市价", "定價", "零售价"])
@pytest.mark.parametrize("plain", ["販売価格", "価格", "售价", "售價"])
def test_a_list_price_is_none_beside_what_is_called_the_price(label: str, plain: str) -> None:
    price = shown(f"<p>{label}：¥30</p><p>{plain}：¥20</p>", "zh-CN")
    assert price is not None
    assert (price.amount, price.list_price) == (20, 30)


@pytest.mark.parametrize(
    "label",
    [
        "原价", "原價", "市场价", "参考价", "吊牌价", "門市價", "希望小売価格", "旧価格", "元値", "소비자가", "시중가",
        "Cena katalogowa", "Старая цена", "UVP", "RRP", "Precio anterior", "Prezzo consigliato",
    ],
)  # fmt: skip
def test_what_a_price_was_or_others_ask_is_never_the_price(label: str) -> None:
    assert shown(f"<p>{label} €30</p>") is None
    price = shown(f"<p>{label} €30</p><p>€20</p>")
    assert price is not None
    assert (price.amount, price.list_price) == (20, 30)


@pytest.mark.parametrize(
    "body",
    [
        "$3.99/kg", "(2,99 € / 100 g)", "1 kg = 29,90 €", "¥12.8/斤",
        "or 4 interest-free payments of $25.00 with Klarna",
        "From $25/mo", "10x de R$ 14,99 sem juros", "Versand: 4,90 €", "运费：¥10", "送料 550円", "+ 4,90 € Versand",
        "Save $20.00", "You save: $5.00 (20%)", "$10 off", "Sie sparen 5,00 €", "省¥20", "-$5.00", "+ $5.00",
        "2 for $15",
        "10 or more $98.00", "满¥199减30", "Free delivery over $50", "versandkostenfrei ab 50 €", "5,000円以上送料無料",
        "Najniższa cena z ostatnich 30 dni: 99,00 zł", "Total: $59.00", "zzgl. 0,25 € Pfand", "券后价 ¥89", "20% off",
        "$0.00", "iPhone 15 Pro 128GB", "12.05.2026", "4.5 out of 5", "0800 123 456",
        "Last year we tried mugs " + "of all kinds " * 12 + "and the winner of our long test costs $25.00.",
    ],
)  # fmt: skip
def test_amounts_of_other_things_are_no_prices(body: str) -> None:
    assert shown(f"<p>{body}</p>") is None


def test_a_number_without_a_sign_is_a_price_where_its_element_says_so() -> None:
    price = shown('<span class="price">1299</span>')
    assert price is not None
    assert (price.amount, price.currency) == (1299, None)
    assert shown('<span class="price">1299 reviews</span>') is None
    assert shown("<span>1299</span>") is None


def test_the_pages_own_decimals_settle_a_mark_before_three_digits() -> None:
    assert shown('<p>$12.50</p><p class="x">$1,299</p>') is not None
    price = shown("<h1>1.299 €</h1><s>1.499,50 €</s>", "de")
    assert price is not None
    assert (price.amount, price.list_price) == (1299, Decimal("1499.50"))


def test_words_are_looked_at_next_to_the_amount_only() -> None:
    assert part_by_words("Was " + "x" * 10_000, "y" * 10_000) is part_by_words("", "")


@pytest.mark.parametrize(
    "body", ["5-9 €", "5 to 9 €", "5 bis<br>9 €", "5 - <br>9 €", "a 5～9 €", "5 €&nbsp;bis&nbsp;9 €"]
)
def test_a_range_costs_its_lower_end_wherever_it_stands(body: str) -> None:
    price = shown(f"<p>{body}</p>", "de")
    assert price is not None
    assert (price.amount, price.list_price) == (Decimal(5), None)

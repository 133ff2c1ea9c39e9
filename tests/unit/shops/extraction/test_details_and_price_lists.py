from decimal import Decimal

import pytest

from magicai.shops.extraction import read_page, settle_signs
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.product import Availability, Observation, Rating, Source

URL = "https://shop.example/p/kettle-7"
PRODUCT = """<html lang="en"><head><title>Kettle – Northworks</title></head><body>
<header><a class="brand" href="/">Northworks</a></header>
<main><nav class="breadcrumb"><ol><li><a href="/">Home</a></li><li><a href="/kitchen/">Kitchen</a></li>
<li><span>Kettles</span></li><li aria-current="page">Kettle</li></ol></nav>
<div class="product"><h1>Kettle</h1><p class="rating">Rated 4.6 out of 5 (1,204 reviews)</p>
<p class="price">£49.00</p><p class="stock">In stock</p><button>Add to basket</button>
<dl><dt>Brand</dt><dd>Harrow &amp; Pine</dd><dt>SKU</dt><dd>HP-77</dd></dl></div></main></body></html>"""


def own(html: str, url: str = URL) -> Observation:
    reading = read_page(html.encode(), url=url, content_type="text/html")
    assert reading.kind is PageKind.PRODUCT
    return next(observation for observation in reading.observations if observation.own_page)


BESIDE = "<h4><a href='/gilet.html'>Gilet</a></h4><p class='amount'><del>£91.50</del> <ins>£63.20</ins></p>"


@pytest.mark.parametrize("price", ["<p class='amount'><b>£49.00</b></p>", "<b>£49.00</b>"])
@pytest.mark.parametrize(
    "others",
    [
        f"<h3>Goes well with</h3><div class='box'>{BESIDE}</div>",
        f"<h3>Goes well with</h3><div>{BESIDE}</div><div>{BESIDE.replace('gilet', 'cape')}</div>",
        f"<div class='box'>{BESIDE}</div>",
        "<ul><li><a href='/gilet.html'>Gilet</a> <del>£91.50</del> <ins>£63.20</ins></li></ul>",
        "<div class='box'><p>Gilet</p><del>£91.50</del> <ins>£63.20</ins></div>",
        "<h3>Bundle with a gilet</h3><p><del>£91.50</del></p>",
    ],
)
@pytest.mark.parametrize("before", ["", "<s>£55.00</s> ", "<p class='rrp'>RRP £55.00</p>"])
def test_a_price_before_of_another_product_is_not_this_ones(price: str, others: str, before: str) -> None:
    html = f"<html lang='en'><title>Kettle</title><body><div><h1>Kettle</h1>{before}{price}<p>In stock</p>"
    kettle = own(f"{html}<button>Add to basket</button>{others}</div></body></html>")
    assert (kettle.price, kettle.list_price) == (49, 55 if before else None)


@pytest.mark.parametrize(
    "prices",
    [
        "<p class='price'>£49.00</p><h4>RRP</h4><p><s>£55.00</s></p>",
        "<p><s>£55.00</s></p><h4>Price:</h4><p class='price'>£49.00</p>",
        "<p class='price'>£49.00</p><h4></h4><h4>Was <s>£55.00</s></h4>",
    ],
)
def test_a_price_before_may_stand_beside_a_heading_that_labels_it(prices: str) -> None:
    kettle = own(PRODUCT.replace('<p class="price">£49.00</p>', prices))
    assert (kettle.price, kettle.list_price) == (49, 55)


def test_labelled_details_say_the_brand_and_the_number() -> None:
    kettle = own(PRODUCT)
    assert (kettle.brand, kettle.sku) == ("Harrow & Pine", "HP-77")


def test_the_shops_own_mark_is_no_brand() -> None:
    assert own(PRODUCT.replace("<dt>Brand</dt><dd>Harrow &amp; Pine</dd>", "")).brand is None


def test_a_rating_in_words_is_read_with_its_count() -> None:
    assert own(PRODUCT).rating == Rating(value=4.6, count=1204)


@pytest.mark.parametrize(
    "button",
    [
        "<span class='js-buy'>В корзину</span>",
        "<div class='btn-wrap buy'><span class='buy-now'>Купить</span></div>",
        "<b onclick='put(7)'>Add to basket</b>",
        "<a href='/buy?7' class='button'><img src='buy.gif' alt='Buy now'></a>",
        "<button>Tambah ke Keranjang</button>",
        "<button>หยิบใส่ตะกร้า</button>",
        "<button>Στο καλάθι</button>",
        "<button>Į krepšelį</button>",
    ],
)
def test_whatever_a_button_is_made_of_it_says_that_one_can_buy(button: str) -> None:
    silent = PRODUCT.replace('<p class="stock">In stock</p>', "")
    kettle = own(silent.replace("<button>Add to basket</button>", button))
    assert kettle.availability is Availability.IN_STOCK


@pytest.mark.parametrize("label", ["Item no", "Cod produs", "Cikkszám", "Κωδικός", "รหัสสินค้า", "מק״ט", "کد کالا"])
def test_a_number_of_the_article_is_a_mark_of_a_product_that_is_sold_out(label: str) -> None:
    page = f"<html><title>Kettle</title><body><h1>Kettle</h1><p>£49.00</p><p>Sold out</p><p>{label}: HP-77</p></body>"
    assert (own(page).availability, own(page).sku) == (Availability.OUT_OF_STOCK, "HP-77")
    other = page.replace(f"<p>{label}: HP-77</p>", "")
    assert read_page(other.encode(), url="https://shop.example/kettle", content_type="text/html").kind is PageKind.OTHER


def last_page(below: str) -> Reading:
    cards = "".join(
        f"<div class='box'><a href='{below}{n}'><img src='/{n}.jpg'></a>"
        f"<a class='name' href='{below}{n}'>Kettle {n}</a>"
        f"<b>£{n}9.00</b>{said}</div>"
        for n, said in ((17, "<button>Add to basket</button>"), (18, "<i>Sold out</i>"))
    )
    page = f"<html><title>Kettles</title><body><h1>Kettles</h1><div>{cards}</div></body></html>"
    return read_page(page.encode(), url="https://shop.example/kettles?page=3", content_type="text/html")


def test_what_is_sold_out_beside_one_other_on_a_lists_last_page_is_read() -> None:
    assert [(one.name, one.availability) for one in last_page("/item/kettle-").observations] == [
        ("Kettle 17", Availability.IN_STOCK),
        ("Kettle 18", Availability.OUT_OF_STOCK),
    ]


def test_a_price_that_is_called_normal_is_one_before_and_a_picture_may_say_that_all_are_sold() -> None:
    cards = "".join(
        f"<tr class='row'><td><h3><a href='/i.php?main_page=product_info&amp;products_id={n}'>Kettle {n}</a></h3></td>"
        f"<td><span class='normalprice'>£{n}9.00</span> <span class='special'>£{n}5.00</span>"
        f"<img src='/sold.gif' alt='Sold Out'></td></tr>"
        for n in range(1, 5)
    )
    page = f"<html><title>Kettles</title><body><h1>Kettles</h1><table>{cards}</table></body></html>"
    first = read_page(page.encode(), url="https://shop.example/i.php", content_type="text/html").observations[0]
    assert (first.price, first.list_price, first.availability) == (
        Decimal("15.00"),
        Decimal("19.00"),
        Availability.OUT_OF_STOCK,
    )


def test_a_lists_last_page_is_no_product_itself() -> None:
    assert "Kettles" not in [observation.name for observation in last_page("/kettle-").observations]


def test_products_with_short_numbers_below_p_are_no_pages_of_a_list() -> None:
    cards = "".join(
        f"<li class='product'><a href='/p/{n}'><h3>Kettle {n}</h3></a><b>£{n}.00</b></li>" for n in range(1, 5)
    )
    page = f"<html><title>Kettles</title><body><h1>Kettles</h1><ul>{cards}</ul></body></html>"
    reading = read_page(page.encode(), url="https://shop.example/", content_type="text/html")
    assert [observation.name for observation in reading.observations] == [f"Kettle {n}" for n in range(1, 5)]


def test_a_step_of_the_trail_without_a_link_is_a_category() -> None:
    reading = read_page(PRODUCT.encode(), url=URL, content_type="text/html")
    assert ("Kitchen", "Kettles") in [one.category for one in reading.observations if one.own_page]


PRICE_LIST = """<html lang="en"><body><main><h1>Small things</h1><table>
<thead><tr><th>Article</th><th>Brand</th><th>Price</th><th>Availability</th></tr></thead>
<tbody><tr><td>Wax, red</td><td>Vellin</td><td>€4.50</td><td>In stock</td></tr>
<tr><td>Wax, black</td><td>Vellin</td><td>€4.80</td><td>Sold out</td></tr>
<tr><td>String, 40 m</td><td>Oakum</td><td>€7.00</td><td>In stock</td></tr></tbody></table></main></body></html>"""


def test_rows_of_a_price_list_are_products_without_an_address() -> None:
    reading = read_page(PRICE_LIST.encode(), url="https://shop.example/small", content_type="text/html")
    stated = [(one.name, one.price, one.currency, one.availability, one.brand, one.url) for one in reading.observations]
    assert stated == [
        ("Wax, red", Decimal("4.50"), "EUR", Availability.IN_STOCK, "Vellin", ""),
        ("Wax, black", Decimal("4.80"), "EUR", Availability.OUT_OF_STOCK, "Vellin", ""),
        ("String, 40 m", Decimal("7.00"), "EUR", Availability.IN_STOCK, "Oakum", ""),
    ]


@pytest.mark.parametrize(
    "headings", [("Destination", "Carrier", "Price", "Days"), ("Name", "Age", "Price", "Size"), ("", "", "", "")]
)
def test_other_tables_are_no_price_lists(headings: tuple[str, ...]) -> None:
    html = PRICE_LIST
    for old, new in zip(("Article", "Brand", "Price", "Availability"), headings, strict=True):
        html = html.replace(f"<th>{old}</th>", f"<th>{new}</th>")
    html = html.replace("In stock", "2").replace("Sold out", "3")
    assert read_page(html.encode(), url="https://shop.example/small", content_type="text/html").observations == []


def test_an_empty_main_part_with_a_script_needs_a_browser() -> None:
    menu = "".join(f'<a href="/c{n}/">Category number {n} of this shop</a>' for n in range(40))
    html = f"<html><body><nav>{menu}</nav><main><div id=x></div><script>draw()</script></main></body></html>"
    assert read_page(html.encode(), url="https://shop.example/sale/", content_type="text/html").needs_rendering
    told = html.replace("<div id=x></div>", "<p>" + "We have been making things by hand for years. " * 30 + "</p>")
    assert not read_page(told.encode(), url="https://shop.example/sale/", content_type="text/html").needs_rendering


def stated(currency: str | None, sign: str = "") -> Observation:
    return Observation("https://s/x", "x", Source.CARDS, price=Decimal(5), currency=currency, sign=sign)


def test_a_sign_that_a_page_leaves_open_is_what_the_shop_says_elsewhere() -> None:
    observations = [stated("USD"), stated("EUR"), stated(None, "$")]
    settle_signs(observations)
    assert observations[-1].currency == "USD"


def test_a_sign_stays_open_where_the_shop_has_two_meanings_for_it_or_none() -> None:
    for currencies in (("USD", "CAD"), ("EUR",)):
        observations = [*(stated(currency) for currency in currencies), stated(None, "$")]
        settle_signs(observations)
        assert observations[-1].currency is None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("缺货，可预订", Availability.BACKORDER),
        ("Out of stock – available on backorder", Availability.BACKORDER),
        ("缺货", Availability.OUT_OF_STOCK),
    ],
)
def test_what_can_be_ordered_though_it_is_not_there_is_on_back_order(words: str, meant: Availability) -> None:
    html = PRODUCT.replace('<p class="stock">In stock</p>', f'<p class="stock">{words}</p>')
    assert own(html).availability is meant


def test_a_column_of_numbers_is_read_without_attributes_that_name_them() -> None:
    rows = "".join(
        f"<tr{said}><td><a href='/p/kettle-{n}'>Kettle {n}</a></td><td>{code}</td><td>£{n}9.00</td></tr>"
        for n, said, code in (
            (1, "", "4006381333931"),
            (2, " data-sku='K-2'", "9780306406157"),
            (3, " data-gtin='4006381333931'", ""),
        )
    )
    table = f"<table><tr><th>Name</th><th>EAN</th><th>Price</th></tr>{rows}</table>"
    for body in (table, table.replace(" data-sku='K-2'", "").replace(" data-gtin='4006381333931'", "")):
        page = f"<html><title>Kettles</title><body><h1>Kettles</h1>{body}</body></html>"
        found = read_page(page.encode(), url="https://shop.example/kettles", content_type="text/html").observations
        codes = ["4006381333931", "9780306406157", "4006381333931" if "data-gtin" in body else None]
        assert [one.gtin for one in found] == codes

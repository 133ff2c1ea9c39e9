import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.merging import merge
from magicai.shops.product import Availability, Observation, Product, Source, Variant
from magicai.shops.product_keys import identity_keys, url_key

SHOP = "s.test"
MUG = "https://s.test/p/mug"
GTIN, OTHER_GTIN = "4006381333931", "9783161484100"


def seen(
    name: str = "Mug", url: str = MUG, source: Source = Source.CARDS, page: str = "https://s.test/c", **fields: Any
) -> Observation:
    return Observation(url=url, name=name, source=source, page_url=page, **fields)


def own(name: str = "Mug", url: str = MUG, source: Source = Source.JSON_LD, **fields: Any) -> Observation:
    return seen(name, url, source, page=fields.pop("page", url), own_page=True, **fields)


def one(*observations: Observation) -> Product:
    products = merge(observations, SHOP)
    assert len(products) == 1
    return products[0]


class TestIdentity:
    def test_a_card_joins_the_page_at_its_address(self) -> None:
        assert one(seen(), own(gtin=GTIN)).gtin == GTIN

    @pytest.mark.parametrize("number", [{"gtin": GTIN}, {"sku": "AB-1"}])
    def test_two_addresses_are_two_products_whatever_number_they_share(self, number: dict[str, Any]) -> None:
        other = "https://s.test/p/mug-copy"
        for order in itertools.permutations([own(**number), own(url=other, **number), seen(), seen(url=other)]):
            assert {product.url for product in merge(order, SHOP)} == {MUG, other}

    def test_a_gtin_with_a_leading_zero_is_the_same(self) -> None:
        one(own(gtin="036000291452"), seen(url="", gtin="0036000291452"))

    def test_joins_transitively_whatever_the_order(self) -> None:
        observations = [
            seen(url="https://s.test/p/mug-copy"),
            own(gtin=GTIN),
            own(page="https://s.test/p/mug-copy"),
            seen(),
        ]
        for order in itertools.permutations(observations):
            assert len(merge(order, SHOP)) == 1

    def test_one_product_in_two_collections_is_one(self) -> None:
        cards = [seen(url=f"https://s.test/collections/{name}/products/x") for name in ("all", "tea", "new")]
        page = own(url="https://s.test/collections/tea/products/x", sku="AB 1")
        other = seen("Y", "https://s.test/collections/all/products/y")
        assert [product.sku for product in merge([cards[0], page, *cards[1:], other], SHOP)] == ["AB 1", None]

    def test_one_sku_is_one_product(self) -> None:
        one(own(sku="AB-1"), seen(url="", sku="ab-1"))

    def test_one_sku_with_two_gtins_is_two_products(self) -> None:
        assert len(merge([own(sku="1", gtin=GTIN), own(url="https://s.test/p/x", sku="1", gtin=OTHER_GTIN)], SHOP)) == 2

    def test_equal_names_never_join(self) -> None:
        assert len(merge([own(), own(url="https://s.test/p/other-mug")], SHOP)) == 2

    def test_two_products_of_one_address_stay_two_where_name_and_sku_differ(self) -> None:
        products = merge([own("Mug", sku="M1"), own("Bowl", sku="B1")], SHOP)
        assert [product.name for product in products] == ["Mug", "Bowl"]

    def test_another_number_of_the_same_page_splits_nothing(self) -> None:
        one(own(sku="AB-1"), own("Mug, blue", sku="7731", source=Source.HYDRATION))

    def test_a_canonical_address_joins_the_address_that_was_read(self) -> None:
        page = "https://s.test/collections/x/products/mug"
        product = one(seen(url=page), own(page=page))
        assert product.url == MUG

    def test_a_variants_gtin_leads_to_its_product(self) -> None:
        variants = [Variant(name="S", gtin=GTIN), Variant(name="L", gtin=OTHER_GTIN)]
        one(own(variants=variants), seen("Mug L", url="", gtin=OTHER_GTIN))

    def test_an_address_below_the_shop_is_preferred(self) -> None:
        product = one(own(url="https://cdn.test/p/mug", page=MUG), own())
        assert product.url == MUG


class TestTrust:
    def test_the_own_page_beats_a_listing_and_structured_data_what_is_shown(self) -> None:
        product = one(
            seen("Mug (card)", source=Source.JSON_LD, price=Decimal(9)),
            own("Mug (shown)", source=Source.PAGE, price=Decimal(8)),
            own("Mug (stated)", source=Source.JSON_LD, price=Decimal(10)),
        )
        assert (product.name, product.price) == ("Mug (stated)", 10)

    def test_the_shops_interface_beats_all(self) -> None:
        assert one(own(price=Decimal(9)), seen(source=Source.SHOP_API, price=Decimal(8))).price == 8

    def test_each_field_comes_from_the_best_place_that_states_it(self) -> None:
        product = one(
            own(price=Decimal(10), currency="EUR"),
            own("Mug shown", source=Source.PAGE, brand="Acme", availability=Availability.IN_STOCK),
            seen("Mug card", images=("https://s.test/i.jpg",)),
        )
        assert (product.brand, product.images) == ("Acme", ("https://s.test/i.jpg",))
        sources = {field: place.source for field, place in product.provenance.items()}
        assert sources == {
            "availability": Source.PAGE,
            "brand": Source.PAGE,
            "currency": Source.JSON_LD,
            "images": Source.CARDS,
            "name": Source.JSON_LD,
            "price": Source.JSON_LD,
            "url": Source.JSON_LD,
        }

    def test_provenance_tells_page_digest_and_time(self) -> None:
        observation = own(price=Decimal(10))
        observation.digest, observation.at_us = "abc", 1_000_000
        place = one(observation).provenance["price"]
        assert (place.url, place.digest, place.at) == (MUG, "abc", "1970-01-01T00:00:01Z")

    def test_what_nobody_states_is_none(self) -> None:
        product = one(seen())
        assert (product.price, product.currency, product.sku, product.brand) == (None, None, None, None)
        assert product.availability is Availability.UNKNOWN

    @given(st.permutations([0, 1, 2, 3]))
    def test_order_does_not_matter_between_places_of_different_trust(self, order: list[int]) -> None:
        places = [
            own("a", price=Decimal(1), currency="EUR"),
            own("b", source=Source.PAGE, price=Decimal(2), currency="USD", brand="x"),
            seen("c", price=Decimal(3)),
            seen("d", source=Source.FEED, brand="y"),
        ]
        product = one(*(places[place] for place in order))
        assert (product.name, product.price, product.currency, product.brand) == ("d", 1, "EUR", "y")


class TestPrice:
    def test_price_and_currency_come_from_one_place(self) -> None:
        product = one(own(price=Decimal(10)), own(source=Source.PAGE, price=Decimal(12), currency="USD"))
        assert (product.price, product.currency) == (10, None)

    def test_another_place_may_name_the_currency_of_the_very_same_amount(self) -> None:
        product = one(own(price=Decimal("10.00")), own(source=Source.OPENGRAPH, price=Decimal(10), currency="USD"))
        assert (product.price, product.currency) == (10, "USD")

    def test_one_amount_in_two_currencies_is_open(self) -> None:
        product = one(
            own(price=Decimal(10), currency="USD"), own(source=Source.PAGE, price=Decimal(10), currency="EUR")
        )
        assert (product.price, product.currency) == (10, None)

    def test_a_list_price_stands_beside_its_price_and_above_it(self) -> None:
        shown = own(source=Source.PAGE, price=Decimal(10), currency="EUR", list_price=Decimal(15))
        assert one(own(price=Decimal(10), currency="EUR"), shown).list_price == 15
        assert one(own(price=Decimal(12), currency="EUR"), shown).list_price is None
        assert one(own(price=Decimal(10), currency="EUR", list_price=Decimal(9))).list_price is None

    def test_what_the_page_strikes_out_is_the_price_before(self) -> None:
        shown = own(source=Source.PAGE, price=Decimal(10), currency="EUR", list_price=Decimal(15))
        product = one(own(price=Decimal(15), currency="EUR"), shown)
        assert (product.price, product.list_price) == (10, 15)

    @pytest.mark.parametrize(
        ("small", "large", "price"),
        [
            (Availability.IN_STOCK, Availability.IN_STOCK, 10),
            (Availability.OUT_OF_STOCK, Availability.IN_STOCK, 12),
            (Availability.OUT_OF_STOCK, Availability.OUT_OF_STOCK, 10),
        ],
    )
    def test_is_the_lowest_of_the_variants_in_stock_else_the_lowest(
        self, small: Availability, large: Availability, price: int
    ) -> None:
        variants = [
            Variant(name="S", price=Decimal(10), currency="EUR", availability=small),
            Variant(name="L", price=Decimal(12), currency="EUR", availability=large),
        ]
        product = one(own(price=Decimal(10), currency="EUR"), own(source=Source.HYDRATION, variants=variants))
        assert product.price == price
        assert len(product.variants) == 2

    def test_variants_of_other_prices_do_not_move_it(self) -> None:
        variants = [Variant(name="S", price=Decimal(1000), currency="EUR", availability=Availability.IN_STOCK)]
        product = one(own(price=Decimal(10), currency="EUR"), own(source=Source.HYDRATION, variants=variants))
        assert product.price == 10


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://s.test/p/mug", "http://www.s.test/p/mug/"),
        ("https://s.test/p/mug?utm_source=x", "https://s.test/p/mug"),
        ("https://s.test/p/mug?variant=5", "https://s.test/p/mug#top"),
        ("https://s.test/p?a=1&b=2", "https://s.test/p?b=2&a=1"),
        ("https://S.test/p/caf%C3%A9", "https://s.test/p/café"),
        ("https://s.test/collections/a/products/x", "https://s.test/products/x"),
        (
            "https://s.test/en/collections/%E3%81%82/products/x?variant=1",
            "https://www.s.test/en/collections/b/products/x/",
        ),
    ],
)
def test_one_address_in_two_spellings_has_one_key(url: str, other: str) -> None:
    assert url_key(url) == url_key(other)


def test_different_addresses_have_different_keys() -> None:
    assert (
        len({url_key(f"https://s.test/p?id={number}") for number in range(5)} | {url_key("https://s.test/P?id=1")}) == 6
    )


def test_keys_come_strongest_first() -> None:
    product = Product(id="", url=MUG, name="Mug", sku="AB 1", gtin=GTIN)
    assert identity_keys(product) == [f"gtin:0{GTIN}", "sku:ab 1", "url:s.test/p/mug"]


def test_a_name_is_a_key_only_where_there_is_nothing_else() -> None:
    assert identity_keys(Product(id="", url="", name="Blue Mug!")) == ["name:blue mug"]
    assert len(merge([seen("Blue Mug", url=""), seen("blue mug", url="")], SHOP)) == 1


def test_observations_are_read_once_and_as_they_come() -> None:
    stream = (seen(f"Mug {number}", f"https://s.test/p/{number}") for number in range(1_000))
    assert [product.name for product in merge(stream, SHOP)] == [f"Mug {number}" for number in range(1_000)]

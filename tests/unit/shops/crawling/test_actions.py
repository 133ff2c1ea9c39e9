"""Links that change something or lead to forms are not followed; products and lists all are.

Each shop answers its traps as some real ones do: with a page that states a product.
"""

from collections.abc import Callable

import pytest

from magicai.shops.crawling.actions import acts
from tests.unit.shops.crawling.small_web import SHOP, Answer, World, listing, page, product

ZEN = "/index.php?main_page="
ROUTE = "/index.php?route="
# By system: its lists; with {} for a product's number, its products, and what must not be touched.
LISTS = {
    "Zen Cart": (f"{ZEN}index&cPath=3", f"{ZEN}products_new"),
    "Oscar": ("/catalogue/", "/catalogue/category/lamps_2/"),
    "OpenCart": (f"{ROUTE}product/category&path=20", f"{ROUTE}product/special"),
    "WooCommerce": ("/shop/", "/product-category/lamps/"),
    "Magento": ("/lamps.html", "/sale/all.html"),
    "PrestaShop": ("/en/3-lamps", "/en/new-products"),
    "of its own": ("/lamps", "/sale"),
}
PRODUCTS = {
    "Zen Cart": ZEN + "product_info&products_id={}",
    "Oscar": "/catalogue/lamp_{}/",
    "OpenCart": ROUTE + "product/product&path=20&product_id={}",
    "WooCommerce": "/product/lamp-{}/",
    "Magento": "/lamp-{}.html",
    "PrestaShop": "/en/lamps/{}-lamp.html",
    "of its own": "/items/{}",
}
TRAPS = {
    "Zen Cart": (
        ZEN + "product_reviews_write&products_id={}",
        ZEN + "product_reviews_write&products_id={}&reviews_id=1",
        ZEN + "ask_a_question&pid={}",
        ZEN + "tell_a_friend&products_id={}",
        ZEN + "product_info&products_id={}&action=notify",
        ZEN + "product_info&products_id={}&action=notify_remove",
        ZEN + "product_info&products_id={}&action=buy_now",
        ZEN + "index&cPath=3&action=cust_order&pid={}",
        ZEN + "unsubscribe&action=unsubscribe",
        ZEN + "unsubscribe",
        ZEN + "shopping_cart",
        ZEN + "contact_us",
        ZEN + "login",
        ZEN + "create_account",
        ZEN + "account_newsletters",
        ZEN + "advanced_search&currency=EUR",
    ),
    "Oscar": (
        "/catalogue/lamp_{}/reviews/add/",
        "/catalogue/lamp_{}/reviews/7/vote/",
        "/alerts/create/{}/",
        "/alerts/cancel/0a1b2c3d4e/",
        "/basket/add/{}/",
        "/basket/",
        "/accounts/wishlists/add/product/{}/",
        "/wishlists/add/{}/",
        "/accounts/login/",
        "/checkout/",
        "/set_language/?language=de&next=/catalogue/",
        "/i18n/set-currency/",
    ),
    "OpenCart": (
        ROUTE + "product/product/write&product_id={}",
        ROUTE + "product/compare",
        ROUTE + "product/compare/add&product_id={}",
        ROUTE + "account/wishlist/add&product_id={}",
        ROUTE + "account/wishlist",
        ROUTE + "account/return/add",
        ROUTE + "account/newsletter",
        ROUTE + "account/logout",
        ROUTE + "checkout/cart",
        ROUTE + "checkout/cart.add&product_id={}",
        ROUTE + "information/contact",
        ROUTE + "common/currency/currency&code=EUR",
    ),
    "WooCommerce": (
        "/product/lamp-{}/?add-to-cart={}",
        "/shop/?add-to-cart={}",
        "/product/lamp-{}/?add_to_wishlist={}&_wpnonce=3f",
        "/product/lamp-{}/?action=yith-woocompare-add-product&id={}",
        "/product/lamp-{}/?replytocom=4",
        "/product/lamp-{}/?wc-ajax=add_to_cart",
        "/product/lamp-{}/?notify_me=1",
        "/cart/?remove_item=0a1b",
        "/my-account/lost-password/",
        "/?mailpoet_page=subscriptions&endpoint=subscription&action=unsubscribe",
        "/wp-login.php?action=register",
        "/write-a-review/?product={}",
        "/contact-us/",
    ),
    "Magento": (
        "/review/product/post/id/{}/",
        "/wishlist/index/add/product/{}/form_key/abc/",
        "/catalog/product_compare/add/product/{}/uenc/aHR0/",
        "/checkout/cart/add/uenc/aHR0/product/{}/",
        "/sendfriend/product/send/id/{}/",
        "/productalert/add/stock/product_id/{}/uenc/aHR0/",
        "/productalert/unsubscribe/stock/product/{}/",
        "/newsletter/manage/",
        "/newsletter/subscriber/unsubscribe/id/4/code/9/",
        "/customer/account/create/",
        "/directory/currency/switch/currency/EUR/uenc/aHR0/",
        "/lamps.html?___store=de&___from_store=en",
        "/contact/",
    ),
    "PrestaShop": (
        "/en/cart?add=1&id_product={}",
        "/en/module/blockwishlist/action?action=addProductToWishlist&id_product={}",
        "/en/module/ps_emailalerts/actions?process=add&id_product={}",
        "/index.php?fc=module&module=sendtoafriend&controller=sendfriend&id_product={}",
        "/en/ask-about-product?id_product={}",
        "/en/contact-us",
        "/en/my-account",
        "/en/login?back=my-account",
        "/en/password-recovery",
        "/en/guest-tracking",
        "/en/?mylogout=",
        "/de/kontakt",
        "/fr/connexion",
        "/es/lista-de-deseos",
    ),
    "of its own": (
        "/vote?id={}",
        "/vote/{}",
        "/rate?stars=5&id={}",
        "/poll/answer?choice={}",
        "/poll/{}/answer",
        "/items/{}?_method=DELETE",
        "/items/{}?_method=put",
        "/items/{}/like",
        "/items/{}/flag-it",
        "/reviews/{}/voteUp",
        "/vendors/{}/unfollow",
        "/delete/{}",
    ),
}
NUMBERS = range(1, 5)


def shop(system: str) -> tuple[dict[str, Answer], set[str], set[str]]:
    """Pages, the addresses of goods, those of traps."""
    lists, one = LISTS[system], PRODUCTS[system]
    goods = {number: one.format(number) for number in NUMBERS}
    traps = {trap.replace("{}", str(number)) for trap in TRAPS[system] for number in NUMBERS}
    links = "".join(f"<a href='{trap.replace('&', '&amp;')}'>More</a>" for trap in sorted(traps))
    menu = "".join(f"<a href='{path.replace('&', '&amp;')}'>Lamps {path[-4:]}</a>" for path in lists)
    cards = "".join(
        f"<li class='product card'><a href='{path.replace('&', '&amp;')}'><h3>Lamp {number}</h3></a>"
        "<span class='price'>€9.99</span></li>"
        for number, path in goods.items()
    )
    listed = page(f"<title>Lamps</title><nav>{menu}</nav><h1>Lamps</h1><ul class='products'>{cards}</ul>{links}")
    pages: dict[str, Answer] = {"/": listed, **dict.fromkeys(lists, listed)}
    pages |= {path: product(number, more=links) for number, path in goods.items()}
    pages |= {trap: product(900 + at) for at, trap in enumerate(sorted(traps))}
    return pages, {*goods.values(), *lists}, traps


@pytest.mark.parametrize("system", TRAPS)
async def test_touches_nothing_that_acts_and_reads_all_goods(system: str) -> None:
    pages, goods, traps = shop(system)
    world = World(pages)
    await world.crawl()
    asked = {url.removeprefix(SHOP) for url in world.web.asked}
    assert sorted(asked & traps) == []
    assert sorted(goods - asked) == []
    assert await world.products() == [f"Lamp {number}" for number in NUMBERS]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/f/1'>Write a review</a>",
        "<a href='/f/1'><b>Be the first to review this product</b></a>",
        "<a href='/f/1'>Ask a question about this lamp</a>",
        "<a href='/f/1'>Notify me when it is back</a>",
        "<a href='/f/1' title='Add to wish list'><svg></svg></a>",
        "<a href='/f/1'>Jetzt bewerten</a>",
        "<a href='/f/1'>Frage zum Artikel</a>",
        "<a href='/f/1'>Donner votre avis</a>",
        "<a href='/f/1'>Escribe tu reseña</a>",
        "<a href='/f/1'>Scrivi una recensione</a>",
        "<a href='/f/1'>Schrijf een review</a>",
        "<a href='/f/1'>Escreva uma avaliação</a>",
        "<a href='/f/1'>Dodaj opinię</a>",
        "<a href='/f/1'>Skriv en recension</a>",
        "<a href='/f/1'>Оставить отзыв</a>",
        "<a href='/f/1'>我要写评论</a>",
        "<a href='/f/1'>到货通知</a>",
        "<a href='/f/1'>レビューを書く</a>",
        "<a href='/f/1'>리뷰 작성하기</a>",
        "<a href='/product/9' data-method='delete'>Lamp 9</a>",
        "<a href='/product/9' hx-post='/product/9'>Lamp 9</a>",
        "<a href='/f/1' rel='nofollow'>Lamp 9</a>",
    ],
)
async def test_does_not_follow_what_a_link_itself_says(link: str) -> None:
    goods = {"/": listing([1, 2], more=f"<div class='product-tools'>{link}</div>")}
    world = World({**goods, **{f"/product/{n}": product(n, more=link) for n in (1, 2)}})
    await world.crawl()
    asked = {url.removeprefix(SHOP) for url in world.web.asked}
    assert asked >= {"/product/1", "/product/2"}
    assert asked.isdisjoint({"/f/1", "/product/9"})


async def test_asks_for_no_action_by_a_redirect() -> None:
    form = "/catalogue/lamp_1/reviews/add/"
    world = World({"/": listing([1]), "/product/1": page("", 302, location=SHOP + form), form: product(1)})
    await world.crawl(run="run-1")
    rows = await world.rows()
    assert rows["/product/1"].why.code == "page_leads_to_action"
    assert SHOP + form not in world.web.asked


async def test_asks_for_no_action_because_an_earlier_crawl_did(monkeypatch: pytest.MonkeyPatch) -> None:
    form = "/product/1?action=notify"
    world = World({"/": listing([1], more=f"<a href='{form}'>Lamp 2</a>"), "/product/1": product(1), form: product(2)})
    with monkeypatch.context() as patch:
        nothing: Callable[[str], bool] = lambda _: False  # noqa: E731
        for module in ("discovery", "traps", "visits"):
            patch.setattr(f"magicai.shops.crawling.{module}.acts", nothing)
        await world.crawl(run="run-1")
    assert world.web.asked.count(SHOP + form) == 1
    await world.crawl(run="run-2")
    assert world.web.asked.count(SHOP + form) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/products/ask-a-question-card-game",
        "/products/compare",
        "/products/writing-desk",
        "/collections/contacts",
        "/p/add-a-bead-necklace",
        "/shop/notifier-lamp",
        "/index.php?action=catalog&id=7",
        "/index.php?action=showproduct&id=7",
        "/index.php?do=clearance",
        "/index.php?cmd=prints",
        "/index.php?action=addons",
        "/index.php?controller=product&id_product=4",
        "/catalogue/lamp_12/reviews/",
        "/women/new",
        "/c/action",
        "/games/action?page=2",
        "/kommode-buche/42",
        "/checkout-counters",
        "/lagervara/lampor",
        "/products/like",
        "/answering-machines/12",
        "/collections/follow-focus",
        "/rate-limiter-valve",
    ],
)
def test_words_in_names_of_goods_are_no_actions(path: str) -> None:
    assert not acts(SHOP + path)


@pytest.mark.parametrize(
    "path",
    [
        "/artikel/12/bewertung-schreiben",
        "/frage-zum-artikel?id=3",
        "/merkzettel",
        "/produit/12/donner-votre-avis",
        "/desinscription",
        "/producto/12/escribir-una-rese%C3%B1a",
        "/prodotto/12/scrivi-una-recensione",
        "/product/12/schrijf-een-review",
        "/produto/12/escrever-avalia%C3%A7%C3%A3o",
        "/produkt/12/dodaj-opinie",
        "/produkt/12/skriv-recension",
        "/item/12/%E5%86%99%E8%AF%84%E8%AE%BA",
        "/item/12/%E3%83%AC%E3%83%93%E3%83%A5%E3%83%BC%E3%82%92%E6%9B%B8%E3%81%8F",
        "/shop/product/12/WriteReview.aspx",
        "/product/askQuestion?id=12",
    ],
)
def test_knows_actions_in_the_languages_that_are_read(path: str) -> None:
    assert acts(SHOP + path)

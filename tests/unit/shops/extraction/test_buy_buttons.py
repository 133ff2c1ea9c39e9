"""What a page's buttons say: where one can buy, and where one can't."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from magicai.shops.extraction.buy_buttons import is_buying, stated_by_buttons
from magicai.shops.extraction.outline import Outline
from magicai.shops.product import Availability

IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


def stated(body: str) -> tuple[Availability | None, int]:
    outline = Outline(LexborHTMLParser(f"<html><body>{body}</body></html>".encode()).body)
    return stated_by_buttons(outline.elements, outline)


def _each(text: str) -> list[str]:
    return [line.strip() for line in text.split("·")]


_OFFERS = _each("""
    إضافة للسلة · إضافة إلى السلة · أضف للسلة · اضف للسلة · اشتري الآن · شراء الآن · Do košíka · Pridať do košíka
    · Vložiť do košíka · Kúpiť · הוספה לסל · הוספה לעגלה · הוסף לעגלה · קנה עכשיו · افزودن به سبد خرید · افزودن به سبد
    · Køb · Køb nu · Tilføj til kurv · Satın Al · SATIN AL · Hemen Al · Sepete At · SEPETE AT · Adauga in cos
    · Adaugă în coşul · Cumpără · Купи · Добави в кошницата · В кошик · Додати в кошик · Koupit · Megveszem · Osta
    · Kupi · Додај у корпу · Pievienot grozam · Pirkt · Pirkti · Añadir al carro · Agregar al carro
    · Adicionar à sacola · เพิ่มลงในรถเข็น · + Keranjang · Masukkan Keranjang · バッグに入れる · 直接購買 · Kupuję
    · Mettre au panier · Compra ora · Aggiungi alla borsa · Koop nu · In die Einkaufstasche
""")
_ON_BUTTONS = _each("""
    Commander · Handla · Hinzufügen · Beli · Objednat · Megrendelem · Ostoskoriin · Zamów · Заказать · Поръчай · Αγορά
    · ΑΓΟΡΑ · สั่งซื้อ · خرید
""")


@pytest.mark.parametrize("text", _OFFERS)
def test_offers_to_buy_are_known(text: str) -> None:
    assert is_buying(text)
    assert stated(f"<button>{text}</button>") == (IN, 1)


@pytest.mark.parametrize("text", _ON_BUTTONS)
def test_words_that_mean_more_than_buying_are_offers_on_buttons_only(text: str) -> None:
    assert stated(f"<button> {text} </button>") == (IN, 1)
    assert stated(f"<a class='btn' href=/x>{text}</a>") == (IN, 1)
    assert stated(f"<a href=/x>{text}</a>") == (None, 0)
    assert not is_buying(text), "may be a brand"


@pytest.mark.parametrize(
    "text",
    _each("""
    Commander 3000 · Handla tryggt · Objednat katalog · Заказать звонок · วิธีการสั่งซื้อ · تاریخچه خرید · Keranjang
    · Kupi karte · Osta-tili · Товар у кошику · Sepete atılan · Αγορά με δόσεις · Koop nuances
"""),
)  # fmt: skip
def test_other_buttons_are_no_offers(text: str) -> None:
    assert stated(f"<button>{text}</button>") == (None, 0)


@pytest.mark.parametrize(
    "text",
    _each("""
    Gelince Haber Ver · Hlídat dostupnost · Уведомить о поступлении · Сообщить о поступлении · Avise-me quando chegar
    · Avísame · Prévenez-moi · Avvisami · Powiadom o dostępności
"""),
)  # fmt: skip
def test_who_can_only_wait_can_not_buy(text: str) -> None:
    assert stated(f"<button class='add-to-cart'>{text}</button>") == (OUT, 1)


@pytest.mark.parametrize(
    "button",
    [
        "<button class='btn product__add-to-cart'>Ja, bitte</button>",
        "<button class='AddToCart'></button>",
        "<button id=add_to_cart_12>Go</button>",
        "<button name=add-to-cart value=12>Go</button>",
        "<button name='add-to-basket'>Go</button>",
        "<input type=submit name=addtocart value=Go>",
        "<div role=button class='js-add-to-cart'>Go</div>",
        f"<button class='add-to-cart'>{'Go on ' * 40}</button>",
    ],
)
def test_a_button_that_is_named_to_buy_is_an_offer_whatever_it_says(button: str) -> None:
    assert stated(button) == (IN, 1)


@pytest.mark.parametrize(
    "button",
    [
        "<a class='button add-to-cart' href=/x>Go</a>",
        "<input type=hidden name=add-to-cart value=12>",
        "<button class='add-to-cart__minus'>-</button>",
        "<button class='add-to-cart-modal-close'>Close</button>",
        "<button>Go</button>",
    ],
)
def test_what_stands_beside_such_a_button_is_none(button: str) -> None:
    assert stated(button) == (None, 0)


def test_a_button_that_is_named_to_buy_may_say_that_one_can_not() -> None:
    assert stated("<button class='add-to-cart'>Sold out</button>") == (OUT, 1)
    assert stated("<button class='add-to-cart' disabled>Go</button>") == (None, 1)

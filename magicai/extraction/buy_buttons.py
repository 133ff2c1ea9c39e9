"""Buttons by which one buys, or learns that one can't."""

import re
from functools import lru_cache

from magicai.domain.product import Availability
from magicai.extraction import traits
from magicai.extraction.outline import Element, Outline
from magicai.extraction.stock_words import any_of, stock_word

_BUY = re.compile(
    r"add (?:item |this |\w+ )?to (?:my |your |the )?(?:cart|bag|basket|trolley|shopping (?:cart|bag))|^add$"
    r"|buy(?: it)? now|^buy$|quick (?:add|buy|shop)|order now|^purchase|shop now to buy"
    r"|in den (?:warenkorb|einkaufswagen)|zum warenkorb|jetzt kaufen|^kaufen|in den korb|ajouter(?: au panier)?$"
    r"|ajouter au panier|^acheter|añadir(?: al? (?:carrito|cesta|la cesta))?$|añadir a(?:l| la) (?:carrito|cesta|bolsa)"
    r"|agregar al carrito|^comprar|aggiungi al carrello|^acquista|in (?:mijn )?(?:winkelwagen|winkelmand(?:je)?)"
    r"|toevoegen aan|^bestellen|adicionar a[o] (?:carrinho|cesto)|do koszyka|dodaj do koszyka|^kup teraz|lägg (?:i"
    r"|till i) (?:varukorg|kundvagn|korg)"
    r"|^köp(?: nu)?$|læg i (?:kurv|indkøbskurv)|legg i (?:handlekurv|kurv)|^kjøp|lisää (?:ostoskoriin|koriin)"
    r"|do košíku|vložit do|kosárba|adaug[ăa] în coș|sepete ekle|в корзину|купить|до кошика|купити|thêm vào giỏ|mua ngay"
    r"|(?:tambah(?:kan)?|masukkan) ke (?:keranjang|troli)|beli sekarang|στο καλάθι|αγορά τώρα|u ko(?:šaricu|rpu)"
    r"|v košarico|в количката|lisa (?:ostu)?korvi|(?:į|i) krepšelį|grozā|í körfu"
    r"|(?:หยิบ|เพิ่ม|ใส่)(?:ลง|ใส่|ใน)?(?:ตะกร้า|รถเข็น)|ซื้อเลย|ซื้อทันที|कार्ट में (?:जोड़ें|डालें)|अभी खरीदें|به سبد خرید"
    r"|カートに(?:入れる|追加)|かごに(?:入れる|追加)|カゴに入れる|購入(?:する|手続き)|今すぐ(?:買う|購入)|(?:加入|放入|添加到|加到)(?:购物|購物)(?:车|車|篮|籃|袋)|立即购买|立即購買|立即抢购|马上抢|立刻购买|我要购买"
    r"|加入购物袋|직접구매|장바구니|바로 ?구매|구매하기"
    r"|أضف إلى (?:السلة|عربة)|הוסף לסל",
    re.IGNORECASE,
)
# Every phrase above holds one of these, or letters of other scripts. Names of products hold neither, and cost a tenth.
_BUY_STEMS = """
    add, buy, quick, order, purchase, korb, einkaufswagen, kaufen, ajouter, acheter, añadir, agregar, comprar, aggiungi,
    acquista, winkel, toevoegen, bestellen, adicionar, koszyka, kup teraz, korg, kundvagn, köp, kurv, kjøp, koriin,
    košíku, vložit, kosárba, adaug, sepete, mua ngay, keranjang, troli, sekarang, košaric, korpu, korvi, krepšel, grozā,
    körfu
"""
# Of the other characters, those that are letters of these stems in another shape, which lower case leaves as they are.
_MAY_BUY = re.compile(any_of(_BUY_STEMS))
_OTHER_LETTER = re.compile("[\u0131\u017f\u0307\u0370-\u1fff\u2c00-\U0010ffff]")
_NOTIFY = re.compile(
    r"notify me|email me|remind me|join (?:the )?wait ?list|benachrichtig|prévene[zr]|m'alerter|avísame|avisarme"
    r"|avvisami|houd me op de hoogte"
    r"|mail (?:me|mij)|avise-me|avisem|powiadom|bevaka|underrätta|giv (?:mig )?besked|入荷通知|再入荷"
    r"|到货通知|到貨通知|缺货登记|재입고",
    re.IGNORECASE,
)
_BUTTON_TAGS = frozenset(("button", "input", "a"))
_INPUT_TYPES = frozenset(("submit", "button", "image"))
_TEXT_LIMIT = 60
_DISABLED = frozenset(("disabled", "is-disabled", "btn-disabled", "button--disabled", "inactive"))


@lru_cache(maxsize=256)
def is_buying(text: str) -> bool:
    """Whether a button's text is an offer to buy."""
    lower = text.lower()
    may_buy = _MAY_BUY.search(lower) is not None or (not text.isascii() and _OTHER_LETTER.search(lower) is not None)
    return may_buy and _BUY.search(text) is not None


def stated_by_buttons(elements: list[Element], outline: Outline) -> tuple[Availability | None, int]:
    """What the buttons among elements say of availability.

    Where there are none, what scripts make one counts: a `<span class="js-buy">`.

    Returns:
        in stock where one can buy, out of stock where a button says so, None where they say nothing (a button that is
        greyed out may only wait for a choice of size); and how many of them buy or would.
    """
    shown = [element for element in elements if not element.zones & traits.HIDDEN]
    buttons = [element for element in shown if element.tag in _BUTTON_TAGS or "role" in element.attributes]
    stated = _stated([(element, label_of(element, outline)) for element in buttons])
    return stated if stated[1] else _stated(_made_by_scripts(shown, outline))


def label_of(element: Element, outline: Outline) -> str:
    """What a button says: its text, else its value or accessible name; "" for what is no button."""
    attributes = element.attributes
    if element.tag not in _BUTTON_TAGS and attributes.get("role") != "button":
        return ""
    if element.tag == "input":
        if (attributes.get("type") or "").lower() not in _INPUT_TYPES:
            return ""
        return (attributes.get("value") or attributes.get("alt") or "").strip()
    text = " ".join(outline.text_of(element).split())
    return text or (attributes.get("aria-label") or attributes.get("title") or _pictured(element, outline)).strip()


def _pictured(element: Element, outline: Outline) -> str:
    """What the first picture in a button stands for: older shops draw their buttons."""
    pictures = (inside.attributes for inside in outline.inside(element) if inside.tag == "img")
    return next((text for picture in pictures if (text := picture.get("alt") or picture.get("title"))), "")


def _made_by_scripts(elements: list[Element], outline: Outline) -> list[tuple[Element, str]]:
    """Elements of other kinds that are named as a button to buy, or hear clicks, innermost of each text only."""
    found: dict[tuple[int, int], tuple[Element, str]] = {}
    for element in elements:
        if element.tag in _BUTTON_TAGS or not (element.traits & traits.BUY or "onclick" in element.attributes):
            continue
        text = " ".join(outline.text_of(element).split())
        if text and len(text) <= _TEXT_LIMIT:
            found[element.start, element.end] = (element, text)
    return list(found.values())


def _stated(buttons: list[tuple[Element, str]]) -> tuple[Availability | None, int]:
    found: Availability | None = None
    count = 0
    for element, text in buttons:
        if not text or len(text) > _TEXT_LIMIT:
            continue
        stated = Availability.OUT_OF_STOCK if _NOTIFY.search(text) else stock_word(text)
        if element.zones & traits.CHOICE and not _NOTIFY.search(text):
            stated = None  # "S - sold out" is one size
        if element.tag == "a" and not element.traits & traits.BUY and not _is_styled_button(element):
            stated = None  # a link may lead to all that is sold out
        if stated is not None:
            count += 1
            found = stated if found is None or stated is not Availability.IN_STOCK else found
        elif is_buying(text):
            count += 1
            if found is None and not _is_disabled(element):
                found = Availability.IN_STOCK
    return found, count


def _is_styled_button(element: Element) -> bool:
    classes = (element.attributes.get("class") or "").lower()
    return "btn" in classes or "button" in classes or element.attributes.get("role") == "button"


def _is_disabled(element: Element) -> bool:
    attributes = element.attributes
    return (
        "disabled" in attributes
        or attributes.get("aria-disabled") == "true"
        or not _DISABLED.isdisjoint((attributes.get("class") or "").lower().split())
    )

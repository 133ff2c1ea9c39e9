"""Buttons by which one buys, or learns that one can't."""

import re
from functools import lru_cache

from magicai.shops.extraction import traits
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.product import Availability

_BUY = re.compile(
    r"add (?:item |this |\w+ )?to (?:my |your |the )?(?:cart|bag|basket|trolley|shopping (?:cart|bag))|^add$"
    r"|buy(?: it)? now|^buy$|quick (?:add|buy|shop)|order now|^purchase|shop now to buy"
    r"|in den (?:warenkorb|einkaufswagen)|zum warenkorb|jetzt kaufen|^kaufen|in den korb"
    r"|in die einkaufstasche|ajouter(?: au panier)?$"
    r"|ajouter au panier|^acheter|añadir(?: al? (?:carrito|cesta|la cesta))?$"
    r"|añadir a(?:l| la) (?:carrito|carro|cesta|bolsa)"
    r"|agregar al (?:carrito|carro)|^comprar|aggiungi al(?: carrello|la borsa)|compra ora|^acquista|mettre au panier"
    r"|in (?:mijn )?(?:winkelwagen|winkelmand(?:je)?)"
    r"|toevoegen aan|^bestellen|adicionar (?:ao|à) (?:carrinho|cesto|sacola)|^koop nu$|do koszyka|dodaj do koszyka"
    r"|^kup teraz|lägg (?:i|till i) (?:varukorg|kundvagn|korg)"
    r"|^(?:köp|køb)(?: nu)?$|(?:læg i|tilføj til) (?:kurv|indkøbskurv)|legg i (?:handlekurv|kurv)|^kjøp"
    r"|lisää (?:ostoskoriin|koriin)"
    r"|do košík[ua]|vložit do|kosárba|adaug[ăa] [îi]n co[șşs]|sepete (?:ekle|at(?![^\W\d_]))"
    r"|^(?:satın|hemen) al$|^kúpiť$|^koupit$|^megveszem$|^kupuję$|^kupi$|^osta$|^pirkti?$|^cump[ăa]r[ăa]$"
    r"|^купи$|в корзину|купить|до кошика|(?<!\w)[ву] кошик(?!\w)|купити|в кошницата|додај у корпу"
    r"|thêm vào giỏ|mua ngay"
    r"|(?:tambah(?:kan)?|masukkan) (?:ke )?(?:keranjang|troli)|^\+ ?keranjang$|beli sekarang"
    r"|στο καλάθι|αγορά τώρα|u ko(?:šaricu|rpu)"
    r"|v košarico|в количката|lisa (?:ostu)?korvi|(?:į|i) krepšelį|grozā|pievienot grozam|í körfu"
    r"|(?:หยิบ|เพิ่ม|ใส่)(?:ลงใน|ลง|ใส่|ใน)?(?:ตะกร้า|รถเข็น)|ซื้อเลย|ซื้อทันที|कार्ट में (?:जोड़ें|डालें)|अभी खरीदें"
    r"|به سبد خرید|افزودن به سبد"
    r"|カートに(?:入れる|追加)|かごに(?:入れる|追加)|カゴに入れる|バッグに入れる|購入(?:する|手続き)|今すぐ(?:買う|購入)|(?:加入|放入|添加到|加到)(?:购物|購物)(?:车|車|篮|籃|袋)|立即购买|立即購買|立即抢购|马上抢|立刻购买|我要购买"
    r"|加入购物袋|直接[购購][买買]|직접구매|장바구니|바로 ?구매|구매하기"
    r"|[أإا]ض(?:ف|افة) (?:[إا]لى (?:السلة|سلة|عربة)|للسلة|للعربة)|(?:اشتري?|شراء) الآن"
    r"|הוס(?:ף|פה) ל(?:סל|עגלה)|קנה עכשיו",
    re.IGNORECASE,
)
# What means more than buying: so is a button called, but also a link to all goods, a brand, a call to be phoned.
_BUY_ON_BUTTONS = re.compile(
    r"commander|handla|hinzufügen|beli|objednat|megrendelem|ostoskoriin|zamów|заказать|поръчай|αγορ[άα]|สั่งซื้อ|خرید",
    re.IGNORECASE,
)
_NOTIFY = re.compile(
    r"notify me|email me|remind me|join (?:the )?wait ?list|benachrichtig|prévene[zr]|m'alerter|avísame|avisarme"
    r"|avvisami|houd me op de hoogte"
    r"|mail (?:me|mij)|avise-me|avisem|powiadom|bevaka|underrätta|giv (?:mig )?besked|gelince haber ver"
    r"|hlídat dostupnost|(?:уведомить|сообщить) о (?:поступлении|наличии)|入荷通知|再入荷"
    r"|到货通知|到貨通知|缺货登记|재입고",
    re.IGNORECASE,
)
# A class, id or name of the button itself, rather than of what stands beside or around it.
_NAMED_TO_BUY = re.compile(
    r"add[-_]?to[-_]?(?:cart|basket)(?![-_]{0,2}(?:close|form|message|minus|modal|plus|popup|qty|quantity|wishlist))",
    re.IGNORECASE,
)
_NAMES_LIMIT = 600
_BUTTON_TAGS = frozenset(("button", "input", "a"))
_INPUT_TYPES = frozenset(("submit", "button", "image"))
_TEXT_LIMIT = 60
_DISABLED = frozenset(("disabled", "is-disabled", "btn-disabled", "button--disabled", "inactive"))


@lru_cache(maxsize=256)
def is_buying(text: str) -> bool:
    """Whether a button's text is an offer to buy."""
    return _BUY.search(text) is not None


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
    for element, said in buttons:
        text = said if len(said) <= _TEXT_LIMIT else ""
        if not text and not _is_named_to_buy(element):
            continue
        stated = Availability.OUT_OF_STOCK if _NOTIFY.search(text) else stock_word(text)
        if element.zones & traits.CHOICE and not _NOTIFY.search(text):
            stated = None  # "S - sold out" is one size
        if not _is_button(element):
            stated = None  # a link may lead to all that is sold out
        if stated is not None:
            count += 1
            found = stated if found is None or stated is not Availability.IN_STOCK else found
        elif is_buying(text) or _buys_as_a_button(element, text):
            count += 1
            if found is None and not _is_disabled(element):
                found = Availability.IN_STOCK
    return found, count


def _is_button(element: Element) -> bool:
    """Whether an element is no mere link."""
    if element.tag != "a" or element.traits & traits.BUY:
        return True
    classes = (element.attributes.get("class") or "").lower()
    return "btn" in classes or "button" in classes or element.attributes.get("role") == "button"


def _buys_as_a_button(element: Element, text: str) -> bool:
    """Whether what a link would not mean is an offer to buy on a button."""
    return _is_named_to_buy(element) or (_is_button(element) and _BUY_ON_BUTTONS.fullmatch(text.strip()) is not None)


def _is_named_to_buy(element: Element) -> bool:
    """Whether a button, and no link, is called one that adds to a cart, whatever it says."""
    attributes = element.attributes
    if element.tag == "input":
        if (attributes.get("type") or "").lower() not in _INPUT_TYPES:
            return False
    elif element.tag != "button" and (element.tag == "a" or attributes.get("role") != "button"):
        return False
    names = (attributes.get(key) for key in ("class", "id", "name"))
    return any(_NAMED_TO_BUY.search(name[:_NAMES_LIMIT]) for name in names if name)


def _is_disabled(element: Element) -> bool:
    attributes = element.attributes
    return (
        "disabled" in attributes
        or attributes.get("aria-disabled") == "true"
        or not _DISABLED.isdisjoint((attributes.get("class") or "").lower().split())
    )

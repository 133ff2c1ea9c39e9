"""Words beside an amount that say what it is: the price, the price before, or something else altogether."""

import re
from enum import IntEnum
from functools import lru_cache

from magicai.shops.extraction.stock_words import any_of


class Part(IntEnum):
    """What an amount on a page is to its product."""

    PRICE = 0  # nothing says otherwise
    NOW = 1  # said to be what it costs now
    USUAL = 2  # "regular price": the price, unless another is lower
    LISTED = 3  # "list price", as shops write beside a lower one, or where there is no other
    BEFORE = 4
    WITHOUT_TAX = 5
    OTHER = 6  # of delivery, an instalment, a saving, a quantity, a threshold, a total
    MEASURE = 7  # of a metre, a kilogram: the price of what is sold by these alone


# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_PRICE, _BEFORE, _OTHER, _MEASURED = Part.PRICE, Part.BEFORE, Part.OTHER, Part.MEASURE

# Phrases that end right before an amount; the longest that fits decides. One language a line.
_BEFORE_AMOUNT: dict[Part, str] = {
    Part.PRICE: """
        price, from, starting at, starting from, as low as, prices from, price from, our low price
        preis, ab, ab nur, preis ab, à partir de, prix, dès, desde, a partir de, da, a partire da, vanaf, prijs, od,
        från, fra, cena, preço, precio, prezzo
        税込価格, 低至, 仅需, 仅售, 只要, 起价""",
    Part.NOW: """
        now, now only, only, sale, sale price, special, special price, our price, today, today's price, current price,
        discounted price, final price
        deal price, offer price, price now, you pay, on sale, just
        jetzt, jetzt nur, nur, aktionspreis, angebotspreis, sonderpreis, neuer preis, unser preis, aktueller preis,
        angebot, jetzt ab
        maintenant, prix promo, prix soldé, prix actuel, prix spécial, prix réduit, prix remisé, nouveau prix
        ahora, oferta, precio actual, precio especial, precio de oferta, precio rebajado, precio final
        ora, prezzo scontato, prezzo attuale, prezzo speciale, offerta, ora solo
        nu, nu voor, voor, nieuwe prijs, actieprijs, agora, por, por apenas, preço atual, preço promocional,
        preço especial
        teraz, cena promocyjna, aktualna cena, nypris, kampanjpris, nu endast, tilbud, nå
        现价, 現價, 促销价, 促銷價, 特价, 特價, 秒杀价,
        活动价, 折后价, 折扣价, 到手价, 优惠价, 抢购价, 促销, 京东价, 商城价, 本店价
        セール価格, 特別価格, 特価, セール, 할인가, 판매가""",
    Part.USUAL: """
        regular price, regular, normal price, standard price, full price
        normalpreis, regulärer preis, prix normal, prix habituel, prix régulier, precio normal, precio habitual,
        precio regular
        prezzo normale, prezzo regolare, normale prijs, preço normal, cena regularna, běžná cena,
        bežná cena, normalpris, ordinarie pris
        normaler preis, gewöhnlicher preis, vanlig pris, normaalihinta, normal fiyat, giá thông thường, normál ár
        preț obișnuit, κανονική τιμή, обычная цена, ราคาปกติ, 常规价格, 常規價格
        价格, 售价, 价钱, 单价, 價格, 售價, 価格, 販売価格""",
    Part.LISTED: """
        prezzo di listino, precio de lista, ordinarie, ord. pris, ord.
        市价, 零售价, 零售價, 定价, 定價, 通常価格, 当店通常価格, 定価, 정가, 정상가""",
    Part.BEFORE: """
        was, were, before, old price, list price, list, rrp, msrp, srp, retail, retail price, compare at, compared to,
        compare at price, original, original price
        originally, previous, previously, previous price, reg., strikethrough price, typical price, market price,
        price was, reduced from, recommended retail price
        statt, uvp, uvp des herstellers, unverbindliche preisempfehlung, unverbindliche preisempfehlung des herstellers,
        bisher, bisheriger preis, vorher, alter preis, ehemals, früher, früherer preis, listenpreis,
        streichpreis, ursprünglich, ursprünglicher preis
        au lieu de, prix public, prix barré, prix conseillé, prix d'origine, prix initial, prix de référence,
        prix de base, ancien prix, avant
        antes, precio anterior, precio original, precio sin descuento, pvpr, p.v.p.r.,
        precio recomendado
        prezzo precedente, prezzo originale, prezzo consigliato, prezzo intero, prezzo di base,
        anziché, invece di, prima
        adviesprijs, oude prijs, oorspronkelijke prijs, was:, preço original, preço antigo, preço de tabela,
        preço anterior
        cena katalogowa, poprzednia cena, cena pierwotna, stara cena, tidigare,
        tidigare pris, rek. pris, tidl., førpris, før, původní cena
        старая цена, eski fiyat, in place of, instead of
        原价, 原價, 市场价, 市場價, 参考价, 參考價, 划线价, 劃線價, 吊牌价,
        专柜价, 官方价, 门市价, 指导价, 建議售價
        参考価格, 旧価格, 元の価格, 希望小売価格, 元値, 門市價, 소비자가, 시중가""",
    Part.WITHOUT_TAX: """
        ex tax, ex. tax, excl. tax, excl tax, excluding tax, ex vat, excl. vat, ex gst, net, net price, without tax,
        price without tax
        netto, nettopreis, ohne mwst, ohne mwst., exkl. mwst, exkl. mwst., exkl. ust, zzgl. mwst, zzgl. mwst.
        cena netto, prix ht, ht, hors taxes, hors tva, sin iva, excl. btw, sans tva, exkl. moms, exkl moms, utan moms
        ekskl. moms, ekskl. mva, eks. mva, bez dph, bez vat, iva esclusa, sem iva, без ндс
        税抜, 税抜き, 税抜価格, 税別, 未税, 未稅, 未税价, 不含税, 不含稅, 세전""",
    Part.OTHER: """
        save, saves, saving, savings, you save, discount, discount of, up to, coupon, voucher, with code, code,
        cashback, earn, bonus, reward, rewards
        spare, sie sparen, du sparst, ersparnis, bis zu, gutschein, rabatt, économisez, vous économisez, remise,
        remise de, jusqu'à, ahorra, ahorras, ahorro, descuento, hasta
        risparmi, risparmia, risparmio, sconto, bespaar, korting, poupe, desconto, economize, oszczędzasz, rabat, spara
        shipping, shipping cost, shipping costs, shipping fee, shipping from, delivery, delivery cost, delivery fee,
        delivery from, standard delivery, postage, freight, p&p, handling
        versand, versandkosten, lieferung, liefergebühr, livraison, frais de port, frais de livraison, envío,
        gastos de envío, spedizione, spese di spedizione
        verzending, verzendkosten, bezorging, bezorgkosten, frete, portes, dostawa, koszt dostawy, wysyłka, frakt,
        leverans, fragt, doprava, доставка, экономия, вы экономите, скидка, выгода
        instalments of, installments of, payments of, interest-free payments of, payments from, monthly, per month,
        raten von, raten zu, raten à, mensualités de, cuotas de, rate da, termijnen van, parcelas de, rat po, fois
        unit price, per unit, grundpreis, prix unitaire, prix au kilo, prix au litre, eenheidsprijs, precio unitario,
        jämförpris, jfr-pris, jfrpris
        zzgl., zzgl, plus, additional, deposit, pfand, consigne, statiegeld, pant, surcharge, donation, tip,
        gift wrap, gift wrapping, warranty,
        protection plan, insurance, worth, value, valued at
        total, subtotal, total price, gesamt, gesamtsumme, summe, zwischensumme, totale, totaal, suma, razem, totalt,
        sum
        over, above, orders over, orders above, orders of, order over, spend, purchases over, purchases of, minimum,
        minimum order, bestellwert von, einkaufswert von, superior a, superiores a, powyżej, more than
        member price, members, members price, club price, prime price, with membership, with subscription,
        subscribe & save, subscribe and save, vip price
        lowest price, lowest recent price, lowest price in the last 30 days, letzter niedrigster preis,
        niedrigster preis, najniższa cena, najniższa cena z ostatnich 30 dni, z ostatnich 30 dni
        prix le plus bas, 30-day best price, trade-in, used from, used, worth up to, gift card, credit, balance,
        revenue, raised, fee, fees, tax, vat, incl. vat of, mwst, btw
        省, 立省, 立减, 立減, 节省, 節省, 直降, 减, 減, 满, 滿, 优惠券, 券, 红包, 返,
        返现, 送, 运费, 運費, 邮费, 郵費, 快递, 快递费, 快遞, 配送, 配送费, 送料
        首付, 定金, 订金, 押金, 月供, 每期, 合计, 合計, 小计, 总计, 總計, 总价, 共,
        起送, 会员价, 會員價, 券后价, 券后, plus价, 优惠, 已省, 累计
        割引, 値引, 値引き, ポイント, 합계, 배송비, 할인, 割引額""",
}  # fmt: skip
_MEASURE = (
    r"\s?(?:/|per|pro|je|le|la|par|al|por|za|à|por cada|por el|each)\s?(?:\d[\d.,]*\s?)?"
    r"(?:kg|kgs|kilo(?:gram)?s?|gr?|gram(?:m|s)?|mg|l|ltr|lit(?:er|re|ro)s?|ml|cl|dl|m|mtr|met(?:er|re|ro)s?|m²|m2"
    r"|qm|sqm"
    r"|sq\.? ?(?:ft|m)|cm|mm|ft|foot|inch|yd|yard|oz|fl\.? ?oz|lbs?|pound|gal|gallon|count|ct|sheet|wash|waschladung"
    r"|dose"
    r"|tablet|capsule|serving|斤|公斤|千克|克|升|毫升|米|平方米|平米|キロ)(?![\w²])"
)
_INSTALMENT = (
    r"\s?(?:/|per|a|pro|im|par|al|por|na|each|every)?\s?"
    r"(?:mo|month|monat|mtl|mois|mes|mese|maand|mês|miesiąc|mån(?:ad)?|md|week|woche|year|yr|jahr|anno|día|day|tag"
    r"|night"
    r"|月|年|天|期|ヶ月|개월)(?-i:(?![a-z]))|\s?[x×]\s?\d|\s?(?:monatlich|mensuel|mensual|mensili|maandelijks)\b"
    r"|.{0,14}\b(?:with|mit|avec|con|via) (?:klarna|afterpay|affirm|paypal|clearpay|sezzle|zip|alma|oney|scalapay)"
)
_SAVED = (
    r"\s?(?:[^\W\d]+ )?(?:off|saved|savings?|discount|rabatt|cashback|gespart|günstiger|sparen|de (?:réduction|remise"
    r"|descuento|desconto|rabais)|descuento|di sconto|korting|taniej|voucher|coupon|gift card|credit)\b"
    # "9.99 you save 10 %": of the number behind it
    r"(?!\s?[:：]?\s?[-–]?\s?[^\w\s]?\s?\d)"
    r"|\s?(?:优惠券|券|立减|红包|割引|引き|ポイント|オフ|할인)"
)
_DELIVERY = (
    r"\s?(?:for |de |di )?(?:shipping|delivery|postage|versand(?:kosten)?\b|lieferung|livraison|frais|port\b|envío"
    r"|gastos"
    r"|spedizione|verzend|frete|dostaw|frakt|运费|運費|邮费|快递|送料(?!無料|込)|배송비|pfand|deposit|consigne|statiegeld)"
)
_WITHOUT_TAX_AFTER = (
    r"\s?[(\[]?\s?(?:ex(?:cl(?:uding|\.)?|kl\.?|\.)?\s?(?:of )?(?:vat|tax|gst|btw|mwst\.?|ust\.?|iva|moms|mva)\b"
    r"|\+\s?(?:vat|iva|mwst|gst)\b|net(?:to)?\b|ht\b|h\.t\b|hors taxes?|sin iva|iva (?:esclusa|escl|no incl)|sem iva"
    r"|zzgl\.? (?:\d+\s?% )?(?:mwst|ust|mehrwertsteuer|gesetzl)|ohne (?:mwst|ust)|bez (?:vat|dph)|utan moms"
    r"|e(?:ks|x)kl?\.? m(?:va|oms)"
    r"|без ндс|税抜|税別|未税|未稅|不含税|不含稅)"
)
_BEFORE_AFTER = r"\s?[(\[]?\s?(?:rrp|msrp|uvp|list price|old price|regular price)\b"
_AFTER_AMOUNT = tuple(
    (re.compile(pattern, re.IGNORECASE), part)
    for pattern, part in (
        (_MEASURE, Part.MEASURE),
        (f"{_INSTALMENT}|{_SAVED}|{_DELIVERY}", Part.OTHER),
        (_WITHOUT_TAX_AFTER, Part.WITHOUT_TAX),
        (_BEFORE_AFTER, Part.BEFORE),
    )
)
_FREE_DELIVERY = re.compile(
    r"free (?:\w+ )?(?:shipping|delivery|returns)|ships? free|versandkostenfrei|kostenlose[rn]? (?:versand|lieferung)"
    r"|gratis ?versand|livraison (?:gratuite|offerte)|envío gratis|spedizione gratuita|gratis (?:verzending|bezorging)"
    r"|frete grátis|darmowa dostawa|fri frakt|gratis fragt|包邮|包郵|免运费|免運費|送料無料|무료배송|免邮",
    re.IGNORECASE,
)
# What stands before an amount on a list is often a product's name. Few names hold any of these, by which phrases of
# free delivery and counted amounts are known; the last three are letters that lower case leaves in another shape.
_MAY_BE_FREE = re.compile(
    any_of(
        "free, frei, kostenlos, grati, gratuit, offert, gráti, darmow, fri, 包, 免, 送料, 무료, \u0131, \u017f, \u0307"
    )
)
_DIGIT = re.compile(r"\d")
_COUNTING = tuple("-−–+=xX×")
_NUMBERED = re.compile(r"[\d三]")
_FROM = re.compile(
    r"\b(?:over|above|from|of|spend|ab|von|über|dès|à partir de|de|desde|a partir de|da|oltre|vanaf|boven|od|powyżej"
    r"|från|över|fra|over kr|más de|superiores? a)\s?$|[满滿足达過过]\s?$",
    re.IGNORECASE,
)
_AND_MORE = ("以上", "or more", "and up", "+", "及以上", "이상", "oder mehr", "et plus", "o más", "起")
# 4 x $25, 2 for $15, 10 or more, 100 ml =, -$5, +$5
_COUNTED_BEFORE = re.compile(
    r"\d\s?[x×*]\s?(?:de|of|à|da|von|van|po)?\s?$|\b\d+\s?(?:for|für|pour|por|per|voor|za|för|stk\.?|pcs\.?|pieces"
    r"|stück|or more"
    r"|oder mehr|件|个)\s?[:：]?\s?$|\d\s?(?:kg|g|l|ml|m|cm|oz|lb|stk|st)\s?[=:(]\s?$"
    r"|(?:^|[\s(])[-−–]$|^\s?[-−–]\s?$|[+=]\s?$|(?:^|[\d\s])[x×]\s?$",
    re.IGNORECASE,
)
# The lowest price of the last 30 days, as the EU asks beside a discount; three payments; a fee for recycling.
_COUNTED_TIME = re.compile(
    r"\b30[\s-]?(?:days?|tagen?|jours?|giorni|d[ií]as|dagen|dagar(?:na)?|dage|dager|dni|dnů|dnech|dní|nap|zile|дней|дни"
    r"|ημέρες)\b[^.\d]{0,40}$|(?:30|三十)\s?[天日]\S{0,8}$",
    re.IGNORECASE,
)
_INSTALMENTS_OF = re.compile(
    r"\b\d{1,2}\s?(?:[^\W\d]+[\s-]){0,3}(?:raten|rate|rates|instal?lments?|payments?|mensualités|paiements|cuotas|plazos"
    r"|pagos|parcelas|prestações|termijnen|raty?|splátek|delbetalningar|avdrag)(?:\s[^\W\d]+){0,3}\s?$",
    re.IGNORECASE,
)
_FEE = re.compile(
    r"(?:gebühr|abgabe|zuschlag|beitrag|versicherung|recycling fee|éco-?part(?:icipation)?)\s?$", re.IGNORECASE
)
_LONGEST_FEE = 20  # with the space behind it
_PARTS = {
    phrase: part
    for part, phrases in _BEFORE_AMOUNT.items()
    for phrase in (piece.strip() for piece in phrases.replace("\n", ",").split(","))
    if phrase
}
_LAST_WORDS = frozenset(phrase.split()[-1] for phrase in _PARTS)
_MARKS = "(*•-– "
_LONGEST_UNBROKEN = 8
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _PARTS)
_UNBROKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BRACKETED = re.compile(r"[(（][^()（）]{0,10}[)）]\s?[:：]?\s?$")
_PAIRS = {"de": "por", "van": "voor", "från": "nu"}
_CONTEXT = 60


def part_by_words(before: str, after: str, *, alone: bool = True) -> Part:
    """What the words around an amount make of it.

    Args:
        before: from the amount before it or the beginning of its label; only its end counts.
        after: up to the next amount or the end of the line; only its beginning counts.
        alone: no other amount follows on its line, to which a label after it could belong.
    """
    return _part_by_words(before[-_CONTEXT:], after[:_CONTEXT], alone)


def is_label(text: str) -> bool:
    """Whether a text says what an amount behind it is, and nothing else."""
    return text.lower().rstrip(" :：") in _PARTS


def _is_free(words: str) -> bool:
    return bool(words) and _MAY_BE_FREE.search(words.lower()) is not None and _FREE_DELIVERY.search(words) is not None


def _is_threshold(before: str, after: str) -> bool:
    """Whether an amount beside words of free delivery is what one must spend for it."""
    return _FROM.search(before) is not None or after.lstrip().lower().startswith(_AND_MORE)


@lru_cache(maxsize=256)
def _part_by_words(before: str, after: str, alone: bool) -> Part:  # noqa: FBT001 - lru_cache keys by position faster
    if (_is_free(after) or _is_free(before)) and _is_threshold(before, after):
        return _OTHER
    after = after.lstrip("*†¹²³") or after  # marks of notes
    behind = _by_words_behind(after, alone=alone) if after else _PRICE
    if behind not in (_PRICE, _MEASURED):
        return behind
    if not before or before.isspace():
        return behind
    words = _BRACKETED.sub("", before) if ")" in before or "）" in before else before
    words = words.lower().rstrip(" :：\t")
    may_be_counted = _DIGIT.search(before) is not None or before.rstrip().endswith(_COUNTING)
    if (may_be_counted and _COUNTED_BEFORE.search(before)) or _is_one_of_many(words):
        return _OTHER
    named = _named_by(words, after)
    return named if behind is _PRICE or named is _OTHER else behind


def _by_words_behind(after: str, *, alone: bool) -> Part:
    for pattern, part in _AFTER_AMOUNT:
        if pattern.match(after) and (alone or part is not _BEFORE):
            return part
    return _PRICE


def _is_one_of_many(words: str) -> bool:
    """Whether words call an amount the lowest of some time, a payment of several, or a fee beside the price."""
    if _FEE.search(words, max(0, len(words) - _LONGEST_FEE)):
        return True
    return _NUMBERED.search(words) is not None and any(
        pattern.search(words) for pattern in (_COUNTED_TIME, _INSTALMENTS_OF)
    )


def _named_by(words: str, after: str) -> Part:
    """What the longest phrase that words end in makes of the amount behind them."""
    if _UNBROKEN.search(words):
        for length in range(min(_LONGEST_UNBROKEN, len(words)), 0, -1):
            part = _PARTS.get(words[-length:])
            if part is not None:
                return part
    split = words.split()
    last = split[-1] if split else ""
    if not _LAST_WORDS.isdisjoint((last, last.lstrip(_MARKS))):
        for count in range(min(_LONGEST_PHRASE, len(split)), 0, -1):
            part = _PARTS.get(" ".join(split[-count:]).lstrip(_MARKS))
            if part is not None:
                return part
    if last in _PAIRS and after.lstrip().lower().startswith(_PAIRS[last]):
        return _BEFORE  # de R$ 199 por R$ 149
    return _PRICE

"""Whether one can have it, from schema.org terms and from what shops write in some forty languages."""

import re
from functools import lru_cache

from magicai.shops.product import Availability

# schema.org's ItemAvailability without case and punctuation, and the words that feeds and OpenGraph use instead.
_TERMS = {
    **dict.fromkeys(
        ("instock", "limitedavailability", "onlineonly", "instoreonly", "available", "lowstock", "true", "yes"),
        Availability.IN_STOCK,
    ),
    **dict.fromkeys(
        (
            "outofstock",
            "soldout",
            "discontinued",
            "reserved",
            "oos",
            "unavailable",
            "notavailable",
            "rupture",
            "false",
            "no",
        ),
        Availability.OUT_OF_STOCK,
    ),
    **dict.fromkeys(("preorder", "presale"), Availability.PREORDER),
    **dict.fromkeys(("backorder", "onbackorder", "madetoorder", "availablefororder"), Availability.BACKORDER),
}

# Phrases that mean stock wherever they stand in a short line. One language a line.
_OUT = (
    r"out[ -]of[ -]stock|sold[ -]?out|not (?:currently )?in stock|no longer available|no stock(?: left)?|discontinued"
    r"|0 (?:(?:units?|items?|pieces?|pcs) )?(?:in stock|available|left)"
    r"|(?:currently|temporarily) (?:un|not )available|no longer (?:in stock|sold)"
    r"|notify me when|email me when"
    r"|temporarily unavailable"
    r"|ausverkauft|nicht (?:mehr )?(?:a(?:uf|n) lager|lieferbar|vorrätig|lagernd|verfügbar)|vergriffen"
    r"|nicht länger verfügbar"
    r"|(?:derzeit|zurzeit|aktuell|momentan|leider) nicht (?:mehr )?(?:zur verfügung|erhältlich|bestellbar)"
    r"|nicht mehr (?:erhältlich|bestellbar|im sortiment)|0 (?:stück )?(?:auf lager|verfügbar|lieferbar)"
    r"|rupture de stock|en rupture|hors stock|épuisée?s?|victime de son succès|plus (?:disponible|en stock)"
    r"|agotad[oa]s?|sin (?:stock|existencias)|fuera de stock|descatalogado|no hay (?:stock|existencias)"
    r"|esaurit[oaie]|non (?:più )?(?:disponibil[ei]|in (?:stock|magazzino))"
    r"|uitverkocht|niet (?:meer )?(?:op voorraad|leverbaar|voorradig)|geen voorraad"
    r"|esgotad[oa]s?|sem (?:estoque|stock)|fora de (?:estoque|stock)"
    r"|niedostępn[yae]|brak (?:w magazynie|towaru|na stanie)|wyprzedan[yae]"
    r"|slut(?:såld|sålt)|slut i (?:lager|webblager)|(?:ej|inte|finns ej|finns inte) i lager"
    r"|udsolgt|utsolgt|ikke på lager|loppuunmyyty|loppu varastosta|ei varastossa"
    r"|vyprodáno|není skladem|vypredané|nie je skladom|elfogyott|nincs (?:készleten|raktáron)|stoc epuizat"
    r"|нет в наличии|распродано|нет на складе|товар закончился|снят с производства|немає в наявності"
    r"|tükendi|stok(?:ta)? yok|stokta (?:kalmad[ıi]|de[ğg]il)|gelince haber ver|hết hàng|stok habis"
    r"|εξαντλ(?:ημένο|[ηή]θηκε)|μη διαθ[έε]σιμ[οαη]|εκτ[όο]ς αποθ[έε]ματος"
    r"|kein lagerbestand|tillfälligt slut|varasto loppu|ei (?:ole )?saatavilla|läbi müüdud"
    r"|nem (?:elérhető|rendelhető|kapható)|(?:není|nie je|nije|ni) dostupn[éýáoa]|nu (?:mai )?(?:este |e )?[iî]n stoc"
    r"|изчерпан[аои]?|няма наличност|не е налич(?:ен|на|но)|товар закінчився|rasproda[nt][oa]?|razprodan[oa]?"
    r"|išparduotas?|izpārdot[sa]|powiadom o dostępności|hlídat dostupnost"
    r"|(?:уведомить|сообщить) о (?:поступлении|наличии)|avise-me quando (?:chegar|disponível|estiver disponível)"
    r"|avísame cuando (?:esté|haya|llegue|vuelva)|prévenez-moi (?:dès|lors|quand|du retour)"
    r"|avvisami quando (?:disponibile|è disponibile|torna)"
)
_OUT_UNBROKEN = (
    r"在庫(?:数|状況)?\s?[:：]?\s?(?:なし|無し?|切れ)|在庫[はがも]?(?:あり|ござい)ません|在庫(?:数|状況)?\s?[:：]?\s?(?:×|✕|0(?!\d))|売り?切れ|品切れ|完売|入荷待ち|販売(?:を)?終了"
    r"|取り?扱い?終了|缺货|缺貨|无货|無貨|售罄|已?售完|卖完|賣完|已?抢光|已?搶光|(?:[无無]|[没沒]有?)(?:[库庫]存|[现現]?[货貨])|即[将將]有[货貨]|[库庫]存不足"
    r"|已下架|已停售|到货通知|到貨通知|补货中|補貨中"
    r"|[库庫]存(?:数量|數量)?\s?[:：]?\s?0(?!\d)|품절|재고\s?없음|판매\s?종료|สินค้าหมด|ไม่มีสินค้า(?!ใน(?:ตะกร้า|รถเข็น|รายการ))"
    r"|אזל (?:מה|ה)מלאי|(?<!\w)(?:לא|אינו|אין) (?:במלאי|זמין)"
    r"|نف[دذ]ت الكمية|غير (?:متوفر|موجود)|موجود نیست"
    r"|ناموجود|اتمام موجودی"
)
_PREORDER = (
    r"pre[ -]?orders?|pre[ -]?sale|available for pre[ -]?order|vorbestell(?:ung|bar|en)|pré-?commandes?|précommander"
    r"|pre-?venta|prepedido|pre-?ordin[ei]|preordina|pré-venda|pré-encomenda|przedsprzedaż|förhandsbok(?:a|ning)"
    r"|förbeställ(?:ning)?|forudbestil|forhåndsbestill|předobjednávka|předprodej|предзаказ"
)
_PREORDER_UNBROKEN = r"予約(?:受付中?|販売|商品|する)|预售|預售|预订|預訂|预购|預購|신규 ?예약|예약\s?(?:판매|구매)"
_BACKORDER = (
    r"back[ -]?order(?:s|ed)?|(?:available )?on back[ -]?order|made to order|nachbestell(?:t|bar)|auf bestellung"
    r"|sur commande|en réapprovisionnement|bajo pedido|por encargo|su ordinazione|nabestell(?:ing|baar)|op bestelling"
    r"|sob encomenda|na zamówienie|beställningsvara|restnoterad|restordre|bestillingsvare|na objednávku|под заказ"
)
_BACKORDER_UNBROKEN = r"お?取り?寄せ|受注生産|주문\s?제작"
# Out of stock, and may be ordered all the same.
_SOON = re.compile(
    r"(?:out of stock|sold out|nicht (?:auf lager|vorrätig)|rupture)\W{1,4}(?:but )?(?:can be ordered|available"
    r" (?:on|for) back ?order|on back ?order|bestellbar|nachbestellbar|sur commande)"
    r"|(?:缺货|无货|缺貨|無貨)\W{0,3}(?:但)?(?:仍)?(?:可|接受)(?:预订|预定|订购|订货|預訂|訂購)",
    re.IGNORECASE,
)
_IN = (
    r"in[ -]stock|ready to ship|low stock|limited stock|(?:only |just )?[1-9]\d* (?:items? |pieces? |units? )?"
    r"(?:left|available|in stock|remaining)|last (?:one|few|items?)(?: left| in stock)?|available (?:now|to order"
    r"|online)"
    r"|a(?:uf|n|b) lager|lagernd|sofort (?:lieferbar|verfügbar|versandfertig)|vorrätig|nur noch [1-9]\d*|lagerware"
    r"|en stock|plus que [1-9]\d*|stock limité|disponible (?:immédiatement|en stock)|en existencias?|hay existencias"
    r"|(?:quedan?|s[óo]lo quedan) [1-9]\d*|últimas unidades|disponibilità immediata|in magazzino|pronta consegna"
    r"|ultimi pezzi|op voorraad|voorradig|direct leverbaar|laatste stuks|em (?:estoque|stock)|pronta entrega"
    r"|restam? [1-9]\d*|w magazynie|na stanie|ostatnie sztuki|(?:finns )?i (?:lager|webblager)|lagervara|på lager"
    r"|få kvar|varastossa|skladem|skladom|na skladě|raktáron|készleten|[iî]n stoc|stokta var|в наличии|есть на складе"
    r"|в наявності|σε απόθεμα|còn hàng|stok tersedia"
    r"|knapper lagerbestand|na sklade|heti saatavilla|в наличност|[άα]μεσα διαθ[έε]σιμ[οαη]"
    r"|na (?:zalihi|zalihama|zalogi|stanju)|sandėlyje|noliktavā"
)
_IN_UNBROKEN = (
    r"在庫(?:数|状況)?\s?[:：]?\s?(?:あり|有り?|残り|わずか|僅少)|在庫(?:数|状況)?\s?[:：]?\s?(?:[○◯◎△]|[1-9]\d*)|残り(?:わずか|[1-9]\d*)|即納"
    r"|有货|有貨|现货|現貨|[库庫]存充足|有[库庫]存|[库庫]存[紧緊][张張]|[仅僅]剩|[库庫]存(?:数量|數量)?\s?[:：]?\s?[1-9]\d*"
    r"|재고\s?있음|(?<!ไม่)มีสินค้า|متوفر|במלאי"
)
# Words that mean stock only where they are the whole statement: "Available in 3 colours" is about colours.
_OUT_ALONE = (
    r"(?:product )?unavailable|not available|nicht verfügbar|non disponible|niet beschikbaar"
    r"|(?:(?:produit|article|actuellement|momentanément|temporairement) )?indisponible"
    r"|(?:(?:producto|artículo|actualmente|temporalmente) )?no disponible"
    r"|(?:(?:produto|artigo|temporariamente) )?indispon[ií]vel|não disponível|slut|otillgänglig|utgått"
    r"|(?:(?:momentáln|dočasn|aktuáln)[ěe] )?nedostupn[éýáoa]|indisponibil|terminato|закінчи(?:вся|лася|лось|лися)"
    r"|avise-me|av[íi]same|prévenez-moi|avvisami|אזל|下架|停售|停产|out"
    # The end, at the end, used up, played out: nothing else may follow.
    r"|(?:loppu|otsas|habis|完售)(?!.*[^\W\d_])"
)
_IN_ALONE = (
    r"available|verfügbar|lieferbar|erhältlich|disponibles?|dispo|disponibil[ei]|beschikbaar|leverbaar"
    r"|dispon[ií]ve[li]s?"
    r"|(?:produkt )?dostępn[yae]|tillgänglig|tilgængelig|tilgjengelig|dostupn[éýáoa]|disponibil|tersedia|stokta"
    r"|elérhető|налич(?:ен|на|но)|διαθ[έε]σιμ[οαη]|saatavilla|זמין|موجود|在售|可购买|販売中|供应中|yes"
)
_LABEL = (
    r"(?:[^\W\d_]{2,20}[ -]?){0,2}(?:availability|stock(?: status| level)?|inventory|verfügbarkeit|lieferstatus"
    r"|lager(?:status"
    r"|bestand)?|disponibilité|disponibilidade?|disponibilità|beschikbaarheid|voorraad|dostępność|tillgänglighet|saldo"
    r"|在庫(?:状況)?|[库庫]存(?:状态|狀態)?|状态|状態|наличие)\s?[:：]?\s?"
)
# Before a phrase that means stock, with few words between: it is denied.
_NOT = (
    r"not|no|none|nicht|pas|sin|sem|non|niet|não|nie|není|nema|nije|ni|nėra|nav|nem|ikke|ej|inte|ei|не|нет|няма|нема"
    r"|немає|không"
)
# Before it, or behind it: it is not yet true.
_LATER = (
    r"soon|bald|demnächst|in kürze|bientôt|prochainement|binnenkort|próximamente|em breve|prossimamente|скоро"
    r"|незабаром|wkrótce|brzy|čoskoro|snart|hamarosan|pian|curând|uskoro|kmalu"
)
_AGAIN = r"back|again|wieder|de nouveau|weer|de nuevo|de novo|di nuovo|снова|igen|znowu|opět"
_BETWEEN = (
    r"items?|units?|products?|pieces?|currently|yet|more|mehr|sofort|direkt|est|sont|actuellement|disponibles?|hay|está"
    r"|è|é|há|disponível|disponibile|meer|ma|je|jest|ole|e|е"
)
_LINE_LIMIT = 80
_SENTENCE = 55  # a phrase in a longer line counts only at its beginning


# Every phrase above holds one of these; most lines of a page hold none, and cost a few microseconds instead of forty.
_ALL_STEMS = """
    stock, sold, avail, discontin, notify, email me, ausverkauft, lager, lieferbar, vorrätig, verfügbar,
    vergriffen, erhältlich, verfügung, versandf, rupture, puisé, victime, dispo, agotad, existencia, descatalog,
    esaurit, magazzino, uitverkocht, voorra, leverbaar, beschikbaar, esgotad, estoque, dostęp, brak, wyprzedan, slut,
    bestellbar, udsolgt, utsolgt, loppu, varasto, vyprod, sklad, vypredan, elfogyott, raktár, készlet, stoc, налич,
    распрод, склад, закончил, произв, наявн, tükendi, stok, hàng, απόθεμα, εξαντλ, order, sale, vorbestell,
    commande, venta, pedido, ordin, venda, encomenda, przedsprz, förhands, förbest, forud, forhånd, předobj,
    předprod, заказ, bestell, réappro, encargo, zamówienie, beställ, restnot, restord, magazyn, bestilling,
    objednávku, ship, left, remaining, last, nur noch, plus que, queda, últimas, ultimi, consegna, laatste,
    entrega, restam, na stanie, ostatnie, få kvar, tillgäng, tilgæng, tilgjeng, dostupn, indispon, terminato,
    avise, utgått, tersedia, out, yes, haber ver, διαθ, αποθ, saatavilla, läbi m, otsas, habis, elérhető,
    rendelhető, kapható, изчерпан, закінчи, rasprod, razprod, išpard, izpārd, powiadom, hlídat, поступл, avísame,
    avisame, prévenez, avvisami, zalih, zalog, na stanju, sandėl, nolikt
"""


def any_of(stems: str) -> str:
    """A pattern of any of some stems, parted by commas.

    Those that begin alike share a branch: most characters of a line begin none, and are asked once for each branch.
    """
    by_first: dict[str, list[str]] = {}
    for stem in map(str.strip, stems.split(",")):
        by_first.setdefault(stem[0], []).append(re.escape(stem[1:]))
    return "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in by_first.items())


_STEM = re.compile(any_of(_ALL_STEMS))
_UNBROKEN_SCRIPT = re.compile("[\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _phrases(worded: str, unbroken: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{worded})(?![^\W\d_])|(?:{unbroken})", re.IGNORECASE)


def _alone(words: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{_LABEL})?(?:{words})\s?(?:[,;.!(–—:✓-].*)?", re.IGNORECASE | re.DOTALL)


_IN_LINES = (
    (_SOON, Availability.BACKORDER),
    (_phrases(_OUT, _OUT_UNBROKEN), Availability.OUT_OF_STOCK),
    (_phrases(_PREORDER, _PREORDER_UNBROKEN), Availability.PREORDER),
    (_phrases(_BACKORDER, _BACKORDER_UNBROKEN), Availability.BACKORDER),
    (_phrases(_IN, _IN_UNBROKEN), Availability.IN_STOCK),
)
_ALONE = ((_alone(_OUT_ALONE), Availability.OUT_OF_STOCK), (_alone(_IN_ALONE), Availability.IN_STOCK))
_DENIED = re.compile(
    rf"(?<![^\W_])(?:(?:{_NOT}) (?:(?:{_BETWEEN}) ){{0,2}}|(?:{_LATER}) (?:(?:{_AGAIN}) )?)$", re.IGNORECASE
)
_IS_AGAIN = re.compile(rf"(?<![^\W_])(?:{_AGAIN}) $", re.IGNORECASE)
_IS_LATER = re.compile(rf",? \(?(?:(?:{_AGAIN}) )?(?:{_LATER})(?![^\W\d_])", re.IGNORECASE)
_IS_DATED = re.compile(
    r":? \(?(?:(?:ab|am|on|by|from|around|le|dès le|vanaf|op|el|dal|od|с|från|fra)\W.{0,12}\d"
    r"|in \d+\S{0,3} (?:days?|weeks?|months?|tagen?|wochen?|monat(?:en)?))",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(r"^\S*[/#:]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LONGEST_TERM = 60


def availability_term(text: str) -> Availability | None:
    """The availability that a schema.org address or term, or a feed's word, stands for; None for an unknown one."""
    return _availability_term(text.strip()[-_LONGEST_TERM:])


@lru_cache(maxsize=64)
def _availability_term(text: str) -> Availability | None:
    term = _NOT_LETTERS.sub("", _NAMESPACE.sub("", text)).lower()
    return _TERMS.get(term) or stock_word(text)


@lru_cache(maxsize=256)
def stock_word(line: str) -> Availability | None:
    """The availability that a short line of a page states, None where it is about something else."""
    if not 1 < len(line) <= _LINE_LIMIT:
        return None
    if _STEM.search(line.lower()) is None and _UNBROKEN_SCRIPT.search(line) is None:
        return None
    for phrases, availability in _IN_LINES:
        found = phrases.search(line)
        if found is not None and (len(line) <= _SENTENCE or found.start() < 3):  # noqa: PLR2004 - after an icon
            denied = availability is Availability.IN_STOCK and _is_denied(line, found)
            return Availability.OUT_OF_STOCK if denied else availability
    for words, availability in _ALONE:
        if words.fullmatch(line):
            return availability
    return None


def _is_denied(line: str, found: re.Match[str]) -> bool:
    """Whether what stands around a phrase that means stock says that it is not so, or not yet."""
    before = line[: found.start()]
    return (
        _DENIED.search(before) is not None
        or _IS_LATER.match(line, found.end()) is not None
        or (_IS_AGAIN.search(before) is not None and _IS_DATED.match(line, found.end()) is not None)
    )

"""From what a page writes to ISO 4217: a code, a sign of one currency, or a sign that several countries share.

A shared sign ($, ¥, kr, Rs) is settled by what else the page says (`CurrencyEvidence`), and where that leaves more
than one currency the answer is None: a missing currency is noticed, a wrong one is believed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from magicai.values.currencies import CODES
from magicai.values.money import exponent

# Spoken or retired codes that shops write.
_ALIASES = {
    "RMB": "CNY",
    "CNH": "CNY",
    "RUR": "RUB",
    "NTD": "TWD",
    "STG": "GBP",
    "UKP": "GBP",
    "KČ": "CZK",
    "EURO": "EUR",
    "EUROS": "EUR",
}

_DOLLARS = {
    "US": "USD", "EC": "USD", "SV": "USD", "PR": "USD", "PA": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD",
    "HK": "HKD", "TW": "TWD", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "DO": "DOP", "JM": "JMD",
    "TT": "TTD", "BB": "BBD", "BS": "BSD", "BZ": "BZD", "BM": "BMD", "FJ": "FJD", "GY": "GYD", "NA": "NAD", "BN": "BND",
    "KY": "KYD", "LR": "LRD", "SR": "SRD", "CU": "CUP",
}  # fmt: skip
_YEN_AND_YUAN = {"JP": "JPY", "CN": "CNY"}
_YUAN = {"CN": "CNY", "TW": "TWD", "HK": "HKD", "MO": "MOP"}
_KRONER = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "FO": "DKK", "GL": "DKK"}
_RUPEES = {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR", "SC": "SCR"}
_POUNDS = {"GB": "GBP", "EG": "EGP", "LB": "LBP", "SY": "SYP", "SD": "SDG", "FK": "FKP", "GI": "GIP", "SH": "SHP"}
_FRANCS = {"CH": "CHF", "LI": "CHF", "SN": "XOF", "CI": "XOF", "CM": "XAF", "GA": "XAF", "RW": "RWF", "GN": "GNF"}
_DIRHAMS = {"AE": "AED", "MA": "MAD"}
_RIYALS = {"SA": "SAR", "QA": "QAR", "OM": "OMR", "YE": "YER", "IR": "IRR"}
_DINARS = {"RS": "RSD", "KW": "KWD", "BH": "BHD", "JO": "JOD", "IQ": "IQD", "DZ": "DZD", "TN": "TND", "LY": "LYD"}
_LEI = {"RO": "RON", "MD": "MDL"}
_SHILLINGS = {"KE": "KES", "TZ": "TZS", "UG": "UGX", "SO": "SOS"}
_BOLIVARES = {"BO": "BOB", "VE": "VES"}

# What a sign may mean, by country. A sign with a string means one currency everywhere.
SIGNS: dict[str, str | dict[str, str]] = {
    "$": _DOLLARS, "＄": _DOLLARS, "¥": _YEN_AND_YUAN, "￥": _YEN_AND_YUAN, "元": _YUAN, "圓": _YUAN, "块": "CNY",
    "kr": _KRONER, "kr.": _KRONER, "Kr": _KRONER, "Kr.": _KRONER, "KR": _KRONER, ":-": _KRONER,
    "Rs": _RUPEES, "Rs.": _RUPEES, "RS": _RUPEES, "RS.": _RUPEES, "rs.": _RUPEES, "₨": _RUPEES, "£": _POUNDS,
    "Fr.": _FRANCS, "fr.": _FRANCS, "Fr": _FRANCS, "SFr.": "CHF", "sFr.": "CHF", "Sfr.": "CHF",
    "درهم": _DIRHAMS, "ريال": _RIYALS, "ریال": "IRR", "ر.س": "SAR", "ر.س.": "SAR", "ر.ق": "QAR",
    "SR": {"SA": "SAR", "SC": "SCR"},
    "ر.ق.": "QAR", "ر.ع": "OMR", "ر.ع.": "OMR", "د.إ": "AED", "د.إ.": "AED", "د.م.": "MAD", "د.ك": "KWD",
    "د.ك.": "KWD", "د.ب": "BHD", "د.ب.": "BHD", "د.ا": "JOD", "د.أ": "JOD", "ج.م": "EGP", "ج.م.": "EGP",
    "جنيه": {"EG": "EGP", "SD": "SDG"}, "ل.ل": "LBP", "Dhs": _DIRHAMS, "Dhs.": _DIRHAMS, "KD": {"KW": "KWD"},
    "﷼": _RIYALS, "ر": {"SA": "SAR"}, "⃁": "SAR", "E£": "EGP", "LE": {"EG": "EGP"}, "L.E.": {"EG": "EGP"},
    "US$": "USD", "USD$": "USD", "$US": "USD", "U$S": {"UY": "USD", "AR": "USD"}, "U$": {"UY": "USD"},
    "CA$": "CAD", "CAD$": "CAD", "CDN$": "CAD", "Can$": "CAD", "C$": {"CA": "CAD", "NI": "NIO"}, "$CA": "CAD",
    "A$": "AUD", "AU$": "AUD", "AUD$": "AUD", "NZ$": "NZD", "NZD$": "NZD", "HK$": "HKD", "HKD$": "HKD", "NT$": "TWD",
    "NTD$": "TWD", "TWD$": "TWD", "S$": "SGD", "SG$": "SGD", "SGD$": "SGD", "MX$": "MXN", "MXN$": "MXN", "Mex$": "MXN",
    "R$": "BRL", "AR$": "ARS", "ARS$": "ARS", "CLP$": "CLP", "CL$": "CLP", "COP$": "COP", "COL$": "COP", "RD$": "DOP",
    "$U": "UYU", "UYU$": "UYU", "J$": "JMD", "TT$": "TTD", "BZ$": "BZD", "Bds$": "BBD",
    "B$": {"BN": "BND", "BS": "BSD"},
    "N$": {"NA": "NAD"}, "FJ$": "FJD", "MOP$": "MOP", "EC$": "XCD", "CN¥": "CNY", "JP¥": "JPY", "RMB¥": "CNY",
    "€": "EUR", "₤": {"GB": "GBP"}, "£E": "EGP", "₹": "INR", "₩": "KRW", "￦": "KRW", "원": "KRW", "₽": "RUB",
    "руб": "RUB", "руб.": "RUB", "рублей": "RUB", "р.": {"RU": "RUB", "BY": "BYN"}, "zł": "PLN", "zl": "PLN",
    "ZŁ": "PLN",
    "Kč": "CZK", "kč": "CZK", "Ft": "HUF", "lei": _LEI, "Lei": _LEI, "LEI": _LEI, "лей": _LEI, "лв": "BGN",
    "лв.": "BGN",
    "₺": "TRY", "TL": "TRY", "₴": "UAH", "грн": "UAH", "грн.": "UAH", "₫": "VND", "đ": "VND", "Đ": "VND", "VNĐ": "VND",
    "฿": "THB", "บาท": "THB", "₱": "PHP", "₦": "NGN", "₪": "ILS", 'ש"ח': "ILS", "₸": "KZT", "тг": "KZT", "₾": "GEL",
    "₼": "AZN", "₮": "MNT", "₵": "GHS", "GH₵": "GHS", "GH¢": "GHS", "₡": {"CR": "CRC"}, "₲": "PYG", "Gs.": "PYG",
    "៛": "KHR",
    "₭": "LAK", "৳": "BDT", "֏": "AMD", "円": "JPY", "日元": "JPY", "日圓": "JPY", "人民币": "CNY", "人民幣": "CNY",
    "美元": "USD", "欧元": "EUR", "歐元": "EUR", "港币": "HKD", "港幣": "HKD", "港元": "HKD",
    "台币": "TWD", "新台幣": "TWD",
    "英镑": "GBP", "Rp": "IDR", "Rp.": "IDR", "RM": "MYR", "S/": "PEN", "S/.": "PEN",
    "Bs": _BOLIVARES, "Bs.": _BOLIVARES,
    "R": {"ZA": "ZAR"}, "KSh": "KES", "Ksh": "KES", "KSh.": "KES", "KES.": "KES", "TSh": "TZS", "USh": "UGX",
    "/=": _SHILLINGS, "din": _DINARS, "din.": _DINARS, "дин.": {"RS": "RSD"}, "RSD.": "RSD", "KM": {"BA": "BAM"},
    "ден": {"MK": "MKD"}, "ден.": {"MK": "MKD"}, "DT": {"TN": "TND"}, "DA": {"DZ": "DZD"},
    "DH": {"MA": "MAD", "AE": "AED"},
    "Dh": {"MA": "MAD", "AE": "AED"}, "FCFA": {"SN": "XOF", "CI": "XOF", "ML": "XOF", "BJ": "XOF", "TG": "XOF",
    "BF": "XOF", "CM": "XAF", "GA": "XAF", "CG": "XAF", "TD": "XAF"}, "CFA": {"SN": "XOF", "CI": "XOF", "CM": "XAF"},
    "Br": {"BY": "BYN", "ET": "ETB"}, "сом": {"KG": "KGS"}, "so'm": "UZS", "сум": "UZS", "Euro": "EUR", "euro": "EUR",
    "euros": "EUR", "Euros": "EUR", "тенге": "KZT", "Q": {"GT": "GTQ"}, "L": {"HN": "HNL"}, "B/.": {"PA": "PAB"},
    "K": {"PG": "PGK", "ZM": "ZMW"}, "MT": {"MZ": "MZN"}, "Tk": "BDT", "Tk.": "BDT", "Nrs.": "NPR", "රු": "LKR",
}  # fmt: skip

# Country endings that half the world uses for other things say nothing of a country.
_ENDINGS = "ac ag ai am as bz cc co cx dj fm gg gl gy im io ky la ly me ml ms mu nu pw sc sh sr st tk to tv vc ws"
_SOLD_ENDINGS = frozenset(_ENDINGS.split())
_LANGUAGE_COUNTRY = {
    "ja": "JP", "zh": "CN", "sv": "SE", "nb": "NO", "nn": "NO", "no": "NO", "da": "DK", "is": "IS", "fo": "FO",
    "hi": "IN", "ro": "RO", "sr": "RS", "ko": "KR", "af": "ZA", "zu": "ZA", "fa": "IR", "si": "LK", "ne": "NP",
    "be": "BY", "mk": "MK", "bs": "BA", "ky": "KG",
}  # fmt: skip
# What currency switchers call currencies that share a sign.
_SPOKEN = {
    "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD", "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD", "hong kong dollar": "HKD", "singapore dollar": "SGD", "mexican peso": "MXN",
    "argentine peso": "ARS", "chilean peso": "CLP", "colombian peso": "COP", "swedish kron": "SEK",
    "norwegian kron": "NOK",
    "danish kron": "DKK", "indian rupee": "INR", "pakistani rupee": "PKR", "sri lankan rupee": "LKR",
}  # fmt: skip
_USUAL = {"£": "GBP", "Fr.": "CHF", "fr.": "CHF"}  # where nothing on the page speaks for another country
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?:$|[-_.@])")
_PATH_TAG = re.compile(r"/([a-z]{2})[-_]([a-zA-Z]{2})(?=/|$)")
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
# Frequent characters of shops that are written in one way only.
_SIMPLIFIED = re.compile("[们这说时为对发经过还关开单买卖货价购车让优惠满减运费领详评论间现务选线颜厂]")
_TRADITIONAL = re.compile("[們這說時為對發經過還關開單買賣貨價購車讓優滿減運費領詳評論間現務選線顏廠]")


def decimals_of(sign: str) -> int | None:
    """How many decimals a sign's currency has, where all that it may mean agree; None where they do not."""
    meaning = SIGNS.get(sign)
    if not isinstance(meaning, dict):
        return exponent(meaning) if meaning else None
    decimals = {exponent(code) for code in meaning.values()}
    return decimals.pop() if len(decimals) == 1 else None


def code_of(text: str) -> str | None:
    """The ISO 4217 code that a text is, in any case, or its spoken alias; None for anything else."""
    code = text.strip().upper()
    if code in CODES:
        return code
    return _ALIASES.get(code)


@dataclass(slots=True)
class CurrencyEvidence:
    """What a page says about where it sells.

    Attributes:
        host: of its address.
        path: of its address; `/en-ca/` names a country.
        languages: BCP 47 tags of its markup, the most deliberate first.
        stated: codes that its markup or scripts call the currency.
        read_text: gives what a reader sees of it; asked only where nothing else decides.
    """

    host: str = ""
    path: str = ""
    languages: tuple[str, ...] = ()
    stated: set[str] = field(default_factory=set[str])
    read_text: Callable[[], str] = str
    _settled: dict[str, str | None] = field(default_factory=lambda: {})

    def currency(self, sign: str) -> str | None:
        """The currency that a sign or code stands for on this page, None where that is open."""
        if sign in self._settled:
            return self._settled[sign]
        meaning = SIGNS.get(sign) or code_of(sign)
        settled = self._shared(sign, meaning) if isinstance(meaning, dict) else meaning
        self._settled[sign] = settled
        return settled

    def _shared(self, sign: str, meaning: dict[str, str]) -> str | None:
        options = set(meaning.values())
        stated = self.stated & options
        if stated:
            return stated.pop() if len(stated) == 1 else None
        for countries in (self._address_countries(), self._language_countries()):
            voted = {meaning[country] for country in countries if country in meaning}
            if voted:
                return voted.pop() if len(voted) == 1 else None
        worded = self._worded(meaning)
        if worded is not None:
            return worded
        text = self.read_text()
        spoken = text.lower()
        named = {code for code in _WORD_CODE.findall(text) if code in options}
        named |= {code for name, code in _SPOKEN.items() if code in options and name in spoken}
        if named:
            return named.pop() if len(named) == 1 else None
        return _USUAL.get(sign)

    def _address_countries(self) -> set[str]:
        in_path = _PATH_TAG.match(self.path)
        if in_path:
            return {in_path[2].upper()}
        ending = self.host.rpartition(".")[2].lower()
        if len(ending) != 2 or ending in _SOLD_ENDINGS:  # noqa: PLR2004 - country endings have two letters
            return set()
        return {"GB" if ending == "uk" else ending.upper()}

    def _language_countries(self) -> set[str]:
        regions, spoken = set[str](), set[str]()
        for language in self.languages:
            tag = _TAG.match(language)
            if tag is None:
                continue
            name, script, region = tag[1].lower(), (tag[2] or "").lower(), (tag[3] or "").upper()
            if region:
                regions.add(region)
            elif name == "zh" and (script != "hans"):
                pass  # several countries write it: left to the wording
            elif name in _LANGUAGE_COUNTRY:
                spoken.add(_LANGUAGE_COUNTRY[name])
        return regions or spoken

    def _worded(self, meaning: dict[str, str]) -> str | None:
        """Tell ¥ and 元 apart by the script of the text around them."""
        if "CN" not in meaning:
            return None
        sample = self.read_text()[:20_000]
        kana, han = len(_KANA.findall(sample)), len(_HAN.findall(sample))
        if "JP" in meaning and kana > 5 and kana * 4 > han:  # noqa: PLR2004 - Japanese text is a third kana or more
            return meaning["JP"]
        if kana * 20 > han or han < 5:  # noqa: PLR2004 - a Japanese brand name does not make a page Japanese
            return None
        simple, traditional = len(_SIMPLIFIED.findall(sample)), len(_TRADITIONAL.findall(sample))
        return meaning["CN"] if simple > 2 * traditional else None

"""Personal data that was left in a text: numbers are flagged where their check digits hold."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, Taken, Written
from magicai.publishing.findings import Finding, Severity

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?![\w-])")
# Addresses of a shop, not of a person.
_ROLES = re.compile(
    r"(?:info|contact|support|help|hello|hi|sales|service|services|customer.?service|customer.?care|care|press|media|jobs|"
    r"office|orders?|returns|shop|store|team|mail|newsletter|no-?reply|privacy|legal|marketing|b2b|billing|admin|kefu)@"
)
_RESERVED = re.compile(r"@(?:[a-z0-9-]+\.)*(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$")
_CN_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![\d.]\d|\d)")
_CN_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)")
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ ().-]{0,2}\d){7,12}(?!\d)")
_US_PHONE = re.compile(r"(?<![\d.-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d-])")
_TOLL_FREE = re.compile(r"\(?(?:800|888|877|866|855|844|833)\b|\+?1[ -.(]*8(?:00|88|77|66|55|44|33)|400|\+?86[ -]?400")
_CN_ID = re.compile(
    r"(?<![\da-z])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
)
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.]\d|\d)")
_CARD_PREFIX = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|[245])|35|81")
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?(?![a-z0-9])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_NINO = re.compile(r"(?<![a-z0-9])(?!bg|gb|nk|kn|tn|nt|zz)[a-ceghj-prstw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d](?![a-z0-9])")
_CHAT = re.compile(r"(?:微信号?|wechat|weixin|vx|qq号?)\s*(?:id)?\s*[:：]\s*([a-z0-9][\w-]{4,19})")

# fmt: off
_IBAN_LENGTHS = {
    "ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22, "br": 29, "by": 28,
    "ch": 21, "cr": 22, "cy": 28, "cz": 24, "de": 22, "dk": 18, "do": 28, "ee": 20, "eg": 29, "es": 24, "fi": 18,
    "fo": 18, "fr": 27, "gb": 22, "ge": 22, "gi": 23, "gl": 18, "gr": 27, "gt": 28, "hr": 21, "hu": 28, "ie": 22,
    "il": 23, "iq": 23, "is": 26, "it": 27, "jo": 30, "kw": 30, "kz": 20, "lb": 28, "li": 21, "lt": 20, "lu": 20,
    "lv": 21, "mc": 27, "md": 24, "me": 22, "mk": 19, "mr": 27, "mt": 31, "mu": 30, "nl": 18, "no": 15, "pk": 24,
    "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22, "sa": 24, "se": 24, "si": 19, "sk": 24, "sm": 27,
    "tn": 24, "tr": 26, "ua": 29, "va": 22, "vg": 24, "xk": 20,
}
# fmt: on
_PROVINCES = frozenset(
    f"{region}{place}"
    for region, places in {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}.items()
    for place in places
) | {"71", "81", "82", "83"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def luhn(number: str) -> bool:
    """Whether a card number's check digit holds."""
    digits = [int(one) for one in number if one.isdigit()]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def chinese_id(number: str) -> bool:
    """Whether the province, the date of birth and the check digit of a Chinese identity card hold.

    Source: GB 11643-1999.
    """
    if number[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return born <= date.today() and number[17].lower() == "10x98765432"[total % 11]  # noqa: DTZ011 - a day more or less


def iban(number: str) -> bool:
    """Whether an account number has its country's length, and its check digits hold.

    Source: ISO 13616.
    """
    plain = number.replace(" ", "").lower()
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def card(number: str) -> bool:
    """Whether this is a payment card's number: a known issuer, one digit at least that differs, and Luhn."""
    plain = re.sub(r"\D", "", number)
    return bool(_CARD_PREFIX.match(plain)) and len(set(plain)) > 1 and luhn(plain)


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    pattern: re.Pattern[str]
    what: str
    severity: Severity = "blocks"
    holds: Callable[[str], bool] = bool
    confidence: float = 0.9


def _persons_email(text: str) -> bool:
    return not _ROLES.match(text) and not _RESERVED.search(text)


def _not_toll_free(text: str) -> bool:
    return not _TOLL_FREE.match(text)


# The surest first: of two kinds at one place, the first is meant.
_KINDS = (
    _Kind("chinese-id", _CN_ID, "“{}” is the number of a Chinese identity card.", holds=chinese_id, confidence=1),
    _Kind("iban", _IBAN, "“{}” is a bank account number (IBAN).", holds=iban, confidence=1),
    _Kind("card", _CARD, "“{}” is a payment card number.", holds=card, confidence=0.95),
    _Kind("ssn", _SSN, "“{}” is a US social security number."),
    _Kind("national-insurance", _NINO, "“{}” is a UK national insurance number."),
    _Kind("email", _EMAIL, "“{}” is a person's e-mail address.", holds=_persons_email),
    _Kind("phone", _CN_MOBILE, "“{}” is a mobile phone number."),
    _Kind("phone", _INTERNATIONAL, "“{}” is a phone number.", "note", _not_toll_free, 0.7),
    _Kind("phone", _US_PHONE, "“{}” is a phone number.", "note", _not_toll_free, 0.7),
    _Kind("phone", _CN_LANDLINE, "“{}” is a phone number.", "note", _not_toll_free, 0.6),
    _Kind("chat", _CHAT, "“{}” is a chat account.", "note", confidence=0.7),
)


_DIGIT = re.compile(r"\d")
_WITHOUT_DIGITS = tuple(kind for kind in _KINDS if kind.name in ("email", "chat"))


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every phone number, address, identity, account and card number."""
    allowed = frozenset(phrase.casefold() for phrase in context.allowed)
    for written in script:
        yield from (one for one in _found(written) if one.text.casefold() not in allowed)


def _found(written: Written) -> Iterator[Finding]:
    view = written.folded
    taken = Taken(view.text)
    kinds = _KINDS if _DIGIT.search(view.text) else _WITHOUT_DIGITS
    for kind in kinds:
        for match in kind.pattern.finditer(view.text):
            first, last = match.span(match.lastindex or 0)
            if not kind.holds(view.text[first:last]) or not taken.take(first, last):
                continue
            start, end = view.span(first, last)
            text = written.text[start:end]
            yield written.finding(
                f"personal.{kind.name}",
                kind.severity,
                start,
                end,
                message=kind.what.format(masked(text)),
                suggestion=masked(text),
                confidence=kind.confidence,
            )


def masked(text: str) -> str:
    """A number or an address with its middle hidden."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    letters = [index for index, one in enumerate(text) if one.isalnum()]
    kept = {*letters[:3], *letters[-2:]}
    return "".join("*" if index in letters and index not in kept else one for index, one in enumerate(text))

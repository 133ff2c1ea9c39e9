"""Personal data that was left in a text: numbers by python-stdnum and phonenumbers, and e-mail addresses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from magicai.messages import say
from magicai.publishing.checks.context import Context, Country
from magicai.publishing.checks.manuscript import Manuscript, OccupiedPlaces
from magicai.publishing.findings import Finding, Severity

# Chinese has no space between a word and a number.
_ALONE, _ENDS = r"(?<![\w.-])", r"(?![\w-]|\.\d)"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])", re.ASCII)
# A card's first digits, and how many it has. Source: ISO/IEC 7812.
_CARD = re.compile(r"(?:3[47]\d{13}|(?:4\d|5[1-5]|2[2-7]|35|6[0245])\d{14}|6[02]\d{17})")
# Whose numbers may stand without their country's code, wherever the piece is read; and where that country's rules hold.
_REGIONS: Mapping[str, Country] = {
    "CN": "CN", "GB": "GB", "US": "US", "DE": "EU", "FR": "EU", "ES": "EU", "IT": "EU",
}  # fmt: skip
_WITHOUT_PREFIX = ("ES", "IT")
# No number goes on in the next line, and none of these regions has a mobile number with fewer digits.
_LINE, _FEWEST_DIGITS = re.compile(r"[^\n]+"), 9
_EMAIL_OF, _MOBILE = "email_address_found", "mobile_number_found"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Numbers of one kind: their shape, the module of stdnum that knows their check digits, and what to say."""

    name: str
    shape: re.Pattern[str]
    module: str
    code: str
    severity: Severity = "blocks"

    def holds(self, text: str) -> bool:
        plain = re.sub(r"[ .–-]", "", text)
        library: Any = import_module(f".{self.module}", "stdnum")
        return library.is_valid(plain) and (self.name != "card" or bool(_CARD.fullmatch(plain)))


def _kind(name: str, shape: str, module: str, code: str, severity: Severity = "blocks") -> _Kind:
    return _Kind(name, re.compile(_ALONE + shape + _ENDS, re.ASCII), module, code, severity)


# Those whose check digits, dates or letters no article number has by chance.
_KINDS = (
    _kind("identity", r"[1-8]\d{16}[\dx]", "cn.ric", "chinese_identity_number_found"),
    _kind("identity", r"[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]", "it.codicefiscale",
          "italian_tax_code_found"),
    _kind("identity", r"[12] ?\d{2} ?[01]\d ?\d[\dab] ?\d{3} ?\d{3} ?\d{2}", "fr.nir",
          "french_social_security_number_found"),
    _kind("identity", r"\d{3}-\d{2}-\d{4}", "us.ssn", "us_social_security_number_found"),
    _kind("iban", r"[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?", "iban",
          "bank_account_found", "review"),
    _kind("card", r"\d{4}(?P<by>[ .–-])\d{4}(?P=by)\d{4}(?P=by)\d{4}|\d{4}[ –-]\d{6}[ –-]\d{5}", "luhn",
          "card_number_found"),
    # An article's number has its check digit by chance, one time in ten.
    _kind("card", r"\d{15,19}", "luhn", "card_number_possible", "note"),
)  # fmt: skip


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every phone number, address, identity, account and card number."""
    allowed = frozenset(phrase.casefold() for phrase in context.allowed)
    for written in script:
        # Read as people read it: in half width, and without characters that nobody sees.
        view, taken = written.folded, OccupiedPlaces(written.folded.text)
        for first, last, name, code, severity in _found(view.text, context):
            start, end = view.span(first, last)
            text = written.text[start:end]
            if text.casefold() not in allowed and taken.take(first, last):
                hidden = masked(text)
                yield written.finding(
                    f"personal.{name}",
                    severity,
                    start,
                    end,
                    message=say(code, masked=hidden),
                    # What may be the shop's own stays until somebody has looked.
                    suggestion="" if severity == "blocks" else None,
                    confidence=0.9,
                )


_Found = tuple[int, int, str, str, Severity]


def _found(text: str, context: Context) -> Iterator[_Found]:
    """The surest first: of two kinds at one place, the first is meant."""
    for match in _EMAIL.finditer(text):
        yield (*match.span(), "email", _EMAIL_OF, "note")
    if any(map(str.isdigit, text)):
        for kind in _KINDS:
            for match in kind.shape.finditer(text):
                if kind.holds(match[0]):
                    # A part's number may have the shape of one; only there is it anybody's.
                    elsewhere = kind.module == "us.ssn" and "US" not in context.countries
                    yield (*match.span(), kind.name, kind.code, "note" if elsewhere else kind.severity)
        yield from _phones(text, context)


def _phones(text: str, context: Context) -> Iterator[_Found]:
    """Numbers that a country keeps for mobile phones: others are a shop's more often than not."""
    library: Any = import_module("phonenumbers")
    for line in _LINE.finditer(text):
        if sum(map(str.isdigit, line[0])) < _FEWEST_DIGITS:
            continue
        for region, country in _REGIONS.items():
            for match in library.PhoneNumberMatcher(line[0], region, leniency=library.Leniency.STRICT_GROUPING):
                if library.number_type(match.number) == library.PhoneNumberType.MOBILE:
                    severity = _severity_of_phone(match.raw_string, region, at_home=country in context.countries)
                    if severity:
                        yield line.start() + match.start, line.start() + match.end, "phone", _MOBILE, severity


def _severity_of_phone(written: str, region: str, *, at_home: bool) -> Severity | None:
    """By how it is written: an article's number may be any digits, and has neither a prefix nor a phone's groups."""
    grouped = not written.isdigit()
    prefixed = written.startswith("0") or region == "CN"  # whose 11 digits need no prefix
    if written.startswith(("+", "00")) or (prefixed and grouped):
        return "blocks"
    return "review" if prefixed or (grouped and at_home and region in _WITHOUT_PREFIX) else None


def masked(text: str) -> str:
    """A number or an address with its middle hidden."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    letters = [index for index, one in enumerate(text) if one.isalnum()]
    kept = {*letters[:3], *letters[-2:]}
    return "".join("*" if index in letters and index not in kept else one for index, one in enumerate(text))

"""Keys and passwords that were left in a text: those of known shapes, and random ones beside a word that names them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, Taken, Written
from magicai.publishing.findings import Finding

_ALONE, _ENDS = r"(?<![A-Za-z0-9_-])(?:", r")(?![A-Za-z0-9_-])"
# The shapes that their issuers document.
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (whose, re.compile(pattern if whose in ("private key", "address") else f"{_ALONE}{pattern}{_ENDS}"))
    for whose, pattern in (
        ("private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,8000}?-----END [A-Z ]+-----)?"),
        ("address", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@<>\"']{1,64}:[^\s/@<>\"']{3,128}@[\w.-]+"),
        ("AWS", r"(?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16}"),
        ("GitHub", r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}"),
        ("GitLab", r"gl(?:pat|rt|ptt|dt)-[\w-]{20,}"),
        ("Anthropic", r"sk-ant-[\w-]{24,}"),
        ("OpenAI", r"sk-(?:proj-|svcacct-|admin-)?[\w-]{32,}"),
        ("Stripe", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}"),
        ("Slack", r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,}"),
        ("Google", r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{28}"),
        ("SendGrid", r"SG\.[\w-]{22}\.[\w-]{43}"),
        ("npm", r"npm_[A-Za-z0-9]{36}"),
        ("PyPI", r"pypi-[\w-]{50,}"),
        ("Hugging Face", r"hf_[A-Za-z]{34}"),
        ("Shopify", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
        ("DigitalOcean", r"do[opr]_v1_[a-f0-9]{64}"),
        ("Telegram", r"\d{8,10}:AA[\w-]{33}"),
        ("Mailgun", r"key-[a-f0-9]{32}"),
        ("Mailchimp", r"[a-f0-9]{32}-us\d{1,2}"),
        ("Square", r"(?:sq0atp|sq0csp|EAAA)-?[\w-]{22,60}"),
        ("Alibaba Cloud", r"LTAI[A-Za-z0-9]{12,24}"),
        ("Tencent Cloud", r"AKID[A-Za-z0-9]{32}"),
        ("JSON Web Token", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
        ("age", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    )
)
_NAMED = re.compile(
    r"(?P<name>pass(?:word|wd|phrase)|(?:api|access|secret|private|auth)[ _-]?(?:key|token)|client[ _-]?secret|bearer|"
    r"secret|token|密码|口令|密钥|令牌)(?:\s*(?:is|为|是))?\s*[:=：]?\s*[\"'`“]?(?P<value>[^\s\"'`“”，。；,;<>]{6,200})",
    re.IGNORECASE,
)
# Without which there is none, so that nothing else is looked for.
_LIKE_A_KEY = re.compile(r"[\w.:-]{16}|://|-----BEGIN")
_NAMES = re.compile(r"pass|key|token|secret|bearer|密码|口令|密钥|令牌", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![\w/.:%?=&@+-])[A-Za-z0-9+/_=-]{24,200}(?![\w/.:%-])")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]{4,}")
_RANDOM_BITS, _NAMED_BITS = 3.8, 2.6


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every key, token and password; what is allowed by name is left."""
    for written in script:
        yield from (one for one in _found(written) if one.text not in context.allowed)


def entropy(text: str) -> float:
    """Bits for each character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _found(written: Written) -> Iterator[Finding]:
    taken = Taken(written.text)
    if _LIKE_A_KEY.search(written.text):
        yield from _shaped(written, taken)
    if _NAMES.search(written.text):
        yield from _named(written, taken)
    for match in _TOKEN.finditer(written.text):
        if _is_random(match[0], _RANDOM_BITS) and not _UUID.fullmatch(match[0]) and taken.take(*match.span()):
            yield written.finding(
                "secrets.random", "note", *match.span(), message="This looks like a key: it is random.", confidence=0.5
            )


def _shaped(written: Written, taken: Taken) -> Iterator[Finding]:
    for whose, pattern in _SHAPES:
        for match in pattern.finditer(written.text):
            if taken.take(*match.span()):
                rule = "secrets.private-key" if whose == "private key" else "secrets.key"
                what = {
                    "private key": "This is a private key.",
                    "address": "This address has a password in it.",
                }.get(whose, f"This has the shape of a secret key of {whose}.")
                yield _finding(written, rule, *match.span(), what, 0.97)


def _named(written: Written, taken: Taken) -> Iterator[Finding]:
    for match in _NAMED.finditer(written.text):
        if _is_random(match["value"], _NAMED_BITS) and taken.take(*match.span("value")):
            what = "This looks like a password, a key or a token."
            yield _finding(written, "secrets.named", *match.span("value"), what, 0.8)


def _finding(written: Written, rule: str, start: int, end: int, message: str, confidence: float) -> Finding:
    return written.finding(rule, "blocks", start, end, message, suggestion="", confidence=confidence)


def _is_random(text: str, bits: float) -> bool:
    """Whether a text has letters and digits mixed as no word has."""
    classes = sum(any(map(kind, text)) for kind in (str.isupper, str.islower, str.isdigit))
    worded = sum(len(one) for one in _WORDS.findall(text) if one.islower() or one.istitle())
    return classes > 1 and any(map(str.isdigit, text)) and entropy(text) >= bits and worded < len(text) / 2

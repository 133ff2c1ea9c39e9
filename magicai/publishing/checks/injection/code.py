"""Tags, addresses, shortcodes and templates that run something.

A text is looked at as a browser reads it: entities and escapes decoded, unseen characters gone.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from magicai.publishing.checks.manuscript import Written
from magicai.publishing.findings import Finding, Severity
from magicai.publishing.piece import Markup

_TAG = re.compile(
    r"<(?P<close>[/!?%]?)\s*(?P<name>[A-Za-z][^\s<>/=\"']*|\[if|\[CDATA\[|--)"
    r"(?P<rest>(?:=\s*\"[^\"]*\"|=\s*'[^']*'|[^<>])*)>?"
)
_RUNS = frozenset((
    "script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "textarea",
    "select", "svg", "math", "style", "link", "meta", "base", "template", "portal", "noscript", "xml", "isindex",
    "layer", "ilayer", "bgsound", "keygen", "marquee", "xss", "animate", "set", "foreignobject", "use", "body",
    "html", "head", "title", "plaintext", "xmp", "listing", "noembed", "noframes", "comment", "dialog", "slot",
))  # fmt: skip
# Which of them are words too, so that more than a bracket before them is needed.
_WORDS = frozenset(("title", "use", "set", "link", "comment", "body", "base", "select", "form", "button", "head"))
_FORMATS = frozenset((
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "u", "ul", "var", "wbr", "section", "article", "aside", "header", "footer", "audio", "video", "track",
))  # fmt: skip
_HANDLER = re.compile(r"(?:^|[\s/\"'`;&?])on[a-z]{3,24}(?:[\s/]|&nbsp;|/\*.*?\*/)*=", re.IGNORECASE)
_SCHEME = re.compile(
    r"(?:j[\s\x00-\x20]*a[\s\x00-\x20]*v[\s\x00-\x20]*a|vb|live|j|m?ocha)[\s\x00-\x20]*s[\s\x00-\x20]*c[\s\x00-\x20]*r"
    r"[\s\x00-\x20]*i[\s\x00-\x20]*p[\s\x00-\x20]*t[\s\x00-\x20]*:\s*\S"
    r"|data\s*:\s*(?:text/(?:html|xml|javascript|vbscript)|image/svg\+xml|application/(?:xhtml|javascript))"
    r"|(?:feed|view-source|mhtml|jar|file)\s*:\s*(?:/|data|javascript)",
    re.IGNORECASE,
)
_CSS = re.compile(
    r"expression\s*\(|-moz-binding|behaviou?r\s*:\s*url|@import\s*(?:url|[\"'])"
    r"|url\s*\(\s*[\"']?\s*(?:javascript|data:text)",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(
    r"\[/?(?P<name>[a-z][\w-]{1,40})"
    r"(?P<rest>(?:\s+[\w-]+\s*=\s*(?:\"[^\"\]]*\"|'[^'\]]*'|[^\s\]]+))+\s*/?|\s*/)?\](?![(\[])",
    re.IGNORECASE,
)
_SHORTCODES = frozenset((
    "gallery", "embed", "audio", "video", "playlist", "caption", "wp_caption", "contact-form-7", "contact-form",
    "php", "insert_php", "exec", "eval", "code", "html", "raw", "iframe", "script", "include", "shortcode",
    "products", "product", "add_to_cart", "woocommerce_cart", "woocommerce_checkout", "download", "user", "login",
    "post", "query", "sql", "url", "img", "color", "size", "quote", "youtube",
))  # fmt: skip
_TEMPLATE = re.compile(
    r"\{\{[<%#/!>^~]?-?.{1,200}?\}\}|\{%-?\s*\w.{0,200}?%\}|<%[=@!#-]?.{1,200}?%>|<\?(?:php|=|xml)?.{0,200}?(?:\?>|$)"
    r"|[$#*]\{[^{}\n]{1,200}\}|<!--\s*(?:#(?:exec|include|echo|set|config|printenv)|/?wp:|\[if)"
    r"|\[\[!?[$%+*~#]?[\w.]+[\]?]",
    re.DOTALL,
)
# What gets out of an attribute into which a text is put.
_BREAKOUT = re.compile(
    r"[\"'`][^<>\n]{0,80}?\bon(?:abort|blur|change|click|error|focus\w*|input|key\w+|load\w*|mouse\w+|pointer\w+|toggle|"
    r"touch\w+|wheel|animation\w+|transition\w+|drag\w*|paste|copy|cut|resize|scroll\w*|submit|begin|end|start)\s*=",
    re.IGNORECASE,
)
_MASS_MENTION = re.compile(r"(?<![\w@])@(?:everyone|here|channel|all|所有人|全体成员)(?!\w)")
_PROMPT = re.compile(
    r"(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+)?(?:the\s+|your\s+|my\s+)?"
    r"(?:previous|prior|above|earlier|preceding)\s+(?:instructions?|prompts?|directions?|rules|text)"
    r"|(?:reveal|print|repeat)\s+(?:your|the)\s+system\s+prompt"
    r"|(?:忽略|无视|忘记)(?:之前|以上|前面|上面|先前)的?(?:所有|全部)?(?:指令|指示|提示|规则|内容)",
    re.IGNORECASE,
)
_HIDDEN_TAG = re.compile(r"<\s*/?(?:script|img|svg|iframe)", re.IGNORECASE)
_ESCAPED = re.compile(r"\+AD[w4]-|&#?\w{2,8};?|%[0-9a-fA-F]{2}|\\(?:u\{?[0-9a-fA-F]{2,6}\}?|x[0-9a-fA-F]{2})")


# Rule, severity, pattern, the signs of which it has one, what to say, confidence, suggestion.
_Pattern = tuple[str, Severity, re.Pattern[str], str, str, float, str | None]
_TEMPLATES: tuple[_Pattern, ...] = (
    ("template", "blocks", _TEMPLATE, "{<[", "“{}” is code of a template: the platform may carry it out.", 0.85, ""),
)
_PATTERNS: tuple[_Pattern, ...] = (
    ("address", "blocks", _SCHEME, ":", "“{}” runs a program when it is followed.", 0.9, None),
    ("style", "blocks", _CSS, "(@-:", "“{}” is code: a browser may carry it out.", 0.8, None),
    ("attribute", "blocks", _BREAKOUT, "=", "“{}” is code: a browser may carry it out.", 0.8, None),
    ("mention", "note", _MASS_MENTION, "@", "“{}” notifies everybody on some platforms.", 0.6, None),
    ("prompt", "note", _PROMPT, "eE令示则容", "“{}” is an instruction to assistants that read the text.", 0.7, None),
)
_WINDOW = 200  # characters beside an escape that are read with it


def code(written: Written, markup: Markup) -> Iterator[Finding]:
    """Everything in a text that a platform may carry out."""
    yield from _matching(written, _TEMPLATES)
    for match in _TAG.finditer(written.text):
        yield from _tag(written, match, markup)
    yield from _matching(written, _PATTERNS)
    yield from _shortcodes(written)
    yield from _escaped(written)


def _matching(written: Written, patterns: tuple[_Pattern, ...]) -> Iterator[Finding]:
    for rule, severity, pattern, signs, what, confidence, suggestion in patterns:
        if not any(sign in written.text for sign in signs):
            continue
        for match in pattern.finditer(written.text):
            yield written.finding(
                f"injection.{rule}",
                severity,
                *match.span(),
                message=what.format(_short(match[0])),
                suggestion=suggestion,
                confidence=confidence,
            )


def _shortcodes(written: Written) -> Iterator[Finding]:
    for match in _SHORTCODE.finditer(written.text):
        if match["rest"] or match["name"].lower() in _SHORTCODES:
            what = f"“{_short(match[0])}” is a shortcode: the platform may carry it out."
            yield written.finding(
                "injection.shortcode", "blocks", *match.span(), message=what, suggestion="", confidence=0.8
            )


def _escaped(written: Written) -> Iterator[Finding]:
    done = 0
    for match in _ESCAPED.finditer(written.text):
        if match.start() < done:
            continue
        start, done = _word_at(written.text, match.start())
        decoded = _decoded(written.text[start:done])
        if any(pattern.search(decoded) for pattern in (_SCHEME, _HIDDEN_TAG, _BREAKOUT)):
            what = f"“{_short(written.text[start:done])}” hides code in escapes."
            yield written.finding(
                "injection.escaped", "blocks", start, done, message=what, suggestion="", confidence=0.9
            )


def _tag(written: Written, match: re.Match[str], markup: Markup) -> Iterator[Finding]:
    name, whole, rest = match["name"].lower(), match[0], _decoded(match["rest"])
    bare = re.split(r"[^a-z0-9]", name, maxsplit=1)[0]
    is_word = bare in _WORDS and not rest.strip() and not whole.endswith(">")
    rule, confidence, what = "", 0.95, ""
    severity: Severity = "blocks"
    if name in ("--", "[if", "[cdata["):
        rule, severity, confidence = "comment", "note", 0.7
        what = f"“{_short(whole)}” is a comment that nobody sees."
    elif bare in _RUNS and not is_word:
        rule, what = "tag", f"The tag “{bare}” runs or loads something."
    elif _HANDLER.search(f" {rest}") or _SCHEME.search(rest) or _CSS.search(rest):
        rule, what = "attribute", f"The tag “{bare}” has code in its attributes."
    elif whole.endswith(">") and (bare not in _FORMATS or markup == "plain") and not _is_generic(written.text, match):
        rule, severity, confidence = "markup", "note", 0.6
        what = f"“{_short(whole)}” is a tag: the platform shows it as it is, or leaves it out."
    if rule:
        yield written.finding(
            f"injection.{rule}",
            severity,
            *match.span(),
            message=what,
            suggestion="",
            confidence=confidence,
        )


def _is_generic(text: str, match: re.Match[str]) -> bool:
    """Whether this is an address in brackets, or a type such as `list<int>`."""
    return (
        bool(re.match(r"<(?:https?://|mailto:|[\w.+-]+@)", match[0]))
        or text[max(0, match.start() - 1) : match.start()].isalnum()
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:57]}…"  # noqa: PLR2004 - what fits on a line


def _decoded(text: str) -> str:
    """A text as a browser reads it in an attribute."""
    decoded = text
    for _ in range(2):
        decoded = unquote(html.unescape(decoded))
    escapes = re.sub(
        r"\\(?:u\{?([0-9a-fA-F]{2,6})\}?|x([0-9a-fA-F]{2}))", lambda one: _character(one[1] or one[2]), decoded
    )
    # UTF-7, and comments inside of words, which old browsers leave out.
    escapes = re.sub(r"/\*.*?\*/", "", escapes.replace("+ADw-", "<").replace("+AD4-", ">"))
    return re.sub(r"[\x00-\x1f\u200b-\u200d\ufeff]", "", escapes)


def _character(number: str) -> str:
    value = int(number, 16)
    return chr(value) if value < 0x110000 else ""  # noqa: PLR2004 - the last character of Unicode


def _word_at(text: str, place: int) -> tuple[int, int]:
    """The word around a place, or as much of it as is looked at."""
    first, last = max(0, place - _WINDOW), min(len(text), place + 2 * _WINDOW)
    start = max((text.rfind(one, first, place) for one in " \n\t"), default=-1) + 1
    ends = [end for one in " \n\t" if (end := text.find(one, place, last)) >= 0]
    return max(start, first), min(ends, default=last)

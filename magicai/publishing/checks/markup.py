"""Tags and placeholders that were left in a text: readers would see them, since nothing in a text is markup."""

import re
from collections.abc import Iterable

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript
from magicai.publishing.findings import Finding

# Of text and pages; “Size <M>” is none.
_KNOWN = (
    "html|head|body|div|span|p|br|hr|h[1-6]|ul|ol|li|a|img|b|i|u|em|strong|small|sub|sup|table|thead|tbody|tr|td|th|"
    "script|style|iframe|form|input|button|svg|font|center|blockquote|pre|code|section|article|header|footer|video|"
    "audio|link|meta|object|embed"
)
_TAG = re.compile(rf"</?(?:{_KNOWN})(?:[\s/][^<>]{{0,500}})?>", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{1,200}\}\}|\{%[^{}\n]{1,200}%\}")
_SHOWN = 60


def find(script: Manuscript, context: Context) -> Iterable[Finding]:  # noqa: ARG001 - the same of everybody
    """Every tag of HTML, and every placeholder of a template."""
    for written in script:
        for match in _TAG.finditer(written.text):
            message = say("tag_in_text", tag=_short(match[0]))
            yield written.finding("markup.tag", "note", *match.span(), message=message, suggestion="", confidence=0.9)
        for match in _PLACEHOLDER.finditer(written.text):
            message = say("placeholder_in_text", placeholder=_short(match[0]))
            yield written.finding("markup.placeholder", "note", *match.span(), message=message, confidence=0.95)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"

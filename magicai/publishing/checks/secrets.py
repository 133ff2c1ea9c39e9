"""Keys and tokens that were left in a text, by the detectors of detect-secrets."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, OccupiedPlaces
from magicai.publishing.findings import Finding

# Its other detectors read code: names of variables, quoted values, addresses of servers.
_DETECTORS = (
    ("aws", "AWSKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
# Keys of issuers that the library has no detector of.
_ISSUED = re.compile(r"(?<![\w-])(?:AIza[\w-]{35}|sk-ant-[\w-]{20,200})(?![\w-])", re.ASCII)
# A random value is a key only where the text calls it one: others are hashes, ids, order numbers, words in a row.
_NAMED = re.compile(
    r"(?:(?<![A-Za-z])(?:key|secret|token|password|passwd)|密钥|口令|密码|令牌)\s*(?:[:=：]|\bis\b|是|为)?\s*[\"'“`]?"
    r"(?P<value>[A-Za-z0-9+/_=-]{32,200})(?![\w/.:%-])",
    re.IGNORECASE | re.ASCII,
)
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# Shannon entropy for each character, as the library's own command has it.
_RANDOM_BITS, _RANDOM_HEX_BITS = 4.5, 3.0
# Their patterns take time by the square of what they are given.
_PART = re.compile(r"[^\n]{1,2000}(?=\s|$)|[^\n]{1,2000}")


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every key and token; what is allowed by name is left."""
    for written in script:
        taken = OccupiedPlaces(written.text)
        for start, end, kind in _found(written.text):
            if written.text[start:end] not in context.allowed and taken.take(start, end):
                yield written.finding(
                    "secrets.key",
                    "blocks",
                    start,
                    end,
                    message=say("secret_in_text", kind=say(f"kind_of_secret_{kind}")),
                    # Of an address, what surrounds the password stays.
                    suggestion=None if written.text[start:end].startswith("://") else "",
                    confidence=0.95,
                )


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for part in _PART.finditer(text):
        for kind, detector in _detectors():
            for pattern in detector.denylist:
                for match in pattern.finditer(part[0]):
                    # Some look closer than their pattern does: the parts of a token must be JSON, say.
                    if any(detector.analyze_string(match[0])):
                        yield part.start() + match.start(), part.start() + match.end(), kind
    for match in _ISSUED.finditer(text):
        yield (*match.span(), "api_key")
    for match in _NAMED.finditer(text):
        if _is_random(match["value"]):
            yield (*match.span("value"), "random")


def _is_random(value: str) -> bool:
    if _UUID.fullmatch(value):
        return False
    # The library applies its limit to lines of code alone.
    limit = _RANDOM_HEX_BITS if _HEX.fullmatch(value) else _RANDOM_BITS
    return _entropy().calculate_shannon_entropy(value) > limit


@cache
def _detectors() -> tuple[tuple[str, Any], ...]:
    """Loaded on first use: they import a library for HTTP, though none of them asks anybody here."""
    return tuple(
        (module, getattr(import_module(f"detect_secrets.plugins.{module}"), name)()) for module, name in _DETECTORS
    )


@cache
def _entropy() -> Any:
    return import_module("detect_secrets.plugins.high_entropy_strings").Base64HighEntropyString()

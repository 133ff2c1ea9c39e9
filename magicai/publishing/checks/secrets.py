"""Keys and tokens that were left in a text, by the detectors of detect-secrets."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, Taken
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
# What is random enough to be a key, whoever issued it; in an address it is part of that.
_TOKEN = re.compile(r"(?<![\w/.:%?=&@+-])[A-Za-z0-9+/_=-]{32,200}(?![\w/.:%-])", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_RANDOM_BITS = 4.5  # for each character, as the library's own command has it
# Their patterns take time by the square of what they are given.
_PART = re.compile(r"[^\n]{1,2000}(?=\s|$)|[^\n]{1,2000}")


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every key and token; what is allowed by name is left."""
    for written in script:
        taken = Taken(written.text)
        for start, end, kind in _found(written.text):
            if written.text[start:end] not in context.allowed and taken.take(start, end):
                yield written.finding(
                    "secrets.key",
                    "blocks",
                    start,
                    end,
                    message=f"Remove this secret, and replace it where it is used: {kind}.",
                    # Of an address, what surrounds the password stays.
                    suggestion=None if written.text[start:end].startswith("://") else "",
                    confidence=0.95,
                )


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for part in _PART.finditer(text):
        for detector in _detectors():
            for pattern in detector.denylist:
                for match in pattern.finditer(part[0]):
                    # Some look closer than their pattern does: the parts of a token must be JSON, say.
                    if any(detector.analyze_string(match[0])):
                        yield part.start() + match.start(), part.start() + match.end(), detector.secret_type
    for match in _TOKEN.finditer(text):
        if not _UUID.fullmatch(match[0]) and any(_random().analyze_string(f'"{match[0]}"')):
            yield (*match.span(), "random value")


@cache
def _detectors() -> tuple[Any, ...]:
    """Loaded on first use: they import a library for HTTP, though none of them asks anybody here."""
    return tuple(getattr(import_module(f"detect_secrets.plugins.{module}"), name)() for module, name in _DETECTORS)


@cache
def _random() -> Any:
    return import_module("detect_secrets.plugins.high_entropy_strings").Base64HighEntropyString(limit=_RANDOM_BITS)

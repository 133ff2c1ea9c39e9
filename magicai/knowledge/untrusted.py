"""Text of others on its way to a language model: cleaned, put between marks, and marked down where it gives orders.

Whether a passage means well is nothing that code can know. What protects an answer is elsewhere: its quotes are
checked (quotes.py), and the model that reads passages has no tools. A passage with one of the few patterns here is
read last.
"""

import re
import secrets
import unicodedata

# Letters of direction, tags, private and unassigned characters: what people don't see, and models read.
_UNSEEN = frozenset(("Cf", "Cc", "Co", "Cn", "Cs"))
_KEPT = frozenset("\n\t\u200c\u200d")  # the last two shape letters of Persian, Hindi and emoji
# Letters and marks that Unicode has no shape for ("default ignorable"); U+FE0F shows emoji in colour.
_SHAPELESS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]")
_CHAT_TOKENS = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?(?:s|system|user|assistant|human)>|\[/?INST\]|<</?SYS>>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CLOSING = re.compile(r"</([a-z][a-z0-9-]{0,20})\s*>", re.IGNORECASE)
_OPENING = re.compile(r"<([a-z][a-z0-9-]{0,20})(\s[^<>=]{0,100}=[^<>]{0,500})?/?>", re.IGNORECASE)
_ENCODED = re.compile(r"(https?://\S+)|[A-Za-z0-9+/_-]{80,}={0,2}")

_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|prior|above|your)\b.{0,20}\b(?:instructions?|rules)\b",
        r"\b(?:new|updated|real) (?:system )?(?:instructions?|prompt)\s*:",
        r"\b(?:reveal|print|repeat|output)\b.{0,20}\b(?:system prompt|your (?:instructions|prompt|rules))\b",
        r"\byou are (?:now|no longer)\b.{0,40}\b(?:assistant|model|AI|bot|mode)\b",
        r"\b(?:answer|respond|reply)\b.{0,30}\b(?:only|always|exactly|instead)\b.{0,10}\b(?:with|that|by saying)\b",
        r"(?:忽略|无视|忘记|不要理会).{0,12}(?:之前|以上|上面|前面|系统).{0,8}(?:指令|指示|提示|规则|要求)",
        r"(?:系统提示|新的?指令|新的?提示)\s*[:：]",
        r"你现在(?:是|不再是).{0,12}(?:助手|模型|机器人|AI)",
    )
)
_SECRETS = re.compile(
    r"\b(?:send|share|give|tell|enter|provide|reply with|email|text)\b.{0,40}"
    r"\b(?:passwords?|passcodes?|PINs?|(?:one-time|verification|security|SMS) codes?|card numbers?|CVV|CVC)\b"
    r"|(?:发送|提供|告诉|输入|回复).{0,16}(?:密码|验证码|卡号|口令)",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """A text without what people don't see of it, or what only a model would read as a command."""
    seen = "".join(char for char in text if char in _KEPT or char == " " or unicodedata.category(char) not in _UNSEEN)
    before, plain = "", _SHAPELESS.sub("", seen)
    while plain != before:  # what is removed may have stood between two halves of another
        before, plain = plain, _without_markup(plain)
    return _ENCODED.sub(lambda found: found[1] or "", plain)


def _without_markup(text: str) -> str:
    """A text without comments, chat tokens and tags; `<your-domain>`, which nothing closes, is none."""
    plain = _COMMENT.sub("", _CHAT_TOKENS.sub("", text))
    closed = {name.lower() for name in _CLOSING.findall(plain)}
    plain = _OPENING.sub(lambda tag: "" if tag[2] or tag[1].lower() in closed else tag[0], plain)
    return _CLOSING.sub("", plain)


def gives_orders(text: str) -> bool:
    """Whether a text has one of a few well-known orders to a language model."""
    plain = " ".join(text.split())
    return any(order.search(plain) for order in _ORDERS)


def asks_for_secrets(text: str) -> bool:
    """Whether a sentence asks its reader for a password, a code or a card number."""
    return _SECRETS.search(text) is not None


def new_mark(*texts: str) -> str:
    """What to put around texts of others: new for each call, and in none of them."""
    while True:
        mark = secrets.token_hex(8)
        if not any(mark in text for text in texts):
            return mark

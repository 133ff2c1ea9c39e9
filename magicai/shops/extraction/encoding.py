"""The text of a body whose declared encoding may be missing, wrong or half kept.

Order: a byte order mark; UTF-8 where the bytes are that (text in another encoding all but never is); what the header or
the page declares, where the bytes obey it; then detection. Chinese and Japanese shops declare utf-8 and send GBK or
Shift_JIS often enough that a declaration alone is no proof.
"""

import codecs
import re

from charset_normalizer import from_bytes

from magicai.shops.extraction.double_bytes import double_byte_encoding

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_.:\-]{2,40})""",
    re.IGNORECASE,
)
_IN_HEADER = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(rb"""<html[^>]{0,500}?\slang\s{0,5}=\s{0,5}["']?([A-Za-z]{2})""", re.IGNORECASE)
_RUN = re.compile(rb"[^\x00-\x7f]+(?:[\x30-\x7f]{1,3}[^\x00-\x7f]+)*[\x30-\x7f]?")
_HIGH_RUN = re.compile(rb"[^\x00-\x7f]+")
# Browsers read these labels as the larger encodings that everybody really sends (WHATWG Encoding, "Names and labels").
_WIDER = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "hz-gb-2312": "gb18030",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254",
    "tis-620": "cp874", "iso-8859-11": "cp874", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
_CENTRAL_EUROPE = frozenset(("pl", "cs", "sk", "hu", "ro", "sl", "hr", "bs"))
_WESTERN = frozenset(("cp1252", "iso8859-1", "iso8859-15", "mac-roman"))
_LONG_WORDED = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874"]
_HEAD = 4_096
_SAMPLE = 8_000
_SEARCHED = 400_000
_LONG_RUN = 2.5
_TORN_SHARE = 0.02
_ZERO_SHARE = 0.2


def decode(body: bytes, *, content_type: str = "", charset: str = "") -> str:
    """The text of a body; as `as_utf8`."""
    return as_utf8(body, content_type=content_type, charset=charset).decode("utf-8", "replace")


def as_utf8(body: bytes, *, content_type: str = "", charset: str = "") -> bytes:
    """A body in UTF-8, itself where it is that; bytes that fit no encoding become U+FFFD.

    Args:
        body: raw, uncompressed.
        content_type: the header, which may hold a charset.
        charset: from the header, where the caller has taken it out.
    """
    encoding = _marked_encoding(body)
    if encoding is None:
        if _is_utf8(body):
            return body
        encoding = _detected(body, content_type, charset)
    return body.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def encoding_of(body: bytes, *, content_type: str = "", charset: str = "") -> str:
    """The encoding of a body, by Python's name; as `as_utf8`."""
    marked = _marked_encoding(body) or ("utf-8" if _is_utf8(body) else None)
    return marked or _detected(body, content_type, charset)


def _detected(body: bytes, content_type: str, charset: str) -> str:
    """The encoding of a body that has no mark, and is not UTF-8 throughout."""
    return "utf-8" if _is_torn_utf8(body) else _other_than_utf8(body, _declared(body, content_type, charset))


def _marked_encoding(body: bytes) -> str | None:
    """The encoding that the bytes themselves tell: by their mark, by zeros between them, by escapes."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    if b"\x1b" in body and b"\x1b$B" in body and b"\x1b(" in body:  # one byte is found at once
        return "iso2022_jp"
    return _wide(body)


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes, content_type: str, charset: str) -> list[str]:
    """Encodings that header and page declare, by Python's names."""
    in_header = _IN_HEADER.search(content_type[:300])
    in_page = _DECLARED.search(body[:_HEAD])
    labels = (charset, in_header[1] if in_header else "", in_page[1].decode("ascii") if in_page else "")
    return [_python_name(label) for label in labels]


def _other_than_utf8(body: bytes, declared: list[str]) -> str:
    """Which encoding bytes have that are no UTF-8, whatever they claim."""
    sample = b" ".join(run[0] for run in _RUN.finditer(body[:_SEARCHED]))[:_SAMPLE]
    in_runs = _mean_run(body) >= _LONG_RUN
    language = _LANGUAGE.search(body[:_HEAD])
    western = "cp1250" if language and language[1].decode("ascii").lower() in _CENTRAL_EUROPE else "cp1252"
    for encoding in declared:
        # Any bytes obey an encoding of single bytes, so those must look like it, too.
        single = encoding.startswith(("cp125", "iso8859", "koi8", "cp874", "mac"))
        if encoding in ("", "utf-8") or (encoding in _WESTERN and in_runs) or (single and double_byte_encoding(sample)):
            continue
        if _obeys(body, encoding):
            return western if encoding in _WESTERN else encoding
    if (found := double_byte_encoding(sample)) is not None:
        return found
    if in_runs:  # whole words of high bytes: Cyrillic, Greek, Hebrew, Arabic, Thai
        best = from_bytes(sample, cp_isolation=_LONG_WORDED, threshold=0.6).best()
        if best is not None:
            return best.encoding
    return western


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: markup of which every other byte is zero."""
    head = body[:_HEAD]
    if b"\0" not in head:  # the answer for most pages, found at once where counting takes its time
        return None
    if head.count(0) < len(head) * _ZERO_SHARE:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd) or len(head) < 8:  # noqa: PLR2004 - both halves: binary
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_torn_utf8(body: bytes) -> bool:
    """Whether this is UTF-8 that was cut or patched in a few places."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Of other encodings' characters, one in five at most happens to be valid UTF-8.
    return sum(1 for char in text if char > "\x7f") > 4 * broken


def _mean_run(body: bytes) -> float:
    """How many high bytes stand together: one or two in a French word, four and more in Russian or Chinese."""
    runs = [len(run[0]) for run in _HIGH_RUN.finditer(body[:_SEARCHED])]
    return sum(runs) / len(runs) if runs else 0.0


def _obeys(body: bytes, encoding: str) -> bool:
    try:
        text = body.decode(encoding, "strict")
    except UnicodeDecodeError as error:
        # A cut end is no disproof, nor is one bad byte in a page.
        if len(body) - error.start > 3:  # noqa: PLR2004 - a character has four bytes at most
            text = body.decode(encoding, "replace")
            return text.count("\ufffd") <= _TORN_SHARE * sum(1 for char in text if char > "\x7f")
        return True
    return max(text, default="") >= "\x80" and not any("\x80" <= char <= "\x9f" for char in text[:_SAMPLE])


# Codecs of Python that are no encodings of pages; "undefined" refuses whatever it is given.
_NO_PAGES = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"))


def _python_name(label: str) -> str:
    label = label.strip().lower()
    name = _WIDER.get(label, label)
    try:
        found = codecs.lookup(name).name.replace("_", "-")
        if found in _NO_PAGES:
            return ""
        "".encode(found)  # base64, zip and their likes are codecs, too, and refuse text
    except (LookupError, ValueError):
        return ""
    return found

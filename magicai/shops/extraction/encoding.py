"""The text of a body whose declared encoding may be missing, wrong or half kept.

Order: a byte order mark; UTF-8 where the bytes are that (text in another encoding all but never is); what the header or
the page declares, where the text that it makes is plausible; then detection. Chinese and Japanese shops declare utf-8
and send GBK or Shift_JIS often enough that a declaration alone is no proof.
"""

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_.:\-]{2,40})""",
    re.IGNORECASE,
)
_IN_HEADER = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(rb"""<html[^>]{0,500}?\slang\s{0,5}=\s{0,5}["']?([A-Za-z]{2})""", re.IGNORECASE)
_CENTRAL_EUROPE = frozenset(("pl", "cs", "sk", "hu", "ro", "sl", "hr", "bs"))
_DOUBLE_BYTES = ["gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "utf_16_le", "utf_16_be"]
# Their words are of such bytes throughout, where those of Latin letters have one or two.
_LONG_RUNS = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874"]
_RUN = re.compile(rb"[^\x00-\x7f]+")
_LONG_RUN = 2.5
_MARKUP = re.compile(rb"<[^<>]{0,2000}>")
# Browsers read these labels as the larger encodings that everybody really sends (WHATWG Encoding, "Names and labels").
_WIDER = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "hz-gb-2312": "gb18030",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254",
    "tis-620": "cp874", "iso-8859-11": "cp874", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
# Codecs of Python that are no encodings of pages; "undefined" refuses whatever it is given.
_NO_PAGES = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"))
_HEAD = 4_096
_SEARCHED = 100_000
_SAMPLE = 8_000
_FEWEST = 4  # high bytes from which an encoding can be told


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
    encoding = encoding_of(body, content_type=content_type, charset=charset)
    if encoding == "utf-8" and not body.startswith(codecs.BOM_UTF8) and _is_utf8(body):
        return body
    return body.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def encoding_of(body: bytes, *, content_type: str = "", charset: str = "") -> str:
    """The encoding of a body, by Python's name; as `as_utf8`."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    if b"\x1b$" in body:  # seven bits, of which UTF-8 would be true, too
        return "iso2022_jp"
    if b"\0" not in body[:_HEAD] and (_is_utf8(body) or _is_torn_utf8(body)):
        return "utf-8"
    sample = b" ".join(_MARKUP.sub(b" ", body[:_SEARCHED]).split())[:_SAMPLE]
    for encoding in _declared(body, content_type, charset):
        if encoding not in ("", "utf-8") and from_bytes(sample, cp_isolation=[encoding]).best() is not None:
            return encoding
    runs = _RUN.findall(sample)
    in_runs = sum(map(len, runs)) > _LONG_RUN * len(runs)
    best = from_bytes(sample, cp_isolation=[*_DOUBLE_BYTES, *(_LONG_RUNS if in_runs else ())]).best()
    if best is not None and sum(map(len, runs)) >= _FEWEST:
        return best.encoding
    language = _LANGUAGE.search(body[:_HEAD])
    return "cp1250" if language and language[1].decode("ascii").lower() in _CENTRAL_EUROPE else "cp1252"


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_torn_utf8(body: bytes) -> bool:
    """Whether this is UTF-8 that was cut or patched in a few places."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Of other encodings' characters, one in five at most happens to be valid UTF-8.
    return sum(1 for char in text if char > "\x7f") > 4 * broken


def _declared(body: bytes, content_type: str, charset: str) -> list[str]:
    """Encodings that header and page declare, by Python's names."""
    in_header = _IN_HEADER.search(content_type[:300])
    in_page = _DECLARED.search(body[:_HEAD])
    labels = (charset, in_header[1] if in_header else "", in_page[1].decode("ascii") if in_page else "")
    return [_python_name(label) for label in labels]


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

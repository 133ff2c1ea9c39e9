"""What a file is by its own bytes, whatever it is called, and whether it is something else as well."""

import re

from magicai.errors import Refused

_MAGIC = (
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("gif", re.compile(rb"GIF8[79]a")),
    ("webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("avif", re.compile(rb"....ftyp(?:avif|avis|mif1)", re.DOTALL)),
)
_TEXTS = (
    ("image_is_svg", re.compile(rb"\s*(?:<\?xml.{,300}?)?<svg[\s/>]", re.IGNORECASE | re.DOTALL)),
    ("image_is_html", re.compile(rb"\s*(?:<!doctype|<html|<\?xml|<head)", re.IGNORECASE)),
)
# The ends of a ZIP (so a JAR, an APK, a DOCX), code for a browser or a server, and a PDF, whose reader looks here.
_OTHERS = (
    ("a ZIP archive", re.compile(rb"PK\x05\x06.{18}", re.DOTALL), -70_000, None),
    ("a PDF", re.compile(rb"%PDF-"), 0, 1024),
    ("code", re.compile(rb"<script[\s>/]|<\?php|<html[\s>]|<svg[\s>]", re.IGNORECASE), 0, None),
)


def format_of(body: bytes) -> str:
    """The image's format.

    Raises:
        Refused: it is no image that is read here, or something else as well.
    """
    name = next((name for name, magic in _MAGIC if magic.match(body)), None)
    if name is None:
        raise Refused(next((code for code, text in _TEXTS if text.match(body[:500])), "image_format_unknown"))
    for what, pattern, start, end in _OTHERS:
        if pattern.search(body[start:end]):
            raise Refused("image_format_ambiguous", format=name.upper(), other=what)
    return name

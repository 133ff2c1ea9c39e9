"""Images are what their bytes say, whole, and nothing else: a name proves nothing."""

import pytest

from magicai.errors import Invalid
from magicai.publishing.raster import media_type_of
from tests.rasters import GIF, JPEG, WEBP, chunk, png

HTML = b"<!doctype html><body onload=alert(1)>"
IMAGES = {"image/png": png(), "image/jpeg": JPEG, "image/gif": GIF, "image/webp": WEBP}


@pytest.mark.parametrize("media_type", IMAGES)
def test_an_image_is_known_by_its_bytes_and_nothing_may_follow_it(media_type: str) -> None:
    body = IMAGES[media_type]
    assert media_type_of(body, "apron.png") == media_type
    for more in (HTML, b"\0", b"<iframe src=//evil.example>", b"%PDF-", b"PK\x05\x06" + bytes(18)):
        with pytest.raises(Invalid, match=r"apron.png: "):
            media_type_of(body + more, "apron.png")
    for end in range(len(body)):
        with pytest.raises(Invalid, match=r"apron.png: "):
            media_type_of(body[:end], "apron.png")


def test_a_telephone_may_put_a_second_image_behind_the_first() -> None:
    assert media_type_of(JPEG + JPEG, "apron.jpg") == "image/jpeg"


@pytest.mark.parametrize(
    "body",
    [
        HTML,
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<?xml version='1.0'?><svg/>",
        png(chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")),
        b"GIF89a/*" + bytes(60) + b"*/=1;<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + HTML,
        png()[:8] + chunk(b"IEND", b""),
        png().replace(b"IDAT", b"IDAU"),
        bytes(4) + b"ftypavif" + bytes(100),
        b"%PDF-1.7",
        b"text",
        b"",
    ],
)
def test_what_a_browser_would_carry_out_or_no_platform_takes_is_refused_whatever_it_is_called(body: bytes) -> None:
    with pytest.raises(Invalid, match=r"apron.png: "):
        media_type_of(body, "apron.png")

"""Images that nobody trusts: read upright and clean, or refused; whatever one is, the next one is read."""

import asyncio
import io
import zlib
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest

from integrations.images import limits, process
from integrations.images.process import ProcessImages
from magicai.catalogue.images.likeness import Likeness
from magicai.catalogue.ports import ProcessedImage
from magicai.errors import Refused
from tests.codes import says

pyvips: Any = pytest.importorskip("pyvips", reason="the extra `catalogue` is not installed")


def painted(width: int = 400, height: int = 300, bands: int = 3) -> Any:
    """A picture with a bright top left corner, so that it is seen how it lies."""
    ramp = pyvips.Image.xyz(width, height)
    image = (ramp[0] * 200 / width).bandjoin([ramp[1] * 200 / height, (ramp[0] + ramp[1]) % 97]).cast("uchar")
    image = image.draw_rect([255, 255, 255], 0, 0, width // 3, height // 3, fill=True)
    return image.bandjoin(128) if bands == 4 else image


def jpeg(image: Any, **more: Any) -> bytes:
    return bytes(image.write_to_buffer(".jpg", **more))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    packed = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + packed + chunk(b"IEND", b"")


@pytest.fixture
async def images() -> AsyncIterator[ProcessImages]:
    made = ProcessImages(at_once=1)
    yield made
    await made.close()


async def read(images: ProcessImages, body: bytes, *widths: int) -> ProcessedImage:
    return await images.process(body, widths=widths or (320, 160), formats=("avif", "webp", "jpeg"))


async def test_an_image_is_saved_in_widths_and_formats_without_metadata(images: ProcessImages) -> None:
    image = painted().copy()
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd3-GPSLatitude", "52 31 12")
    made = await read(images, jpeg(image))
    assert (made.width, made.height, made.format, made.flat) == (400, 300, "jpeg", False)
    assert [(rendition.format, rendition.width, rendition.height) for rendition in made.renditions] == [
        (form, width, height) for width, height in ((320, 240), (160, 120)) for form in ("avif", "webp", "jpeg")
    ]
    for rendition in made.renditions:
        again = pyvips.Image.new_from_buffer(rendition.body, "")
        assert (again.width, again.height) == (rendition.width, rendition.height)
        assert not [name for name in again.get_fields() if "exif" in name or "icc" in name or "xmp" in name]
    assert len(made.blurhash) == 28
    small = await read(images, jpeg(painted(100, 80)), 320, 160)
    assert {(rendition.width, rendition.height) for rendition in small.renditions} == {(100, 80)}


async def test_an_image_is_turned_upright_and_looks_the_same(images: ProcessImages) -> None:
    upright = await read(images, jpeg(painted()))
    lying = painted().rot270().copy()
    lying.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned = await read(images, jpeg(lying))
    assert (turned.width, turned.height) == (400, 300)
    likeness = Likeness()
    group = likeness.group_of(upright.fingerprint)
    smaller = await read(images, jpeg(painted().resize(0.5), Q=40))
    assert {likeness.group_of(one.fingerprint) for one in (turned, smaller)} == {group}
    other = await read(images, jpeg(painted().flip("horizontal")))
    assert likeness.group_of(other.fingerprint) != group


async def test_a_drawing_on_white_looks_the_same_when_saved_again_and_another_in_another_colour(
    images: ProcessImages,
) -> None:
    """Half of the frequencies of a symmetric drawing are noise; colours are no part of its shape."""
    likeness = Likeness()

    def disc(*colour: int) -> Any:
        ground: Any = pyvips.Image.black(400, 400, bands=3) + 250
        return ground.draw_circle(list(colour), 200, 180, 120, fill=True).cast("uchar").copy(interpretation="srgb")

    red, blue = (disc(*colour) for colour in ((200, 40, 40), (40, 60, 200)))
    group = likeness.group_of((await read(images, jpeg(red, Q=95))).fingerprint)
    for again in (jpeg(red.resize(0.37), Q=60), jpeg(red.linear(1.02, 2).cast("uchar"), Q=80)):
        assert likeness.group_of((await read(images, again)).fingerprint) == group
    assert likeness.group_of((await read(images, jpeg(blue, Q=95))).fingerprint) != group


async def test_cmyk_becomes_rgb_and_alpha_becomes_white_in_jpeg(images: ProcessImages) -> None:
    printed = await read(images, jpeg(painted().colourspace("cmyk")))
    assert pyvips.Image.new_from_buffer(printed.renditions[-1].body, "").bands == 3
    clear = await read(images, bytes(painted(bands=4).write_to_buffer(".png")))
    bands = {rendition.format: pyvips.Image.new_from_buffer(rendition.body, "").bands for rendition in clear.renditions}
    assert bands == {"avif": 4, "webp": 4, "jpeg": 3}


async def test_what_is_no_image_or_more_than_one_is_refused(images: ProcessImages) -> None:
    picture = jpeg(painted())
    zipped = b"PK\x03\x04 something PK\x05\x06" + bytes(18)
    for body, why in (
        (b"<!DOCTYPE html><p>Not found</p>", "HTML"),
        (b"<svg onload='alert(1)'/>", "SVG"),
        (b"<?xml version='1.0'?>\n<!-- made by hand --><svg/>", "SVG"),
        (b"%!PS-Adobe", "not an image"),
        (picture + zipped, "ZIP archive at once"),
        (b"GIF89a/*" + bytes(60) + b"*/=1;<script>alert(1)</script>", "code at once"),
        (bomb(60_000, 60_000), "maximum is 60,000,000"),
        (bomb(5_000, 5_000), "can't be read"),
        (picture[: len(picture) // 2], "can't be read"),
        (b"\xff\xd8\xff\xe0 nothing", "can't be read"),
        (b"", "0 bytes"),
    ):
        with pytest.raises(Refused, match=why):
            await read(images, body)
    assert (await read(images, picture)).width == 400


async def test_a_reader_that_dies_or_hangs_takes_no_other_image_along(
    images: ProcessImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = jpeg(painted())
    await read(images, picture)
    started = psutil.Process().children(recursive=True)
    for one in started:
        one.kill()
    psutil.wait_procs(started, timeout=5)
    assert (await read(images, picture)).width == 400
    hanging = ProcessImages(at_once=1, limit_s=0.3)
    monkeypatch.setattr(process.child, "__name__", "tests.unit.images.sleeping")
    with pytest.raises(Refused, check=says("image_reading_timed_out", limit_s="0.3")):
        await read(hanging, picture)
    monkeypatch.setattr(process.child, "__name__", "tests.unit.images.dying")
    dying = ProcessImages(at_once=1)
    with pytest.raises(Refused, check=says("image_reader_crashed")):
        await read(dying, picture)
    await asyncio.gather(hanging.close(), dying.close())


async def test_one_pixel_and_a_blank_page_are_read_as_what_they_are(images: ProcessImages) -> None:
    dot = await read(images, bytes(painted(60, 60).crop(0, 0, 1, 1).write_to_buffer(".png")))
    assert (dot.width, dot.height, dot.flat) == (1, 1, True)
    blank = pyvips.Image.black(200, 200, bands=3) + 250
    assert (await read(images, jpeg(blank.cast("uchar")))).flat


async def test_an_animation_is_its_first_picture_and_too_many_are_refused(images: ProcessImages) -> None:
    frames = pyvips.Image.arrayjoin([painted(100, 80), painted(100, 80).flip("vertical")], across=1).copy()
    frames.set_type(pyvips.GValue.gint_type, "page-height", 80)
    made = await read(images, bytes(frames.write_to_buffer(".gif")))
    assert (made.width, made.height) == (100, 80)
    out = io.BytesIO(b"GIF89a" + bytes([1, 0, 1, 0, 0x80, 0, 0]) + bytes(6))
    out.seek(0, io.SEEK_END)
    for _ in range(limits.MOST_FRAMES + 1):
        out.write(b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00")
    with pytest.raises(Refused, check=says("too_many_image_frames")):
        await read(images, out.getvalue() + b"\x3b")

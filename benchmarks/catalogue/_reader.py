"""Reads images as a shop shows them, by libvips or Pillow, and says what it took: `... _reader BY FORMATS FILE...`."""

import io
import json
import sys
import time
from functools import partial
from pathlib import Path

WIDTHS = (1280, 640, 320)


def by_vips(body: bytes, formats: list[str]) -> int:
    """Bytes that were made, as the product makes them."""
    from integrations.images.vips import process

    return sum(len(one.body) for one in process(body, WIDTHS, formats).renditions)


def by_pillow(body: bytes, formats: list[str], *, whole: bool = False) -> int:
    """Bytes that were made by a usual recipe: upright, converted once, resized by Lanczos, at like quality.

    Args:
        whole: decode all of the image, and make each width of that; else Pillow at its best: a smaller one where the
            format can (`draft`), and each width of the one before.
    """
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(body))
    if not whole:
        image.draft("RGB", (max(WIDTHS), max(WIDTHS)))
    shown = ImageOps.exif_transpose(image).convert("RGB")
    made = 0
    for width in WIDTHS:
        sized = shown
        if width < shown.width:
            sized = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.LANCZOS)
        for name in formats:
            out = io.BytesIO()
            options = {"avif": {"quality": 60, "speed": 8}, "webp": {"quality": 80, "method": 2}}
            sized.save(out, name, **options.get(name, {"quality": 82, "progressive": True, "optimize": True}))
            made += len(out.getvalue())
        shown = shown if whole else sized
    return made


def main() -> None:
    """Read each file, and print processor seconds, bytes made and peak memory."""
    read = {"vips": by_vips, "best": by_pillow, "whole": partial(by_pillow, whole=True)}[sys.argv[1]]
    formats, paths = sys.argv[2].split(","), [Path(name) for name in sys.argv[3:]]
    bodies = [path.read_bytes() for path in paths]
    read(bodies[0], ["jpeg"])  # libraries load once
    before = _peak_mb()
    began = time.process_time()
    made = sum(read(body, formats) for body in bodies)
    said = {"seconds": time.process_time() - began, "bytes": made, "mb": _peak_mb(), "grown": _peak_mb() - before}
    print(json.dumps(said))


def _peak_mb() -> float:
    # Not ru_maxrss, in which the process that started this one counts, too.
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()

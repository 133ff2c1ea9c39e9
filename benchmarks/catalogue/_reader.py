"""Reads images as a shop shows them, by libvips or Pillow, and says what it took: `... _reader BY FORMATS FILE...`."""

import io
import json
import resource
import sys
import time
from pathlib import Path

WIDTHS = (1280, 640, 320)


def by_vips(body: bytes, formats: list[str]) -> int:
    """Bytes that were made, as the product makes them."""
    from integrations.images.vips import process

    return sum(len(one.body) for one in process(body, WIDTHS, formats).renditions)  # type: ignore[arg-type]


def by_pillow(body: bytes, formats: list[str]) -> int:
    """Bytes that were made by the usual recipe: draft, upright, converted once, resized by Lanczos, at like quality."""
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(body))
    image.draft("RGB", (max(WIDTHS), max(WIDTHS)))
    whole = ImageOps.exif_transpose(image).convert("RGB")
    made = 0
    for width in WIDTHS:
        if width < whole.width:
            whole = whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS)
        for name in formats:
            out = io.BytesIO()
            options = {"avif": {"quality": 60, "speed": 8}, "webp": {"quality": 80, "method": 2}}
            whole.save(out, name, **options.get(name, {"quality": 82, "progressive": True, "optimize": True}))
            made += len(out.getvalue())
    return made


def main() -> None:
    """Read each file, and print processor seconds, bytes made and peak memory."""
    read = {"vips": by_vips, "pillow": by_pillow}[sys.argv[1]]
    formats, paths = sys.argv[2].split(","), [Path(name) for name in sys.argv[3:]]
    bodies = [path.read_bytes() for path in paths]
    read(bodies[0], ["jpeg"])  # libraries load once
    before = _peak_mb()
    began = time.process_time()
    made = sum(read(body, formats) for body in bodies)
    said = {"seconds": time.process_time() - began, "bytes": made, "mb": _peak_mb(), "grown": _peak_mb() - before}
    print(json.dumps(said))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()

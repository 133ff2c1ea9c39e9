"""`python -m magicai.shops.sample.write_pictures` makes pictures.zip anew of the drawings; needs pyvips.

Shops show photographs as WebP or JPEG, and a drawing in SVG is a program that no importer of images should run.
"""

import zipfile
from typing import Any

import pyvips

from magicai.shops.sample.catalogue import sections
from magicai.shops.sample.drawings import PICTURES, draw, picture_name

_DAYS = (1, 2)
_MADE_AT = (2026, 3, 1, 0, 0, 0)

if __name__ == "__main__":
    vips: Any = pyvips
    wanted = {
        picture_name(item): (item.drawing, item.colour)
        for day in _DAYS
        for section in sections(day)
        for item in section.items
    }
    with zipfile.ZipFile(PICTURES, "w", zipfile.ZIP_STORED) as archive:
        for name, (drawing, colour) in sorted(wanted.items()):
            image = vips.Image.new_from_buffer(draw(drawing, colour).encode(), "").flatten()
            body = image.write_to_buffer(".webp", Q=80, effort=6, keep="none")
            archive.writestr(zipfile.ZipInfo(name, _MADE_AT), body)

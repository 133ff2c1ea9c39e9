"""Text instead of an image: who it shows, by the product's facts alone."""

from collections.abc import Sequence

_LONGEST = 125


def alt_text(name: str, *, brand: str = "", details: Sequence[str] = (), number: int = 1, of: int = 1) -> str:
    """What an image shows: brand, name and details that the name lacks; of several images, which.

    Args:
        details: such as the colour or the material, the most telling first.
        number: of the image, from 1.
        of: how many there are.
    """
    name = " ".join(name.split())
    chinese = any("\u3400" <= one <= "\u9fff" for one in name)
    said = name if not brand or brand.casefold() in name.casefold() else f"{brand} {name}"
    for detail in details:
        if detail and detail.casefold() not in said.casefold():
            longer = f"{said}，{detail}" if chinese else f"{said}, {detail}"
            said = longer if len(longer) <= _LONGEST - 20 else said
    which = "" if of <= 1 else f"，第 {number} 张，共 {of} 张" if chinese else f", picture {number} of {of}"
    return f"{said[: _LONGEST - len(which)].rstrip()}{which}"

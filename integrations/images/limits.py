"""What an image may be, so that no image fills the memory or takes for ever."""

from magicai.errors import Missing

MOST_BYTES = 25_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 16_384
# Of an animation, the first is read; more than this is no picture of a product.
MOST_FRAMES = 500
MEMORY_BYTES = 2_000_000_000
LIMIT_S = 20.0
# A process ends after so many images, with whatever they left behind.
MOST_IMAGES = 500


def missing() -> Missing:
    """The error to raise where libvips is not there."""
    return Missing("pyvips_not_installed")

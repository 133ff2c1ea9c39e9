"""What an image may be, so that no image fills the memory or takes for ever."""

MOST_BYTES = 25_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 16_384
# Of an animation, the first is read; more than this is no picture of a product.
MOST_FRAMES = 500
MEMORY_BYTES = 2_000_000_000
LIMIT_S = 20.0
# A process ends after so many images, with whatever they left behind.
MOST_IMAGES = 500

"""How an image looks, in few bytes: a fingerprint, and a blurred placeholder."""

from functools import cache

import numpy as np
import numpy.typing as npt

_SIDE, _LOW = 32, 8
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_ACROSS, _DOWN = 4, 3
_FLAT = 4.0
# Colours of the fingerprint: their mean in each of so many squares across and down.
_SQUARES = 4
# Of a symmetric image half of the frequencies are nearly 0; only noise would tell on which side of the median.
_MARGIN = 0.03

Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]


def pixels_of(looks: bytes) -> Pixels:
    """32 x 32 of RGB."""
    return np.frombuffer(looks, dtype=np.uint8).reshape(_SIDE, _SIDE, 3)


def fingerprint(pixels: Pixels) -> str:
    """Shape and colours as hex.

    Shape: 64 bits, which of the lowest frequencies lie above their median (pHash). Colours: the mean blue and red
    difference (Cb and Cr of JPEG, a byte each) of 4 x 4 squares, since a shirt in red and one in blue have one shape.

    Args:
        pixels: 32 x 32 of RGB.
    """
    grey = pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    basis = _cosines(_LOW + 1, _SIDE)[1:]
    low = (basis @ grey @ basis.T).ravel()
    bits = low > np.median(low) + _MARGIN * np.abs(low).max()
    return np.packbits(bits).tobytes().hex() + _colours(pixels).tobytes().hex()


def is_flat(pixels: Pixels) -> bool:
    """Whether it has hardly any detail."""
    return float(pixels.astype(np.float64).std(axis=(0, 1)).max()) < _FLAT


def blurhash(pixels: Pixels) -> str:
    """A BlurHash of 4 x 3 components.

    Source: blurha.sh, "Algorithm".

    Args:
        pixels: 32 x 32 of RGB.
    """
    linear = _linear(pixels.astype(np.float64) / 255)
    across, down = _cosines(_ACROSS, pixels.shape[1]), _cosines(_DOWN, pixels.shape[0])
    factors = np.einsum("iy,yxc,jx->ijc", down, linear, across) / (pixels.shape[0] * pixels.shape[1])
    factors *= 2.0
    factors[0, 0] /= 2.0
    first, rest = factors[0, 0], factors.reshape(-1, 3)[1:]
    most = float(np.abs(rest).max())
    quantised = max(0, min(82, int(most * 166 - 0.5)))
    scale = (quantised + 1) / 166
    said = _base83((_ACROSS - 1) + (_DOWN - 1) * 9, 1) + _base83(quantised, 1)
    red, green, blue = (int(one) for one in np.round(_gamma(first) * 255))
    said += _base83((red << 16) + (green << 8) + blue, 4)
    for part in rest:
        signed = np.sign(part / scale) * np.sqrt(np.abs(part / scale))
        digits = [max(0, min(18, int(np.floor(one * 9 + 9.5)))) for one in signed]
        said += _base83(digits[0] * 361 + digits[1] * 19 + digits[2], 2)
    return said


def _colours(pixels: Pixels) -> Pixels:
    step = _SIDE // _SQUARES
    squares = pixels.astype(np.float64).reshape(_SQUARES, step, _SQUARES, step, 3).mean(axis=(1, 3))
    turned = squares @ np.array([[-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]).T
    return np.clip(np.rint(turned + 128), 0, 255).astype(np.uint8)


@cache
def _cosines(count: int, length: int) -> _Floats:
    places = (np.arange(length) + 0.5) * np.pi / length
    return np.cos(np.arange(count)[:, None] * places[None, :])


def _linear(value: _Floats) -> _Floats:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB


def _gamma(value: _Floats) -> _Floats:
    kept = np.clip(value, 0, 1)
    return np.where(kept <= 0.0031308, kept * 12.92, 1.055 * kept ** (1 / 2.4) - 0.055)  # noqa: PLR2004 - sRGB


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83 ** (length - place) % 83] for place in range(1, length + 1))

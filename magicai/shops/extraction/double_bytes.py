"""Which of East Asia's double-byte encodings some bytes are in.

Each encoding keeps its frequent characters under a few lead bytes (GB 2312's first level under B0-D7, Big5's under
A4-C6, the kana of Shift_JIS under 82-83 ...), so the share of characters with such a lead tells them apart on a few
words, where statistical detection needs paragraphs.
"""

from dataclasses import dataclass

_ENOUGH = 0.8
_TELLING = 0.15
_SURELY_KOREAN = 0.97
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class _Encoding:
    name: str
    leads: frozenset[int]
    trails: frozenset[int]
    common: frozenset[int]
    common_trails: frozenset[int]
    singles: frozenset[int] = frozenset()
    required: frozenset[int] = frozenset()  # leads without which text of this language can't do
    required_trails: frozenset[int] = frozenset()


def _bytes(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(byte for first, last in ranges for byte in range(first, last + 1))


_HIGH = _bytes((0xA1, 0xFE))
_ENCODINGS = (
    _Encoding(
        "gb18030",
        _bytes((0x81, 0xFE)),
        _bytes((0x40, 0x7E), (0x80, 0xFE)),
        _bytes((0xA1, 0xA3), (0xB0, 0xD7)),
        _HIGH,
    ),
    _Encoding(
        "big5hkscs",
        _bytes((0x81, 0xFE)),
        _bytes((0x40, 0x7E), (0xA1, 0xFE)),
        _bytes((0xA1, 0xC6)),
        _bytes((0x40, 0xFE)),
        required_trails=_bytes((0x40, 0x7E)),
    ),
    _Encoding(
        "cp932",
        _bytes((0x81, 0x9F), (0xE0, 0xFC)),
        _bytes((0x40, 0x7E), (0x80, 0xFC)),
        _bytes((0x81, 0x83), (0x88, 0x97)),
        _bytes((0x40, 0xFC)),
        singles=_bytes((0xA1, 0xDF)),
        required=_bytes((0x82, 0x83)),
    ),
    _Encoding("euc_jp", _HIGH, _HIGH, _bytes((0xA1, 0xA5), (0xB0, 0xCF)), _HIGH, required=_bytes((0xA4, 0xA5))),
    _Encoding(
        "cp949",
        _bytes((0x81, 0xFE)),
        _bytes((0x41, 0x5A), (0x61, 0x7A), (0x81, 0xFE)),
        _bytes((0xA1, 0xA3), (0xB0, 0xC8)),
        _HIGH,
    ),
)  # fmt: skip


def double_byte_encoding(sample: bytes) -> str | None:
    """The Python name of the encoding that bytes with many high ones are in; None where none fits well."""
    shares = {encoding.name: _share(sample, encoding) for encoding in _ENCODINGS}
    if shares["cp949"] >= _SURELY_KOREAN and shares["euc_jp"] == 0:
        return "cp949"  # Korean's leads are part of Chinese's, of which Chinese needs the rest too
    shares["cp949"] = 0
    name = max(shares, key=lambda known: shares[known])
    return name if shares[name] >= _ENOUGH else None


def _share(sample: bytes, encoding: _Encoding) -> float:
    total = common = bad = required = trailing = place = 0
    while place < len(sample):
        byte = sample[place]
        following = sample[place + 1] if place + 1 < len(sample) else 0
        place += 1
        if byte < 0x80:  # noqa: PLR2004 - ASCII
            continue
        if byte in encoding.leads and following in encoding.trails:
            place += 1
            total += 1
            common += byte in encoding.common and following in encoding.common_trails
            required += byte in encoding.required
            trailing += following in encoding.required_trails
        elif byte not in encoding.singles:
            bad += 1
    if total < _FEWEST:
        return 0.0
    if (encoding.required and required < _TELLING * total) or (
        encoding.required_trails and trailing < _TELLING * total
    ):
        return 0.0
    return (common - 2 * bad) / (total + bad)

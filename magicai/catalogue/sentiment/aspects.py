"""Sentences of a review, and which aspects of a product they speak of."""

import re
from collections.abc import Mapping
from typing import Literal

Aspect = Literal["quality", "delivery", "price", "size"]
ASPECTS: tuple[Aspect, ...] = ("quality", "delivery", "price", "size")

# A Chinese clause mostly has a subject of its own; an English sentence turns at "but".
_CHINESE = re.compile(r"[。！？!?；;，,、\n~～]+|(?:但是|不过|就是|可惜|只是|然而|但)")
_ENGLISH = re.compile(r"(?<=[.!?]) |\n|; |,? (?:but|however|although|though|yet) ", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff]")

_WORDS: Mapping[Aspect, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "quality": (
        (
            r"qualit\w*", r"(?:well|poorly|badly|cheaply)[- ]made", "sturdy", "durable", "flimsy", r"br[eo]a?k\w*",
            r"defect\w*", r"fault\w*", "fell apart", "falls? apart", "stopped working", "work(?:s|ed)?",
            r"material\w*", r"stitch\w*", r"leak\w*", r"crack\w*", "last(?:s|ed)",
        ),
        (
            "质量", "品质", "做工", "材质", "料子", "面料", "质感", "用料", "耐用", "结实", "坏了", "坏掉", "破损",
            "瑕疵", "次品", "假货", "掉色", "褪色", "起球", "开线", "异味",
        ),
    ),
    "delivery": (
        (
            r"deliver\w*", r"shipp\w*", r"arriv\w*", r"packag\w*", "courier", "parcel", "postage", r"dispatch\w*",
            "late", "on time",
        ),
        (
            "快递", "物流", "发货", "送货", "到货", "收到货", "配送", "包装", "邮寄", "顺丰", "签收", "运费", "派送",
        ),
    ),
    "price": (
        (
            r"pric\w*", r"cheap\w*", "expensive", "overpriced", r"cost\w*", "value", "worth", "money", "bargain",
            r"afford\w*", "deal", r"refund\w*",
        ),
        (
            "价格", "价钱", "性价比", "便宜", "贵", "实惠", "划算", "降价", "打折", "优惠", "物有所值", "超值", "不值",
            "差价",
        ),
    ),
    "size": (
        (
            r"siz\w+", "fit(?:s|ted|ting)?", "too (?:small|big|large|tight|loose|short|long|wide|narrow)", "tight",
            "loose", r"dimension\w*", "smaller", "larger", "bigger",
        ),
        (
            "尺码", "尺寸", "大小", "码数", "偏大", "偏小", "合身", "合脚", "太大", "太小", "太紧", "太松", "宽松",
            "号码", "偏长", "偏短",
        ),
    ),
}  # fmt: skip
_ENGLISH_OF = {name: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE) for name, (words, _) in _WORDS.items()}
_CHINESE_OF = {name: re.compile("|".join(words)) for name, (_, words) in _WORDS.items()}


def language_of(text: str) -> Literal["en", "zh"]:
    """Chinese where a fifth of the letters are."""
    letters = sum(one.isalpha() for one in text)
    return "zh" if letters and len(_CJK.findall(text)) * 5 >= letters else "en"


def sentences(text: str) -> list[str]:
    """The sentences of a review; Chinese ones by clause."""
    # Spaces are one each before they are looked at: of a thousand in a row, every one would be tried as the first.
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())
    parts = (_CHINESE if language_of(text) == "zh" else _ENGLISH).split(lines)
    return [part.strip() for part in parts if part and any(one.isalnum() for one in part)]


def aspects_of(sentence: str) -> tuple[Aspect, ...]:
    """The aspects that a sentence speaks of."""
    found = _CHINESE_OF if language_of(sentence) == "zh" else _ENGLISH_OF
    return tuple(aspect for aspect in ASPECTS if found[aspect].search(sentence))

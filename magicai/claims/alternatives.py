"""Words of which one excludes the others: a car that runs on petrol does not run on diesel."""

import re
from collections.abc import Iterator, Sequence

# A line a group; words of one option are joined by |.
_GROUPS = (
    ("petrol|gasoline", "diesel", "fully electric", "hybrid"),
    ("manual gearbox|manual transmission|manual", "automatic gearbox|automatic transmission"),
    ("oak", "pine", "beech", "walnut", "birch", "maple", "teak", "bamboo"),
    ("cotton", "linen", "wool|woollen|woolen|merino", "silk", "polyester", "nylon", "leather", "cashmere"),
    ("aluminium|aluminum", "steel", "titanium", "brass", "copper", "cast iron"),
    ("full-time|full time", "part-time|part time"),
    ("indoor", "outdoor"),
    ("male", "female"),
    ("bachelor's", "master's", "doctorate|phd"),
    ("汽油", "柴油", "纯电", "混动"),
    ("手动挡", "自动挡"),
    ("橡木", "松木", "榉木", "胡桃木", "桦木", "竹"),
    ("纯棉|全棉|棉", "亚麻", "羊毛", "真丝|桑蚕丝", "涤纶|聚酯", "尼龙|锦纶", "真皮|牛皮"),
    ("秦代|秦朝", "汉代|汉朝", "唐代|唐朝", "宋代|宋朝", "元代|元朝", "明代|明朝", "清代|清朝"),
    ("博士", "硕士|研究生", "本科", "大专|专科", "高中"),
    ("全职", "兼职"),
    ("室内", "室外|户外|露天"),
)
_COMPILED = tuple(
    tuple(
        re.compile(rf"(?<![A-Za-z-])(?:{words})(?![A-Za-z-])" if words.isascii() else words, re.IGNORECASE)
        for words in group
    )
    for group in _GROUPS
)


def excluded_by(all_text: str) -> list[tuple[re.Pattern[str], str]]:
    """Words that an input excludes, each with the word of the input that excludes them."""
    found: list[tuple[re.Pattern[str], str]] = []
    for group in _COMPILED:
        known = [option.search(all_text) for option in group]
        its = next((match for match in known if match), None)
        found += [(option, its[0]) for option, match in zip(group, known, strict=True) if its and match is None]
    return found


def excluded(text: str, by: Sequence[tuple[re.Pattern[str], str]]) -> Iterator[tuple[int, int, str]]:
    """Words of a text that the input excludes: the place of each, and why."""
    for option, its in by:
        for said in option.finditer(text):
            yield said.start(), said.end(), f"the input says {its}, the text {said[0]}"

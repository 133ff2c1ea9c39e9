"""Words as they are compared: stems, one word for each thing that is measured, and the words at a number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from magicai.claims.reading import HAN
from magicai.values.stems import stem as snowball_stem

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|[\u4e00-\u9fff]|\d[\d.,:]*|[,;:()!?.，；：、。！？\n]")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u4e00-\u9fff]+")
# What ends a clause, so that words beyond it are not said of a number. After a colon stands what it is of.
_CLAUSE = frozenset(",;()!?.，；、。！？\n") | {"and", "but", "while", "with", "plus", "或", "和", "且", "但"}
# The other end of a range, and the other sides of a size.
_TO_IT = re.compile(r"(?:\d[\d.,]*\s?[^\W\d]{0,3}\s?(?:-|–|to|x|×|至|到)\s?)+$")
_FROM_IT = re.compile(r"^(?:\s?(?:-|–|to|x|×|至|到)\s?\d[\d.,]*)+")
_NOUN = re.compile(r"[ -]([A-Za-z]{3,})(?!\w)(?:[ -]([A-Za-z]+))?")
_PER = re.compile(r"\s?(?:/|an?\b|per\b|each\b|every\b|每|一)\s?([A-Za-z]{3,5}|[天周月年])", re.IGNORECASE)
_HAN_PER = re.compile("每([天周月年])仅?只?$")
# What a price may be per.
PERIODS = frozenset(("hour", "day", "week", "month", "year"))
_REACH = 60  # characters
_BEFORE, _AFTER, _HAN_REACH = 4, 3, 6  # words, words, characters
# Words of grammar that state nothing, and those that change what is stated: “not blue”, “about 9 EUR”, “all sizes”.
_SILENT = (
    "a an the of in on at to for from by with as is are was were be been being it its this that these those and then"
    " so he she they we you i his her their our your my me him them us who which what when where there here has have"
    " had do does did will would can could may might must should also just own per via s t re ve ll d"
    " 的 了 是 在 和 与 及 为 有 也 其 该 这 那 个 于 等 并 而 被 将 到 从 对 以 我 你 他 她 它 们"
)
_CHANGING = (
    "or but if than such not no nor very more most much many some any all each every both only same too about around"
    " over under between into out up down off 都 或"
)
SILENT = frozenset(_SILENT.split())
STOP = SILENT | frozenset(_CHANGING.split())
# One word for each thing that texts and keys name differently.
_ALIKE = """
price: cost costs priced pricing retail sells sell selling buy 价格 售价 只要 仅需 现价 单价 到手 定价
rating: rated rate score scores scored 评分 星级 打分 好评
stock: available availability inventory copies units 库存 现货 余量
weight: weigh weighs weighing weighed heavy 重量 净重 体重 重
height: tall high 高度 身高 高
width: wide 宽度 宽
depth: deep 深度 深 厚度 厚 thick thickness
length: long 长度 长
capacity: holds hold 容量
warranty: guarantee guaranteed warrantied 保修 质保
discount: off reduced reduction save saving savings markdown 折扣 优惠 立减 折
founded: established started founding since 成立 创立 创建 创办
review: reviews reviewer reviewers ratings 评价 评论 点评
year: years annual annually 年
month: months monthly 月
week: weeks weekly 周
day: days daily 天
color: colors colour colours 颜色 配色 款色 色 两色 三色 四色 多色 种色
"""
_CONCEPTS: Mapping[str, str] = {
    word: head.strip()
    for line in _ALIKE.strip().splitlines()
    for head, _, others in (line.partition(":"),)
    for word in (head.strip(), *others.split())
}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending, or the one word for the thing that it names."""
    plain = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    concept = _CONCEPTS.get(plain)
    if concept:
        return concept
    plain = snowball_stem(plain)
    return _stemmed().get(plain, plain)


@cache
def _stemmed() -> Mapping[str, str]:
    """The one words by their stems: `warranty` by that of warranties."""
    return {snowball_stem(head): head for head in _CONCEPTS.values()}


def words_of_key(key: str) -> tuple[str, ...]:
    """The stems of a key: `RestaurantsTakeOut` has restaurant, take, out."""
    found: list[str] = []
    for part in _CAMEL.findall(key):
        found += [word for word, _ in _han(part)] if HAN.match(part) else [stem(part)]
    return tuple(word for word in found if word not in STOP)


def stems(text: str) -> list[str]:
    """The stems of a text in order, without stop words; Chinese by pairs of characters and by known words."""
    found: list[str] = []
    run = ""
    for match in _WORD.finditer(text):
        token = match[0]
        if HAN.match(token):
            run += token
            continue
        if run:
            found += [word for word, _ in _han(run)]
            run = ""
        if token[0].isalpha() and token.lower() not in STOP:
            found.append(stem(token))
    found += [word for word, _ in _han(run)]
    return found


def near(plain: str, start: int, end: int, bounds: tuple[int, int]) -> frozenset[str]:
    """The words that stand at a number, without another number or the end of a clause between."""
    before = _WORD.findall(_TO_IT.sub("", plain[max(bounds[0], start - _REACH) : start]))
    after = _WORD.findall(_FROM_IT.sub("", plain[end : min(bounds[1], end + _REACH)]))
    return frozenset((*_beside(reversed(before), _BEFORE, backwards=True), *_beside(after, _AFTER, backwards=False)))


def noun_after(plain: str, place: int) -> str:
    """The stem of the word that a number counts; empty where none follows."""
    match = _NOUN.match(plain, place)
    if match is None or match[1].lower() in STOP or (match[2] and match[2].lower() not in STOP):
        return ""  # of `2 magnetic figures`, the first word is not what is counted
    return stem(match[1])


def period_at(plain: str, start: int, end: int) -> str:
    """What the price that stands there is per, by the words at it: `month` of 9.99 EUR/month; empty where none is."""
    match = _PER.match(plain, end) or _HAN_PER.search(plain, max(0, start - 4), start)
    period = stem(match[1]) if match else ""
    return period if period in PERIODS else ""


def _beside(tokens: Iterable[str], most: int, *, backwards: bool) -> Iterator[str]:
    run: list[str] = []
    words = 0
    for token in tokens:
        if token[0].isdigit() or token.lower() in _CLAUSE:
            break
        if HAN.match(token):
            run.append(token)
            if len(run) > _HAN_REACH:
                break
        elif token[0].isalpha() and token.lower() not in STOP:
            words += 1
            yield stem(token)
            if words == most:
                break
    text = "".join(reversed(run) if backwards else run)
    yield from (word for word, _ in _han(text))
    yield from (_CONCEPTS[char] for char in text if char in _CONCEPTS)


def _han(run: str) -> Iterator[tuple[str, int]]:
    for place in range(len(run) - 1):
        pair = run[place : place + 2]
        yield _CONCEPTS.get(pair, pair), place
    if len(run) == 1:
        yield _CONCEPTS.get(run, run), 0

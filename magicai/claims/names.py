"""Names in a plain text: persons, brands, places, products, addresses, models, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from magicai.claims import units
from magicai.claims.common_words import COMMON, GENERIC_LATIN
from magicai.claims.reading import HAN
from magicai.claims.spans import Taken

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。）)\]]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|"
    r"\b[a-z0-9-]{2,63}\.(?:com|org|net|io|cn|de|fr|co\.uk|shop|store|app|dev)\b(?:/[^\s<>\"'，。）)]*)?"
)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+\d{1,3}[ -.]?)?(?:\(\d{2,4}\)[ -]?|\d{2,4}[ -.])\d{3,4}[ -.]\d{3,4}(?!\w)|"
    r"(?<!\d)1[3-9]\d{9}(?!\d)|"
    r"(?<!\d)(?:400|800)-?\d{3}-?\d{4}(?!\d)|(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)"
)
_STREET = (
    r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Ct|Court|Pl|Place|Plaza|Hwy|"
    r"Highway|Pkwy|Parkway|Square|Sq|Terrace|Row)"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]? (?:[NSEW]\.? |North |South |East |West )?(?:[A-Z0-9][\w'’.-]*\s){{1,4}}{_STREET}\b\.?"
)
_CAPITAL = (
    r"(?:[A-Z][A-Za-zÀ-ɏ0-9]*(?:[.'’&+-][A-Za-zÀ-ɏ0-9]+)*|[ÀÁÂÄÅÆÇÈÉÊÖØÜŠŽ][A-Za-zÀ-ɏ]*|"
    r"[a-z]+[A-Z][A-Za-z0-9]*|(?=\d*[A-Za-z])\d+[A-Z][A-Za-z0-9-]*)"
)
_SEQUENCE = re.compile(
    rf"(?<![\w@#/]){_CAPITAL}(?:(?: |-|/| & | of | of the | de | la | von | van | du | del )(?:(?<=-)[A-Za-z0-9]+|"
    rf"{_CAPITAL})){{0,8}}"
)
# It looks no further than a model's name may be long.
_MODEL = re.compile(
    r"(?<![\w.])(?=[A-Za-z0-9])(?=[\w-]{0,124}\d)(?=[\w-]{0,124}[A-Za-z])"
    r"[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,20}){0,5}(?![\w-])"
)
_NO_MODEL = re.compile(
    r"(?:\d+(?:st|nd|rd|th|s|x|am|pm|k|in|D|d)|\d+-[a-z]+(?:-[a-z0-9]+)*|[a-z]+-\d+|\d+[a-z]?-\d+[a-z]*|"
    r"(?:[a-z]+-)+\d+[a-z]*)$",
    re.IGNORECASE,
)
_SPEC = re.compile(r"(?:[1248]K|[345]G|\d{3,4}p|IP[X\d]\d|[A-Z]+\d+[A-Z0-9]*)$")
_VERB = re.compile(
    r"(?:'s|’s)?\s(?:is|was|has|had|will|said|says|told|added|announced|offers|launched|opened|makes|made|runs|"
    r"joined|lives|"
    r"won|founded|plans|sells|provides|features|costs|weighs|comes|can|also|which|who|and [A-Z])\b"
)
_QUOTED = re.compile("《([^》\n]{1,40})》|「([^」\n]{1,40})」|『([^』\n]{1,40})』")
_QUOTED_NAME = re.compile(
    "(?:名为|叫做|叫作|品牌|系列|公司|店铺|餐厅|获得|荣获|获评|主题|活动|联名|旗下|来自|新品)[^，。“”]{0,4}“([^”\n]{1,30})”|“([^”\n]{1,30})”(?=品牌|系列|"
    "公司|店|活动|奖|称号|计划|团队|乐队|节)"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[ .&'’+-]{1,2}?[A-Za-z0-9]+)*")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PERSON = re.compile(
    rf"(?:(?:经理|总监|创始人|店长|设计师|主厨|厨师|作者|导演|记者|教授|博士|工程师|CEO|总裁|董事长|主任|负责人|馆长|校长|院长|局长|市长|队长|会长)(?P<a>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    rf"(?=[，。、；：（）“在是于表带将曾说和与及的告介认指透还也亲为打创设主强已从每])|"
    rf"(?<![\u4e00-\u9fff])(?P<b>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=先生|女士|教授|博士|老师|表示|说|称|指出|认为|介绍|告诉|"
    rf"透露)"
    rf"|(?P<c>[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(?=先生|女士))"
)
_MAKER = re.compile("由([\u4e00-\u9fffA-Za-z0-9]{2,12}?)(?:承建|出品|主办|承办|执导|创立|创办)")
_PLACES = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 "
    "广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 广州 深圳 "
    "杭州 南京 苏州 成都 武汉 西安 长沙 郑州 青岛 大连 厦门 宁波 无锡 济南 合肥 福州 昆明 哈尔滨 "
    "沈阳 长春 石家庄 太原 南昌 贵阳 南宁 海口 兰州 乌鲁木齐 拉萨 景德镇 义乌 佛山 东莞 珠海 温州 "
    "绍兴 嘉兴 泉州 大理 丽江 三亚 桂林 洛阳 开封 扬州 日本 韩国 美国 英国 法国 德国 意大利 "
    "西班牙 瑞士 瑞典 丹麦 荷兰 比利时 奥地利 俄罗斯 印度 泰国 越南 马来西亚 新加坡 澳大利亚 澳洲 "
    "新西兰 加拿大 墨西哥 巴西 阿根廷 智利 秘鲁 埃及 土耳其 希腊 葡萄牙 芬兰 挪威 波兰 东京 大阪 "
    "烟台 潍坊 淄博 临沂 威海 徐州 常州 南通 镇江 盐城 台州 金华 湖州 衢州 芜湖 黄山 安庆 漳州 莆田 龙岩 赣州 九江 上饶 "
    "宜昌 襄阳 岳阳 衡阳 株洲 湘潭 张家界 惠州 中山 江门 汕头 湛江 柳州 北海 遵义 绵阳 乐山 宜宾 泸州 曲靖 咸阳 宝鸡 延安 "
    "大同 唐山 保定 秦皇岛 邯郸 廊坊 包头 鄂尔多斯 鞍山 丹东 大庆 齐齐哈尔 牡丹江 西宁 银川 "
    "京都 首尔 纽约 伦敦 巴黎 柏林 米兰 罗马 "
)
_PLACE = re.compile("|".join(sorted(_PLACES.split(), key=len, reverse=True)))
_LAST_OF_PLACE = re.compile(
    "[市省区县镇村巷号]|路(?![人线上途过由])|街(?![头拍舞区坊])|公司|集团|大学|医院|银行|机场|广场|大厦"
)
_BUILT_IN = re.compile(
    "(?:将|已|计划|拟|会)在(?P<place>(?!全|当|本|海|线|现|今|明|去|年|未|国|同|此|其|这|该|各|多|两|三)[\u4e00-\u9fff]{2,3}?)"
    "(?=投资|建厂|新建|建设|设立|开设|设厂|举行|举办|召开|开店)"
)
# A verb or an adverb within: what stands before the place is no part of its name.
_NO_PLACE_WITHIN = re.compile("[走跑起来比现任就只还更被让使]|原价|省(?:钱|心|电|力|时|事)|一路|任$")
_COUNT = "[\\d一二三四五六七八九十百几半两]"
# 三里路 is a distance.
_DISTANCE = re.compile(f"(?<!{_COUNT}){_COUNT}+(?:公里|华里|英里|里|站|段|条)路$")
_ON_THE_WAY = ("上", "途", "中")  # 通勤路上 is no street
_BEFORE_PLACE = re.compile(
    "[的在于由和与是从到向往为位自至，。、；：（“”\\s]|[市省]|坐落|地址|来自|总部|位于|成立|毗邻|靠近|前往|服务|覆盖|全国|本店|本市|门店"
)
_NO_PLACE = re.compile(
    "(?:城市|省市|地区|小区|市区|街区|社区|园区|景区|校区|山区|城区|郊区|专区|区域|道路|公路|线路|思路|一路|网路|型号|账号|符号|信号|编号|序号|称号|口号|逛街|分公司|子公司|本公司|该公司|"
    "我公司|大街|步行街|超市|上市|门市|乡镇|城镇|冰镇|乡村|农村|农贸市|夜市|都市|楼市|股市)$"
)


# A result or a vote: its two numbers belong together.
_SCORE = re.compile(
    r"\b(?:beat|beats|won|wins?|winning|lost|loses?|losing|defeat\w*|drew|draws?|vot\w+|victory|result)\b[^.,;\n]{0,40}?"
    r"(?<![\d.$€£-])(?P<score>\d{1,2}[-–]\d{1,2})(?![\d%-]| ?(?:days?|weeks?|years?|months?|hours?|people))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written.

    Attributes:
        exact: it stands for itself letter by letter, as a link, a phone number or a model does.
        number: it is made of digits, as a phone number is.
    """

    start: int
    end: int
    text: str
    exact: bool = False
    number: bool = False


def links(plain: str, taken: Taken) -> list[Name]:
    """Links, mail addresses and phone numbers; first of all, since they hold what looks like other things."""
    found: list[Name] = []
    for pattern, number in ((_LINK, False), (_PHONE, True)):
        for match in pattern.finditer(plain):
            text = match[0].rstrip(".,;:!?")
            end = match.start() + len(text)
            if taken.free(match.start(), end):
                taken.take(match.start(), end)
                found.append(Name(match.start(), end, text, exact=True, number=number))
    return found


def models(plain: str, taken: Taken) -> list[Name]:
    """Addresses, and words of letters and digits: 35 State St, WH-1000XM5."""
    found: list[Name] = []
    for match in _ADDRESS.finditer(plain):
        if taken.free(match.start(), match.end()):
            taken.take(match.start(), match.end())
            found.append(Name(match.start(), match.end(), match[0]))
    for match in _SCORE.finditer(plain):
        start, end = match.span("score")
        if taken.free(start, end):
            taken.take(start, end)
            found.append(Name(start, end, match["score"], exact=True, number=True))
    for match in _MODEL.finditer(plain):
        text = match[0]
        if not taken.free(match.start(), match.end()) or (_NO_MODEL.match(text) and not _SPEC.match(text)):
            continue
        digits = re.match(r"\d+", text)
        if digits and units.unit(text[digits.end() :]) and not _SPEC.match(text):
            continue
        if units.unit(text):
            continue
        if re.fullmatch(r"\d+(?:\.\d+)?[KMB]", text) and text not in ("4K", "8K", "2K"):
            continue
        taken.take(match.start(), match.end())
        found.append(Name(match.start(), match.end(), text, exact=True))
    return found


def names(plain: str, taken: Taken, sentence_places: list[tuple[int, int]]) -> list[Name]:
    """Capitalised names, and what Chinese marks as a name."""
    han = HAN.search(plain) is not None
    found: list[Name] = []
    candidates = (*_chinese(plain), *_latin(plain)) if han else tuple(_english(plain, sentence_places))
    for name in candidates:
        end = taken.free_until(name.start, name.end)
        text = plain[name.start : end].rstrip(" -/&")
        if text and (end == name.end or len(text) > 2):
            taken.take(name.start, name.start + len(text))
            found.append(Name(name.start, name.start + len(text), text))
    return sorted(found, key=lambda name: name.start)


def _english(plain: str, sentence_places: list[tuple[int, int]]) -> Iterator[Name]:
    for start, end in sentence_places:
        if _is_heading(plain[start:end]):
            continue
        for match in _SEQUENCE.finditer(plain, start, end):
            place = match.start()
            for part in _POSSESSIVE.split(match[0]):  # Italy's Matteo Ricci are two
                name = _trimmed(plain, place, place + len(part), first=_opens(plain, start, place))
                if name:
                    yield name
                place += len(part) + _POSSESSED


def _opens(plain: str, start: int, place: int) -> bool:
    before = plain[start:place].strip(" \"'“”‘’*#>-•–([0123456789.")
    return not before or before.endswith((":", "\n", "•", "*", "“", '"'))


_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s (?=[A-Z])")
_POSSESSED = 3  # characters
_HEADING = 3  # long words of a heading, at least


def _is_heading(sentence: str) -> bool:
    """A line in title case: its capitals tell nothing."""
    long = re.findall(r"[A-Za-z]{4,}", sentence)
    return (
        len(long) >= _HEADING
        and sum(word[0].isupper() for word in long) >= 0.8 * len(long)
        and not sentence.endswith((".", "!", "?"))
    )


def _trimmed(plain: str, start: int, end: int, *, first: bool) -> Name | None:
    """The name without common words at its ends; None where nothing is left that must be a name."""
    words = [(start + word.start(), word[0]) for word in re.finditer(r"[^\s/]+", plain[start:end])]
    begun = first
    while words and _common(words[0][1]):
        words.pop(0)
        first = False
    while words and (_common(words[-1][1]) or words[-1][1].islower()):
        words.pop()
    if not words:
        return None
    text = plain[words[0][0] : words[-1][0] + len(words[-1][1])]
    last = words[-1][0] + len(words[-1][1])
    if first and begun and len(words) == 1 and not _surely_name(plain, text, last):
        return None
    if text.endswith(("'s", "’s")):
        last -= 2
    return Name(words[0][0], last, plain[words[0][0] : last])


def _common(word: str) -> bool:
    plain = word.lower().replace("’", "'").removesuffix("'s").strip(".'&-")
    head, _, rest = word.partition("-")
    if rest.islower() and head.lower() in COMMON:  # One-owner
        return True
    return plain in COMMON or (len(plain) == 1 and plain.isalpha()) or plain.removesuffix("s") in COMMON


def _surely_name(plain: str, text: str, end: int) -> bool:
    """Whether a single capitalised word at the start of a sentence is a name."""
    if any(char.isupper() or char.isdigit() for char in text[1:]):
        return True
    lower = text.lower()
    if lower.endswith(
        (
            "ing",
            "ed",
            "ly",
            "ous",
            "ful",
            "ble",
            "tion",
            "sion",
            "ance",
            "ence",
            "ure",
            "ment",
            "ity",
            "ness",
            "ive",
            "less",
            "ship",
        )
    ):
        return False
    if text.endswith(("'s", "’s")):
        return True
    if lower.endswith("s") and not lower.endswith(("ss", "is", "us")):
        return False
    return _VERB.match(plain, end) is not None


def _latin(plain: str) -> Iterator[Name]:
    for match in _LATIN.finditer(plain):
        text = match[0]
        if len(text) < 2 or text.lower() in GENERIC_LATIN or units.unit(text):
            continue
        words = re.findall(r"[A-Za-z]+", text)
        if all(word.lower() in COMMON or word.islower() for word in words) and len(words) > 3:
            continue  # an English sentence within
        yield Name(match.start(), match.end(), text)


def _chinese(plain: str) -> Iterator[Name]:
    for pattern in (_QUOTED, _QUOTED_NAME, _PERSON, _MAKER):
        for match in pattern.finditer(plain):
            group = next(number for number, text in enumerate(match.groups(), start=1) if text)
            yield Name(match.start(group), match.end(group), match[group])
    for match in _LAST_OF_PLACE.finditer(plain):
        head = plain[max(0, match.start() - 8) : match.start()]
        cut = max((found.end() for found in _BEFORE_PLACE.finditer(head)), default=0)
        name = re.search(r"[\u4e00-\u9fffA-Za-z0-9]*$", head[cut:])
        text = (name[0] if name else "") + match[0]
        if _NO_PLACE_WITHIN.search(text):
            continue
        if match[0] == "路" and (plain.startswith(_ON_THE_WAY, match.end()) or _DISTANCE.search(text)):
            continue
        if len(text) > len(match[0]) + 1 and HAN.match(text) and not _NO_PLACE.search(text) and len(head) > cut and cut:
            yield Name(match.end() - len(text), match.end(), text)
    for match in _BUILT_IN.finditer(plain):
        yield Name(match.start("place"), match.end("place"), match["place"])
    for match in _PLACE.finditer(plain):
        yield Name(match.start(), match.end(), match[0])

"""Attributes whose values are words of a closed list: positions, areas, colors, fabrics, cuts, directions, weather."""

import re
from dataclasses import dataclass

_NONE = ""
OF_ITS_KEY = "its key"
_HAN_HUES = "雾|深|浅|淡|藏|天|湖|墨|石墨|烟|珍珠|曜石|奶|米|樱|玫|玫瑰|酒|雪|象牙|橄榄|军|薄荷|香槟|冰|宝石|孔雀|焦|姜|鹅|柠檬|克莱因|脏|裸|藕|烟熏|炭|高级|珊瑚"
_HUES = {
    "红": "红", "橙": "橙", "黄": "黄", "绿": "绿", "蓝": "蓝|藏青|靛", "紫": "紫", "粉": "粉", "黑": "黑", "白": "白", "灰": "灰",
    "棕": "棕|褐|咖|驼", "咖啡": "咖|棕|褐", "杏": "杏|米", "卡其": "卡其", "银": "银", "驼": "驼|棕",
}  # fmt: skip
_HAN_COLORS = tuple(
    (f"(?<![搭配])(?:(?:{_HAN_HUES})?{hue}色|(?<!颜)(?:{_HAN_HUES}){hue}(?![酒菜茶叶洞板天马]))", known)
    for hue, known in _HUES.items()
)
_COLORS = (
    "black", "white", "grey|gray|graphite|slate|charcoal", "silver", "gold(?!en)", "blue|navy|indigo|teal|sky", "red|burgundy|crimson|rust",
    "green|olive|moss|forest|sage|mint", "yellow|mustard", "orange", "purple|violet|lilac|lavender", "pink|rose|blush|coral", "brown|tan|chestnut",
    "beige|sand|cream|oat\\w*|ivory",
)  # fmt: skip
_PROFESSIONS = (
    "physicist", "biologist", "chemist", "mathematician", "astronomer", "geologist", "economist", "historian", "philosopher", "engineer|test pilot|astronaut",
    "lawyer|attorney", "doctor|physician|surgeon", "nurse", "writer|author|novelist|poet", "journalist|reporter", "actor|actress", "singer|vocalist",
    "composer", "painter", "sculptor", "photographer", "architect", "politician|senator|governor|mayor", "footballer|football player|soccer player",
    "tennis player", "basketball player", "swimmer", "cyclist", "chef|cook", "dancer", "film director|director|filmmaker", "pilot|astronaut|test pilot",
    "teacher|professor|lecturer", "farmer", "botanist",
)  # fmt: skip
_CUISINES = (
    "French", "Italian", "Chinese", "Japanese", "Indian", "English|British", "Thai", "Mexican", "Vietnamese", "Korean", "Greek", "Spanish", "American",
    "Mediterranean", "Turkish", "Lebanese", "German", "Moroccan", "Ethiopian", "Brazilian", "Peruvian", "Portuguese",
)  # fmt: skip
_Options = tuple[tuple[str, str], ...]


def _same(*words: str) -> _Options:
    """Options that texts and inputs write alike."""
    return tuple((rf"\b(?:{word})(?:es|s)?\b" if word.isascii() else word, word) for word in words)


_Listed = tuple[str, str, _Options]
# Key; what must stand in the sentence, or OF_ITS_KEY for the key's own words near by; said in a text and known in an input.
_LISTED: tuple[_Listed, ...] = (
    (r"position|pos", _NONE, (
        (r"\b(?:goal)?keeper\b", r"keeper|\bGK\b"), (r"\b(?:defender|centre-back|full-back)\b", r"defen|back|\b(?:DF|CB|LB|RB)\b"),
        (r"\bmidfielder\b", r"midfield|\b(?:MF|CM|DM|AM|CDM|CAM)\b"), (r"\b(?:striker|winger|forward(?! to))\b", r"striker|winger|forward|attack|\b(?:FW|ST|CF|LW|RW)\b"),
    )),
    (r"eat type", _NONE, ((r"\bcoffee shop\b", "coffee|caf"), (r"\bpubs?\b", "pub"), (r"\brestaurant\b(?! area)", "restaurant"))),
    (r"area|district", _NONE, ((r"\briverside\b|\briverfront\b|\b(?:by|near|on|along|beside) the river\b", "river"), (r"\bcity[- ]cent(?:er|re)\b|\bcent(?:er|re) of the city\b|\bdowntown\b", "cent(?:er|re)|downtown"))),
    (r"price range", _NONE, (
        (r"\bcheap(?:ly)?\b|\binexpensive\b|\blow[- ](?:priced?|cost)\b", r"cheap|low|less than|under|^\$$"),
        (r"\bmoderate(?:ly)?[- ](?:priced?|cost)|\bmid-?(?:range|priced)\b|\baverage[- ]pric", r"moderate|average|mid|20-25|^\$\$$"),
        (r"(?<!in)\bexpensive\b|\bhigh[- ](?:priced?|end|cost)\b|\bpricey\b", r"high|expensive|more than|over|^\$\$\$"),
    )),
    (r"customer rating|customer ratings", _NONE, (
        (r"\blow(?:ly)?[- ](?:customer )?rat\w+|\bpoor(?:ly)?[- ](?:customer )?rat\w+|\brat\w+ (?:it )?(?:poorly|low)\b", r"low|poor|\b[12] out"),
        (r"\baverage (?:customer )?rating\b|\brated (?:as )?average\b", r"average|moderate|\b3 out"),
        (r"\bhigh(?:ly)?[- ](?:customer )?rat\w+|\brat\w+ (?:it )?high(?:ly)?\b|\bexcellent (?:customer )?rat\w+", r"high|excellent|good|\b[45] out"),
    )),
    (r"food|cuisine|cuisine type", _NONE, tuple((rf"\b{one}\b(?= (?:[\w-]+ )?(?:food|cuisine|restaurant|dishes|pub|coffee|place|eatery|meals?|fare)\b)", one) for one in _CUISINES)),
    (r"wind dir(?:ection)?|direction|wind", r"\bwind|\bbreeze|\bgust|\bblow", (
        (r"\bnorth[- ]?east\w*", r"(?-i:\bNE\b)|north-?east"), (r"\bnorth[- ]?west\w*", r"(?-i:\bNW\b)|north-?west"),
        (r"\bsouth[- ]?east\w*", r"(?-i:\bSE\b)|south-?east"), (r"\bsouth[- ]?west\w*", r"(?-i:\bSW\b)|south-?west"),
        (r"\bnorth(?:er\w*)?\b(?![- ]?(?:east|west))", r"(?-i:\bN\b)|\bnorth(?:er\w+)?\b"), (r"\bsouth(?:er\w*)?\b(?![- ]?(?:east|west))", r"(?-i:\bS\b)|\bsouth(?:er\w+)?\b"),
        (r"(?<!north)(?<!south)(?<![ht]-)\beast(?:er\w*)?\b", r"(?-i:\bE\b)|\beast(?:er\w+)?\b"), (r"(?<!north)(?<!south)(?<![ht]-)\bwest(?:er\w*)?\b", r"(?-i:\bW\b)|\bwest(?:er\w+)?\b"),
    )),
    (r"sky|weather|conditions?|forecast", _NONE, (
        (r"\bsunny\b|\bsunshine\b|\bclear\b(?! of)", "sun|clear|fair|bright"), (r"\brain\w*\b(?! jacket| cover|coat)", "rain|drizzle|shower"), (r"\bsnow\w*", "snow|sleet"),
        (r"\bfogg?y?\b|\bmist\w*", "fog|mist|haze"), (r"\bthunder\w*", "thunder|storm"), (r"\bcloudy\b|\bovercast\b", "cloud|overcast"),
    )),
    (r"warnings?|alerts?|level|severity", r"\bwarning|\balert", tuple((rf"\b{one}\b(?= (?:\w+ ){{0,2}}(?:warning|alert))", one) for one in ("green", "yellow", "amber", "orange", "red"))),
    (r"occupation|profession|job title", _NONE, _same(*_PROFESSIONS)),
    (r"neck(?:line)?", _NONE, ((r"\bV[- ]neck", "v-?neck"), (r"\b(?:crew|round)[- ]neck", "crew|round"), (r"\b(?:turtle|roll)[- ]?neck", "turtle|roll"), (r"\bpolo collar", "polo"), (r"\bboat[- ]neck", "boat"))),
    (r"care|washing|care instructions", _NONE, ((r"\bmachine[- ]wash\w*", "machine"), (r"\b(?:hand[- ]wash\w*|wash\w* (?:it )?by hand)", "hand"), (r"\bdry[- ]clean\w*", "dry[- ]clean"))),
    (r"drive|drivetrain|drive type", _NONE, ((r"\ball[- ]wheel|\bAWD\b|\bfour[- ]wheel|\b4WD\b", "all|four|4|AWD"), (r"\brear[- ]wheel|\bRWD\b", "rear|RWD|all|four|4"), (r"\bfront[- ]wheel|\bFWD\b", "front|FWD|all|four|4"))),
    (r"colou?rs?|finish(?:es)?|shades?", r"\bcolou?r|\bavailable in\b|\bcomes? in\b|\bchoose|\bshades?\b|\bfinish", tuple((rf"\b(?:{one})\b(?! (?:wine|tea|hour|card|pepper|label))", one) for one in _COLORS)),
    (r"parking|wi ?fi|internet|admission|entry|停车|门票|入场|接机|接送|bikes?|delivery|shipping", OF_ITS_KEY, ((r"\bfree\b(?!dom|-range)|\bcomplimentary\b|免费", r"free|complimentary|免费|\btrue\b|\b0\b|包邮"), (r"\b(?:paid|for a fee|at (?:an )?extra (?:cost|charge))\b|需付费|收费|付费", r"paid|fee|\d|收费|付费"))),
    (r"颜色|色系?|配色|外观颜色", _NONE, _HAN_COLORS),
    (r"材质|面料|材料|成分|布料", _NONE, (
        ("雪纺", "雪纺"), ("真丝|桑蚕丝|丝绸", "真丝|蚕丝|丝绸|丝缎|丝质"), ("纯棉|全棉|棉质|棉布|(?<![纯全])棉(?![质布花签])", "棉"), ("亚麻|棉麻|麻质", "麻"), ("羊毛(?!衫)", "羊毛|羊绒|毛呢|呢"), ("羊绒", "羊绒|羊毛"),
        ("牛仔布|牛仔面料", "牛仔"), ("皮质|皮革|真皮|牛皮|羊皮|皮面", "皮"), ("蕾丝", "蕾丝"), ("网纱", "网纱|纱"), ("针织", "针织|毛线"), ("丝绒|天鹅绒", "绒"), ("聚酯纤维|涤纶", "聚酯|涤"), ("锦纶|尼龙", "锦纶|尼龙"),
        ("灯芯绒", "灯芯绒"), ("羽绒", "羽绒|绒"), ("毛呢|呢料", "呢|毛"), ("不锈钢", "不锈钢|钢"), ("陶瓷", "陶|瓷"), ("玻璃", "玻璃"), ("塑料", "塑|PP|ABS|树脂"), ("铝合金", "铝"), ("钛合金|纯钛", "钛"), ("实木|原木", "木"),
    )),
    (r"[衣裙上]*领型?|领型|领口", _NONE, (("圆领", "圆领"), ("[Vv]领", "[Vv]领|[Vv]字"), ("立领", "立领"), ("翻领", "翻领|西装领|衬衫领|[Pp][Oo][Ll][Oo]"), ("(?<!半)高领", "高领"), ("方领", "方领"), ("一字[领肩]", "一字"), ("连帽", "帽"), ("西装领", "西装|翻领"), ("娃娃领", "娃娃"), ("[Pp][Oo][Ll][Oo]领", "[Pp][Oo][Ll][Oo]"))),
    (r"[衣裙]*袖长|袖子?", _NONE, (("长袖", "长袖"), ("短袖", "短袖"), ("无袖", "无袖|吊带|背心"), ("七分袖", "七分"), ("五分袖", "五分"), ("九分袖", "九分"))),
    (r"裙长", _NONE, (("(?<!中)长裙", "长"), ("(?<!超)短裙", "短"), ("中长款?裙|中长款", "中长"), ("超短裙|迷你裙", "超短|迷你|短"))),
    (r"裤长", _NONE, (("九分裤?", "九分"), ("七分裤?", "七分"), ("五分裤?", "五分"), ("长裤", "长裤"), ("短裤", "短"))),
    (r"裤型|版型|裤版型", _NONE, (("阔腿", "阔腿|宽松"), ("小脚裤?|铅笔裤", "小脚|铅笔|修身"), ("哈伦", "哈伦"), ("喇叭裤|微喇", "喇"), ("紧身|修身", "修身|紧身|合身|显瘦|小脚|铅笔"), ("宽松", "宽松|[Oo]versize|[Bb][Ff]|廓形|阔腿|哈伦|蝙蝠|直筒|斗篷"))),
    (r"裙型", _NONE, (("[Aa]字", "[Aa]字|大摆|百褶|蓬"), ("百褶", "百褶"), ("鱼尾", "鱼尾"), ("蓬蓬裙", "蓬"), ("包臀", "包臀|铅笔|直筒"), ("伞裙", "伞|[Aa]字|大摆"))),
    (r"[裙裤衣]*腰型?", _NONE, (("高腰", "高腰"), ("低腰", "低腰"), ("中腰", "中腰"), ("松紧", "松紧"), ("系带", "系带|绑带|绳|腰带"))),
    (r"图案|花纹|印花", _NONE, (("碎花", "花"), ("格子|格纹", "格"), ("条纹", "条纹|线条|竖纹"), ("波点|圆点", "点"), ("字母", "字母|文字|英文"), ("卡通", "卡通|动漫|动物"), ("刺绣", "刺绣|绣"), ("豹纹", "豹"), ("迷彩", "迷彩"), ("纯色|素色", "纯色|素色"), ("印花", "印花|花|字母|卡通|图案|动物|人物|植物|风景|格|豹|迷彩|波点|条纹|创意|撞色"))),
    (r"[裙衣裤]*下?摆", _NONE, (("开叉", "开叉|叉"), ("荷叶边|荷叶", "荷叶|花边|木耳"), ("流苏", "流苏"), ("不规则", "不规则|斜"))),
    (r"菜系|口味|菜|类型|类别", _NONE, (*_same("川菜", "湘菜", "粤菜", "鲁菜", "苏菜", "浙菜", "闽菜", "徽菜", "东北菜", "西北菜", "云南菜", "新疆菜", "火锅", "烧烤"), ("日料|日本料理", "日"), ("韩餐|韩国料理", "韩"), ("西餐", "西餐|法|意"), ("泰餐|泰国菜", "泰"))),
    (r"风格|风", "风", (("甜美风", "甜美"), ("复古风", "复古|古风|港"), ("街头风", "街头|潮|嘻哈"), ("运动风", "运动|休闲"), ("学院风", "学院"), ("中国风|国风", "中国|国风|古风|中式"), ("民族风", "民族"), ("通勤风|职业风", "通勤|职业|[Oo][Ll]"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """A value: how a text says it, and what in an input allows for it."""

    said: re.Pattern[str]
    known: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Category:
    """What is said under a key, of which a text may name no other.

    Attributes:
        within: what the sentence must hold; None where nothing need, and where `near_its_key`.
        near_its_key: a word of the key must stand near by.
    """

    key: re.Pattern[str]
    within: re.Pattern[str] | None
    near_its_key: bool
    options: tuple[Option, ...]


def _category(key: str, within: str, options: _Options) -> Category:
    return Category(
        re.compile(key, re.IGNORECASE),
        re.compile(within, re.IGNORECASE) if within and within != OF_ITS_KEY else None,
        within == OF_ITS_KEY,
        tuple(Option(re.compile(said, re.IGNORECASE), re.compile(known, re.IGNORECASE)) for said, known in options),
    )


CATEGORIES = tuple(_category(*listed) for listed in _LISTED)

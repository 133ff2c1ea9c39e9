"""Superlatives, comparisons, and what a text says of health or of the law."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from magicai.claims.claim import ClaimKind
from magicai.claims.words import stem, stems

_SUPERLATIVE = re.compile(
    r"\b(?:(?:the|our|its|their|one of the|(?<!')s|’s|among the|of|as|#1|no\. ?1) )?(?P<en>"
    r"(?:best|finest|cheapest|largest|biggest|smallest|fastest|slowest|lightest|heaviest|longest|shortest|tallest|highest|lowest|strongest|"
    r"oldest|newest|safest|purest|softest|quietest|brightest|thinnest|toughest|smartest|richest|easiest|greatest|hottest|coolest|sharpest|widest|"
    r"most [a-z-]{4,}|least (?!one|two|three|four|five|six|seven|eight|nine|ten|twelve)[a-z-]{4,}|(?:number|no\.?|nr\.?|#) ?(?:one|1)\b(?! of)|top-rated|top-selling|best-selling|bestselling|"
    r"world-class|world-leading|market-leading|industry-leading|award-winning|unrivall?ed|unmatched|unbeatable|unparalleled|second to none))\b"
    r"|\b(?P<only>(?:(?:the|its|their|our) (?:only|leading|sole|ultimate)|(?:the|its) first)(?! (?:time|step|place|thing|floor|day|week|month|quarter|half|year|few|two|three|year|edition|part|one|stop|look|impression))) [a-z]+"
    r"|(?P<zh>最(?![大长高低小多少短快慢重轻][\d一二三四五六七八九十几可能]|近|后|终|初|多(?:可|支持|能|不)|少(?!的)|低(?:起|至|只)|高(?:可|支持|达)|新)[\u4e00-\u9fff]|第一(?!次|步|时间|天|日|季|代|款|印象|眼|批|章|位|个月|家门)|居?(?:各\S{1,4})?首位|榜首|居首|唯一|首个|首家|首款|顶级|极致|独一无二|全网最|世界级|国家级|史上|无与伦比|冠军|销量王)",
    re.IGNORECASE,
)
_FIRST_HAN = re.compile(r"第一(?!次|步|时间|天|日|季|代|批|章)|居?(?:各\S{1,4})?首位|榜首|居首")
_NO_SUPERLATIVE = re.compile(
    r"(?:at|for|to|do|doing|your|their|his|her|my|all the) best\b|best (?:suited|known|enjoyed|of all|wishes|regards|before|practices?|friends?|man|for|if|when|with|to|served|used|way|walked|visited|seen|eaten|drunk|kept|stored|read|tried|worn)\b|"
    r"(?<!the )(?<!our )(?<!\bits )most [a-z]+[^uis\W]s\b|(?<!the )most (?:people|customers|users|visitors|reviewers|days|cases)\b|most (?:of|likely|recent(?:ly)?|importantly|notably|other|others|with|were|have|from|that|commonly|often)\b|"
    r"(?:at|the) (?:most|least)\b(?! [a-z]{4,})|latest|(?:at the|in the) (?:longest|highest)|greatest hits|least (?:one|two|three|\d)|(?:the )?first (?:half|quarter|time|of)|make the most",
    re.IGNORECASE,
)
# Whoever is the first among others boasts; the first of several things in a row, or of one's own, is counted.
_AMONG = re.compile(r"[^,.;!?]{0,60}\b(?:in|of|to|on|ever|worldwide)\b", re.IGNORECASE)
_COMPARISON = re.compile(
    r"\b(?P<more>(?:(?:much|far|slightly|significantly|even|still|a bit|a little|considerably) )?(?:(?:more|less|fewer) (?!than)[a-z-]+(?: [a-z-]+){0,2}|(?!other|rather|rath|later|number|over|under|after|whether|either|neither|further)[a-z]{2,12}(?:er|ier)|better|worse|cheaper|higher|lower)) than (?!(?:\$|€|£|¥)?\d|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|half|twenty|thirty|forty|fifty|a hundred|a dozen|ever|usual|expected|before|just)\b)(?P<whom>[^,.;!?]{2,60})"
    r"|\b(?P<ratio>twice|double|three times|four times|five times|half|\d+(?:\.\d+)?(?: times|x)) (?:as|the) (?P<what>[a-z]+)(?: as| of| than)? (?P<of>[^,.;!?]{2,60})"
    r"|(?P<zh>(?<![性对占等百同无相评])比(?!较|例|如|赛|拼|率|重|萨|基尼|利)(?P<zwhom>[^，。；！？]{1,20}?)(?:更|还|要|高|低|贵|便宜|重|轻|大|小|长|短|快|慢|多|少|好|强)[^，。；！？]{0,10})",
    re.IGNORECASE,
)
_HEALTH = (
    r"cur(?:e|es|ed|ing)\b(?! (?:meat|ham|resin))",
    r"treat(?:s|ing|ment of)? (?:\w+ ){0,2}(?:acne|eczema|pain|anxiety|depression|insomnia|disease|condition|cancer|diabetes|arthritis)\w*",
    r"heal(?:s|ing)\b",
    r"clinically[ -](?:proven|tested)",
    r"(?:dermatologist|doctor|medically|physician)s?[ -](?:tested|recommended|approved|proven)",
    r"fda[- ](?:approved|cleared|registered)",
    r"(?:boost|strengthen|support|improve)(?:s|ing)? (?:your |the )?(?:immun\w+|metabolism|digestion|heart health|gut health|sleep quality)",
    r"(?:lower|reduce|prevent)(?:s|ing)? (?:your |the |high )?(?:risk of \w+|blood pressure|cholesterol|blood sugar|inflammation|stress|anxiety|wrinkles|disease|pain|back pain|fatigue|\w+ disease|cancer)",
    r"prevents? (?:\w+ )?(?:illness|infection|disease|cancer|cavities|hair loss|aging)",
    r"(?:anti-?(?:cancer|inflammatory|aging|ageing|bacterial|viral))",
    r"detox\w*",
    r"(?:relieve|ease|alleviate)s? (?:\w+ ){0,2}(?:pain|stress|anxiety|headaches?|tension|symptoms|joints?)",
    r"weight loss|lose weight|burns? fat|fat[- ]burning",
    r"hypoallergenic",
    r"medical[- ]grade",
    r"therapeutic",
    r"non-?toxic|toxin-free|chemical-free",
    r"kills? (?:up to )?(?:\d+(?:\.\d+)?% of )?(?:germs|bacteria|viruses)",
    r"safe for (?:babies|infants|pregnan\w+|children|sensitive skin)",
)
_HEALTH_ZH = "治疗|治愈|根治|疗效|预防(?=.{0,6}(?:病|癌|感冒|感染|疾))|抗癌|防癌|降血压|降血糖|降血脂|提高免疫力|增强免疫|抗炎|消炎|杀菌|抑菌|抗菌|排毒|减肥|瘦身|燃脂|临床(?:验证|证明|试验)|医用级|医生推荐|安神|助眠|缓解(?=.{0,5}(?:痛|疲劳|压力|焦虑|失眠|症))|改善睡眠|活血|养胃|护肝|补肾|美白|祛斑|抗衰老|无毒|零添加|母婴适用"
_LEGAL = (
    r"guarantee\w*",
    r"(?:\w+[- ])?warrant(?:y|ies)",
    r"certifi(?:ed|cation|cate)\w*",
    r"patent(?:ed|s| pending|-pending)?",
    r"licen[sc]ed",
    r"complian(?:t|ce)|complies with",
    r"officially? (?:licensed|certified|approved|recogni[sz]ed)",
    r"risk-free",
    r"money-back",
    r"(?:full |free )?refund(?:s|ed|able)?",
    r"(?:free|easy|hassle-free|no-questions-asked|\d+-day) returns?",
    r"approved by",
    r"accredited",
    r"insured",
    r"legally",
    r"ISO[ -]?\d{4,5}",
    r"CE[- ](?:marked|certified|marking)|\bUL[- ]listed",
    r"GDPR|HIPAA",
    r"100% (?:safe|legal|secure|natural|authentic|genuine)",
    r"cruelty[- ]free",
    r"fair[- ]?trade",
    r"carbon[- ]neutral",
)
_LEGAL_ZH = "保证|质保|保修|认证|专利|合规|国家级|官方(?:授权|认证|正品)|正品保障|假一赔[十三]|无理由退货|退款|包退|包换|保险|持证|获批|符合国家|零风险|百分百安全|绝对安全"
# A Chinese text may say so of what an input names in English.
_WARRANTY = re.compile(r"质保|保修|warrant(?:y|ies)|guarantee", re.IGNORECASE)
_RULES = (
    (ClaimKind.HEALTH, tuple(re.compile(rf"\b(?:{part})\b", re.IGNORECASE) for part in _HEALTH)),
    (ClaimKind.LEGAL, tuple(re.compile(rf"\b(?:{part})\b", re.IGNORECASE) for part in _LEGAL)),
)
_RULES_ZH = ((ClaimKind.HEALTH, re.compile(_HEALTH_ZH)), (ClaimKind.LEGAL, re.compile(_LEGAL_ZH)))
_NEGATED = re.compile(
    r"\b(?:no|not|without|never|nor|isn't|doesn't|does not|non)\b[^.;]{0,30}$|(?:不|无|没有|未|非)[^，。；]{0,4}$",
    re.IGNORECASE,
)
# What an input calls the limit of a range: `min_price` has the lowest price.
_LIMITS = (
    (("smallest", "lowest", "shortest", "cheapest"), r"min(?:imum)?|lowest"),
    (("largest", "highest", "longest", "biggest"), r"max(?:imum)?|highest"),
)
_NOUN = re.compile(r" ([a-z]{3,})", re.IGNORECASE)
_PROMISED = frozenset(
    map(
        stem,
        [
            "lifetime",
            "limited",
            "unlimited",
            "extended",
            "international",
            "free",
            "money",
            "back",
            "hassle",
            "questions",
        ],
    )
)
_AILMENTS = frozenset(
    map(
        stem,
        [
            "acne",
            "eczema",
            "pain",
            "anxiety",
            "depression",
            "insomnia",
            "disease",
            "condition",
            "cancer",
            "diabetes",
            "arthritis",
            "illness",
            "infection",
            "cavities",
            "hair",
            "aging",
            "blood",
            "pressure",
            "cholesterol",
            "sugar",
            "inflammation",
            "stress",
            "wrinkles",
            "fatigue",
            "headache",
            "tension",
            "joints",
            "immune",
            "immunity",
            "metabolism",
            "digestion",
            "heart",
            "gut",
            "sleep",
            "weight",
            "bacteria",
            "viruses",
            "germs",
            "babies",
            "infants",
            "children",
        ],
    )
)
_HAN_AILMENT = re.compile(
    ".{0,5}?(?P<what>[\u4e00-\u9fff]?病|[\u4e00-\u9fff]?癌|感冒|感染|[\u4e00-\u9fff]疾|[\u4e00-\u9fff]?痛|疲劳|压力|焦虑|失眠|炎症)"
)
_ENDINGS = {"s", "d", "es", "ed", "ing"}


@dataclass(frozen=True, slots=True)
class Worded:
    """Words that claim something by themselves.

    Attributes:
        key: what must be in the input: a pattern.
        than: what it is compared with, or how the ratio is put.
        objects: stems that the words in the input must have too: what is treated, for how long it is warranted.
    """

    kind: ClaimKind
    start: int
    end: int
    key: re.Pattern[str]
    word: str
    than: str = ""
    objects: frozenset[str] = frozenset()

    def negated(self, plain: str) -> bool:
        """Whether the words before say that it is not so."""
        return _NEGATED.search(plain[max(0, self.start - 40) : self.start]) is not None


def worded(plain: str, *, han: bool) -> Iterator[Worded]:
    """Every superlative, comparison, health and legal claim of a text."""
    yield from _superlatives(plain)
    yield from _comparisons(plain)
    for kind, patterns in _RULES:
        for pattern in patterns:
            for match in pattern.finditer(plain):
                yield Worded(kind, match.start(), match.end(), pattern, match[0], objects=_objects(kind, match[0]))
    if han:
        for kind, pattern in _RULES_ZH:
            for match in pattern.finditer(plain):
                yield Worded(kind, match.start(), match.end(), _han_key(plain, match), match[0])


def _objects(kind: ClaimKind, words: str) -> frozenset[str]:
    """What makes two claims of one pattern different: `acne` and `cancer`, `lifetime` and `limited`."""
    found = frozenset(stems(words))
    return found & _PROMISED if kind is ClaimKind.LEGAL else found & _AILMENTS


def _han_key(plain: str, match: re.Match[str]) -> re.Pattern[str]:
    if _WARRANTY.fullmatch(match[0]):
        return _WARRANTY
    if "免疫" in match[0]:
        return re.compile("免疫")
    what = _HAN_AILMENT.match(plain, match.end())
    return re.compile(re.escape(match[0]) + (f".{{0,6}}{what['what']}" if what else ""))


def _superlatives(plain: str) -> Iterator[Worded]:
    for match in _SUPERLATIVE.finditer(plain):
        if match["en"] and _NO_SUPERLATIVE.search(plain, max(0, match.start() - 10), match.end() + 14):
            continue
        if match["zh"]:
            key = _FIRST_HAN if _FIRST_HAN.fullmatch(match["zh"]) else re.compile(re.escape(match["zh"]))
            yield Worded(ClaimKind.SUPERLATIVE, match.start("zh"), match.end("zh"), key, match["zh"])
        else:
            word = match["en"] or match["only"].split(" ")[-1]
            group = "en" if match["en"] else "only"
            key = _superlative_key(word, plain[match.end(group) : match.end(group) + 24])
            counts = word.lower() == "first" and (
                not match["only"].lower().startswith("the") or _AMONG.match(plain, match.end(group)) is None
            )
            kind = ClaimKind.NUMBER if counts else ClaimKind.SUPERLATIVE
            yield Worded(kind, match.start(group), match.end(group), key, word.lower())


def _superlative_key(word: str, after: str) -> re.Pattern[str]:
    """The word itself, or the limit of a range of the same thing in a key."""
    limit = next((forms for words, forms in _LIMITS if word.lower() in words), "")
    noun = _NOUN.match(after)
    ranges = ""
    if limit and noun:
        what = re.escape(noun[1])
        ranges = rf"|(?:{limit})[ _]?{what}|{what}[ _]?(?:{limit})"
    return re.compile(rf"(?<!\w)(?:{re.escape(word)}\b{ranges})", re.IGNORECASE)


def _comparisons(plain: str) -> Iterator[Worded]:
    for match in _COMPARISON.finditer(plain):
        if match["more"]:
            word, than = match["more"].lower(), match["whom"]
            key = re.compile(rf"\b{re.escape(word)} than\b", re.IGNORECASE)
        elif match["ratio"]:
            word, than = f"{match['ratio']} {match['what']}".lower(), match["of"]
            key = re.compile(rf"\b{re.escape(match['ratio'])} (?:as|the) {re.escape(match['what'])}\b", re.IGNORECASE)
        else:
            word, than = match["zh"], match["zwhom"]
            key = re.compile(f"比{re.escape(than)}")
        yield Worded(ClaimKind.COMPARISON, match.start(), match.end(), key, word, than)

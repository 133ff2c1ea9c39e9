"""Superlatives and health claims: what a text may say only if its sources do."""

import re
from collections.abc import Iterator

from magicai.claims.claim import ClaimKind

_PATTERNS = (
    (
        ClaimKind.SUPERLATIVE,
        re.compile(
            r"\b(?:(?:the|our|its) (best|finest|cheapest|largest|smallest|fastest|lightest|strongest|safest|"
            r"purest|softest|quietest|brightest|greatest|only|leading|ultimate)|top-rated|best-selling|bestselling|"
            r"world-class|award-winning|unrivall?ed|unmatched|unbeatable|market-leading|number one|no\. ?1|#1)\b"
            r"|最[佳好优强大]|第一品牌|销量第一|全网第一|唯一|顶级|极致|首个|首家|世界级|国家级",
            re.IGNORECASE,
        ),
    ),
    (
        ClaimKind.HEALTH,
        re.compile(
            r"\b(?:cures?|heals?|treats? (?:acne|eczema|pain|anxiety|cancer|diabetes|arthritis)|clinically (?:proven|"
            r"tested)|dermatologist[- ]tested|hypoallergenic|medical[- ]grade|therapeutic|detox|anti-?inflammatory|"
            r"anti-?bacterial|weight loss|non-?toxic|immunity|blood pressure|cholesterol)\b"
            r"|治疗|治愈|疗效|抗癌|降血压|降血糖|免疫力|消炎|杀菌|抑菌|抗菌|排毒|减肥|临床|助眠|无毒",
            re.IGNORECASE,
        ),
    ),
)


def worded(plain: str) -> Iterator[tuple[ClaimKind, int, int]]:
    """The place of every superlative and health claim."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            yield kind, *match.span(1 if kind is ClaimKind.SUPERLATIVE and match[1] else 0)

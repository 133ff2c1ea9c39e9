"""Whether a number that the input lacks is likely worked out from it, in a way that is not known here."""

import re

from magicai.claims.amount import Amount
from magicai.claims.derivations import OFF
from magicai.claims.units import PERCENT

_BESIDE = 14  # characters
_WORKED_OUT_BEFORE = re.compile(
    r"\b(?:sav\w+|another|the (?:other|remaining))\b|其余|另外|省|贵|便宜|相差|步行", re.IGNORECASE
)
_MEAN = re.compile(r"\b(?:on average|an average)\b|平均", re.IGNORECASE)
_WORKED_OUT_AFTER = re.compile(
    r"^\W{0,2}(?:\w+ )?(?:each|more than|less than|fewer than|cheaper|in all|in total|altogether|on average|"
    r"walk|drive|slower|faster|later|earlier|ahead|behind|from time|away|on foot)\b|^\S{0,2}平均",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:in all|in total|total\w*|altogether|together|combined|difference|per|each|"
    r"an? (?:week|month|year))\b|每|共|合计",
    re.IGNORECASE,
)


def worked_out(amount: Amount, plain: str, sentence: tuple[int, int], *, rivalled: bool) -> bool:
    """Whether a number is likely worked out: `saves you $20`, `200 g each`, and less clear ones without a rival.

    Args:
        rivalled: whether the input says another number of what the words around speak of.
    """
    before = plain[max(sentence[0], amount.start - _BESIDE) : amount.start]
    after = plain[amount.end : min(sentence[1], amount.end + _BESIDE)]
    if (
        _MEAN.search(plain, sentence[0], amount.start)
        or _WORKED_OUT_BEFORE.search(before)
        or _WORKED_OUT_AFTER.search(after)
    ):
        return True
    if rivalled:
        return False
    share = amount.dimension_is(PERCENT) and not OFF.search(before + after)
    in_words = amount.spelled and not amount.ordinal and amount.unit is None
    return share or in_words or _ALL.search(before + after) is not None

"""Names that the input has, said in a relation that it gives to another: born in the town of the university."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from magicai.claims.names import Name
from magicai.claims.sources import Source
from magicai.claims.verdict import Verdict

_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-zÀ-ɏ]{3,}|[\u4e00-\u9fff]{2,}")
_REACH = 40  # characters between a relation and its name
_LONGEST = 120  # characters of a value
# What a text says before a name, and the keys under which an input gives it.
_LISTED = (
    (r"\b(?:born|birthplace|native) (?:in|of|is|was|near)?", r"(?:place|city|town|country)? ?(?:of )?birth(?: ?place)?|birth (?:place|city|town)|born(?: in)?|hometown"),
    (r"\bdied (?:in|at)", r"(?:place of )?death(?: ?place)?|died(?: in)?"),
    (r"\b(?:graduated from|studied at|attended|alumn\w+ of|(?:degree|phd|doctorate) (?:from|at))", r"alma mater|education|university|college|school|studied(?: at)?"),
    (r"\b(?:works? (?:for|at)|worked (?:for|at)|working (?:for|at)|employed (?:by|at))", r"employer|company|works? (?:for|at)|organi[sz]ation|workplace|institution"),
    (r"\b(?:plays? (?:for|as part of)|played for|signed (?:for|with))", r"club|team|clubs|teams|current club"),
    (r"\bdirected by", r"directors?|directed by"),
    (r"\b(?:written|authored|penned) by", r"authors?|writers?|written by"),
    (r"\b(?:founded|established|started) by", r"founders?|founded by"),
    (r"\b(?:designed|built) by", r"architects?|designers?|builders?|designed by"),
    (r"\b(?:coached|trained|managed) by", r"coach|coaches|trainer|manager"),
    (r"\b(?:taught|led|run|headed|hosted|chaired) by", r"teacher|instructor|leader(?: name)?|leader|host|head|chef|ceo|director|chair\w*|owner|manager|lecturer|guide"),
    (r"\b(?:married to|spouse|wife|husband)", r"spouse|partner|wife|husband"),
    (r"\b(?:published by|publisher)", r"publishers?|published by"),
    (r"\b(?:made|manufactured|produced|assembled|knitted|woven|crafted) in", r"made in|origin|country(?: of origin)?|produced in|manufactured(?: in)?|place of (?:manufacture|production)"),
    (r"\b(?:capital(?: city)? (?:is|being))", r"capital"),
    (r"(?:出生于|生于|籍贯)", "出生地|籍贯|出生"), (r"(?:毕业于|就读于)", "学历|毕业院校|院校|母校|教育"), (r"(?:产自|产于|原产)", "产地|原产地|产区"),
    (r"(?:导演是|由导演)", "导演"), (r"(?:就职于|任职于)", "单位|公司|雇主"),
)  # fmt: skip
_RELATIONS = tuple((re.compile(said, re.IGNORECASE), re.compile(keys, re.IGNORECASE)) for said, keys in _LISTED)


@dataclass(slots=True)
class Relations:
    """The relations that keys of the input name."""

    sources: Sequence[Source]
    _known: list[tuple[re.Pattern[str], list[int]]] = field(default_factory=list[tuple[re.Pattern[str], list[int]]])

    def __post_init__(self) -> None:
        for said, keys in _RELATIONS:
            own = [number for number, source in enumerate(self.sources) if _is_of(keys, source)]
            if own:
                self._known.append((said, own))

    def traced(self, name: Name, verdict: Verdict, plain: str, sentence: tuple[int, int]) -> Verdict:
        """A name's verdict; against it, where the relation that stands before it has another name."""
        if verdict.source is None:
            return verdict
        before = plain[max(sentence[0], name.start - _REACH) : name.start]
        for said, own in self._known:
            matches = list(said.finditer(before))
            if not matches or re.search(r"[,;，；、]|\b(?:and|or|by|who|which|that)\b", before[matches[-1].end() :]):
                continue
            sources = [self.sources[number] for number in own]
            words = set(map(str.lower, _WORD.findall(name.text)))
            if not words or any(_alike(words, name.text, source.text) for source in sources):
                continue
            return Verdict(reason=f"the input says {sources[0].name}: {sources[0].text}, the text “{name.text}”")
        return verdict


def _alike(words: set[str], name: str, text: str) -> bool:
    """Whether a value and a name share a word, or its beginning, as Scotland and Scottish do."""
    if name in text or text in name:
        return True
    its = set(map(str.lower, _WORD.findall(text)))
    return bool(words & its) or any(one[:4] == other[:4] for one in words for other in its)


def _is_of(keys: re.Pattern[str], source: Source) -> bool:
    names = [part for part in source.path if isinstance(part, str)]
    if not names or not source.text.strip() or len(source.text) > _LONGEST or source.truth is not None:
        return False
    return keys.fullmatch(" ".join(_CAMEL.findall(names[-1])).lower()) is not None

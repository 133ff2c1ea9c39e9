"""Orders to a language model that stand in a document: they are no evidence, and nothing behind them is.

What a passage says is data, and the prompt says so. A model may obey all the same, and its sentence would then be one
that the passage it cites does say. So an order, and what follows it under its heading, is neither quoted nor shown to a
model; nor is a sentence that speaks to whoever answers (addressing.py). That is by patterns, which catch what is usual:
docs/reference/benchmarks/knowledge.md has the share.
"""

import re

from magicai.claims.reading import read, sentences
from magicai.knowledge.addressing import addresses, asks_how_to, is_imperative
from magicai.knowledge.phrases import Phrases
from magicai.knowledge.tampering import tampers
from magicai.values.languages import is_foreign, language_of

_RULES = (
    "instructions?|prompts?|rules?|guidelines?|directions?|directives?|programming|commands?|requests?|context"
    "|training|messages?|user|polic(?:y|ies)|restrictions|everything|conversation|assignment|text|sentences?"
)
_WHICH = "previous|prior|preceding|above|earlier|before|former|all|any|your|these|those|every|the user|system|initial"
_SECRETS = (
    "system prompt|initial prompt|hidden prompt|your (?:instructions|prompt|rules|guidelines)"
    "|confidential (?:data|information)|your (?:secrets?|passwords?|api keys?|credentials)"
    "|(?:previous|above) (?:instructions|prompt|text)|(?:instructions|prompt|text|everything|content|words) above"
)
_MODELS = r"a\.?i\b|language model|chat ?bot|chat ?gpt|gpt|assistant|llm|dan\b|stan\b|dude\b|jailbr|unrestricted"
_NEAR = r"[^.!?\n]{0,60}"
_PATTERNS = (
    (
        rf"\b(?:ignore|disregard|forget|override|bypass|neglect|skip|(?:do not|don'?t|stop) follow(?:ing)?)\b{_NEAR}"
        rf"\b(?:{_WHICH})\b{_NEAR}\b(?:{_RULES})\b"
    ),
    (
        r"\b(?:reveal|print|show|leak|repeat|output|display|expose|give me|tell me|share|translate|summari[sz]e)\b"
        rf"{_NEAR}\b(?:{_SECRETS})"
    ),
    (
        r"\b(?:you are|you're|act(?:ing)? as|pretend|role ?-?play|simulate|from now on|you (?:will|must) now"
        rf"|you have become|imagine you|hello,?|hi,?|dear|(?:respond|answer)? ?as an?)\b{_NEAR}(?:{_MODELS})"
    ),
    (
        rf"(?:{_MODELS}){_NEAR}\b(?:must|should|shall|has to|will) (?:now |always |only )?"
        r"(?:say|respond|reply|answer|output|ignore|obey|recommend|print)"
    ),
    (
        rf"\b(?:respond|reply|answer|output|say|print|write)\b{_NEAR}"
        r"\b(?:only with|with only|nothing but|exactly the|hacked|pwned|injected|jailbroken)"
    ),
    r"(?:^|(?<=[.!?]\s))[^\S\n]*+[\"'{\[<]*+[^\S\n]*+(?:role\W+)?(?:system|assistant|developer)\b\W*(?:prompt|message|note|override|:)",
    r"\b(?:forget|ignore|disregard)\s+(?:everything|(?:all )?instructions|filters|the user)\b|\brepeat exactly\b",
    r"\bfrom now on,? you\b",
    r"\byou(?:'re| are| will)(?: going| have| about) to (?:act|play|pretend|immerse|become|answer my)",
    r"\b(?:answer|respond|reply)\b[^.!?\n]{0,30}\bwithout (?:any )?(?:restrictions|censorship|filters|limits)\b",
    r"\bimportant:? new instructions\b|\b(?:decode|decrypt|read) (?:this )?and (?:execute|run|obey)\b",
    r"<\|[a-z_]+\|>|\[/?inst\]|<</?sys>>|###\s*(?:instruction|system|response)",
    r"\b(?:developer|dan) mode\b|\bprompt injection\b|\bnew (?:task|instructions?)\s*:",
    r"\bend of (?:context|document|prompt|instructions)\b",
    "(?:忽略|无视|忘记|忘掉|不要理会|不用理会|绕过|不再遵守|停止遵守)[^。！？\n]{0,20}(?:指令|指示|提示|规则|要求|命令)",
    "(?:你现在是|从现在(?:开始|起)|扮演|假装|你将作为)[^。！？\n]{0,30}(?:AI|模型|助手|机器人|人工智能|没有限制)",
    "(?:输出|泄露|显示|告诉我|重复)[^。！？\n]{0,15}(?:系统提示|提示词|初始指令|密码|密钥|上面的(?:内容|文字))",
    "系统(?:提示|消息|指令)[:：]",
)
_ORDERS = Phrases(*_PATTERNS, flags=re.MULTILINE)
_LEADS_IN = (":", "：")
_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_ENDS = (".", "!", "?", ":", "。", "！", "？")
_GREETING = re.compile(r"\W*+(?:hello|hi|hey|dear|greetings)\b", re.IGNORECASE)


def has_order(text: str) -> bool:
    """Whether a text orders a model to do something."""
    return bool(_ORDERS.search(read(text).plain))


def evidence_of(text: str) -> str:
    """What of a text is evidence: of each line, what stands before an order to a model.

    What the colon of an order leads to, a line or a list, is no evidence, either.
    """
    kept: list[str] = []
    follows = listed = False
    for line in text.split("\n"):
        is_item = bool(_ITEM.match(line))
        listed = is_item and (follows or listed)
        end = 0 if follows or listed else _evidence_in(line)
        follows = end < len(line) and not (follows or listed) and line.rstrip().endswith(_LEADS_IN)
        if said := line[:end].rstrip():
            kept.append(said)
    return "\n".join(kept)


def _evidence_in(text: str) -> int:
    """How many characters of a line are evidence: all that stands before an order."""
    reading = read(text)
    found = _ORDERS.search(reading.plain)
    if found is None:
        return len(text)
    start = reading.span(found.start(), found.end())[0]
    begins = max((one.start for one in sentences(text) if one.start <= start), default=0)
    if text[:start].rstrip().endswith(_ENDS):
        begins = start
    greeting = next((one for one in sentences(text[:begins]) if _GREETING.match(one.text)), None)
    return min(begins, greeting.start) if greeting else begins


def without_orders(text: str, question: str, title: str) -> str:
    """A text without the sentences that speak to whoever answers; the others stand as they are.

    Those that speak of texts, readers and programs are left out, too, and, where nobody asks how to do something, those
    that tell somebody to do it. Of a text in several languages, only what is in the question's is kept, if it has such.

    Args:
        title: of the passage.
    """
    about, how_to = f"{question} {title}", asks_how_to(question)
    every, asked = sentences(text), language_of(question)
    mixed = bool(asked) and any(language_of(one.text) == asked for one in every)
    left_out = [
        one
        for one in every
        if addresses(one.text, about)
        or tampers(one.text, about)
        or (mixed and is_foreign(one.text, asked))
        or (not how_to and is_imperative(one.text))
    ]
    if not left_out:
        return text
    kept: list[str] = []
    end = 0
    for one in left_out:
        kept.append(text[end : one.start])
        end = one.end
    kept.append(text[end:])
    return "\n".join(line.strip() for line in "".join(kept).split("\n") if line.strip())

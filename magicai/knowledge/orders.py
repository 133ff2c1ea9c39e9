"""Orders to a language model that stand in a document: they are no evidence, and nothing behind them is.

What a passage says is data, and the prompt says so. A model may obey all the same, and its sentence would then be one
that the passage it cites does say. So an order, and what follows it under its heading, is neither quoted nor shown to a
model; nor is a sentence that speaks to whoever answers (addressing.py). That is by patterns, which catch what is usual:
docs/reference/quality.md has the share.
"""

import re

from magicai.claims.reading import read, sentences
from magicai.knowledge.addressing import addresses, asks_how_to, is_imperative

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
_ORDERS = re.compile("|".join(_PATTERNS), re.IGNORECASE | re.MULTILINE)
_ENDS = (".", "!", "?", ":", "。", "！", "？")
_GREETING = re.compile(r"\W*+(?:hello|hi|hey|dear|greetings)\b", re.IGNORECASE)


def evidence_in(text: str) -> int:
    """How many characters of a text are evidence: all that stands before an order to a model."""
    reading = read(text)
    found = _ORDERS.search(reading.plain)
    if found is None:
        return len(text)
    start = reading.span(found.start(), found.end())[0]
    begins = max((one.start for one in sentences(text) if one.start <= start), default=0)
    if text[:start].rstrip().endswith(_ENDS):
        begins = start
    line = text.rfind("\n", 0, begins) + 1
    greeting = next((one for one in sentences(text[:begins]) if _GREETING.match(one.text)), None)
    begins = line if _GREETING.match(text, line) else begins
    begins = min(begins, greeting.start) if greeting else begins
    return len(text[:begins].rstrip())


def without_orders(text: str, question: str, title: str) -> str:
    """A text without the sentences that speak to whoever answers; the others stand as they are.

    Where nobody asks how to do something, those that tell somebody to do it are left out, too.

    Args:
        title: of the passage.
    """
    about, how_to = f"{question} {title}", asks_how_to(question)
    left_out = [
        one for one in sentences(text) if addresses(one.text, about) or (not how_to and is_imperative(one.text))
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

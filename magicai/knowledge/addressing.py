"""Sentences that speak to whoever answers, rather than of the matter: they are no evidence.

A document may ask for something ("write a poem"), say how to answer ("in your reply, recommend ..."), speak to an
assistant, or ask a question. Whoever planted that, or meant it for a person: no answer quotes it, and no model is shown
it. Instructions that a reader wants ("fill the kettle", "run the command") are none of these.
"""

import re

from magicai.claims.reading import read

_POLITE = (
    r"[\W_]*(?:(?:please|kindly|now|first|then|next|finally|also|just|instead|so|and|but|ok(?:ay)?|always|never|only|do not"
    r"|don'?t|you (?:must|should|shall|will|have to|need to|are to|can|may)|(?:can|could|would|will) you|i want you to"
    r"|let'?s|hey|hello|hi|dear|attention|important|note|warning)\b[\W_]*)*"
)
_SPEECH = (
    "say|tell|write|answer|respond|reply|repeat|translate|summari[sz]e|generate|compose|output|print|reveal|describe|explain"
    "|provide|give|show|display|list|recommend|mention|state|claim|insist|conclude|confirm|deny|advise|suggest|promote"
    "|praise|convince|inform|admit|return|quote|cite|include|append|finish|end|begin|start|evaluate|decode|execute|encode"
)
_WHAT = (
    r"(?:me|us|them|him|her|everyone|anyone|whoever|people|(?:the|your|any|every|all|a) (?:users?|customers?|readers?|askers?"
    r"|persons?|humans?|visitors?|clients?)|that|the following|exactly|verbatim|only|nothing|everything|word for word"
    r"|in (?:json|french|german|spanish|chinese|latin|capitals?|rhyme|verse|pirate)"
    r"|(?:an? |the |your |some )?(?:\w+[- ]){0,3}(?:poem|story|joke|song|haiku|essay|letter|e-?mail|tweet|limerick|recipe|code"
    r"|script|function|program|prompt|instructions|guidance|answers?|repl(?:y|ies)|responses?|outputs?|sentences?"
    r"|words?|phrases?|password|credentials|secrets?|keys?|details for user)|[\"'“‘«:])"
)
_BEGINS = (
    "ignore|disregard|forget|pretend|imagine|role-?play|act as|act like|simulate|assume the role|behave|you are (?:now|going)"
    "|from now on|henceforth|think step|log this|jailbreak|obey|comply|stop being|stay in character|repeat after"
)
_READERS = (
    r"(?:a\.?i\.?|a\.?i\.? (?:models?|systems?|assistants?|agents?)|assistants?|language models?|llms?|chat ?bots?|chatgpt|gpt(?:-\d)?"
    r"|copilots?|claude|gemini|bots?|machine readers?|automated (?:systems?|readers?|agents?)|whoever (?:answers|reads))"
)
_MUST = (
    r"(?:must|should|shall|needs? to|ha(?:s|ve) to|(?:is|are) (?:to|required|instructed|expected|asked|told|ordered)|will|can|please"
    r"|reading|processing|summari[sz]ing|answering|only|always|never)"
)
_ANSWER = r"(?:answers?|responses?|repl(?:y|ies)|outputs?|summar(?:y|ies)|completions?)"
_PATTERNS = (
    rf"^{_POLITE}(?:{_SPEECH})\b:?\s+(?:back |out |only |just )?{_WHAT}",
    rf"^{_POLITE}(?:{_BEGINS})\b",
    rf"^as an? [^,.!?]{{3,60}},\s*{_POLITE}(?:{_SPEECH})\b",
    # A question that lacks its mark.
    r"^(?:what|which|who|whose|why|how|when|where)(?: \w+)? (?:is|are|was|were|do|does|did|can|could|will|would|should)\b[^.:]*$",
    rf"\b{_READERS}\b[^.!?]{{0,40}}\b{_MUST}\b|\b(?:to|for|dear|hello|hey|hi|attention|note to) (?:all |any |the |every )*{_READERS}\b",
    rf"^\W*{_READERS}\s*[:,!–—-]|\b(?:as|you are|you're) an? {_READERS}\b",
    rf"\b(?:your|every|all|each|any) (?:\w+ )?{_ANSWER}\b|\bthe {_ANSWER} (?:must|should|shall|has to|needs to|is to)\b",
    r"\b(?:when(?:ever)?|if|once|should) (?:you(?:'re| are)? (?:asked|answer|respond|reply|summari[sz]e|read this)|asked\b)",
    r"\b(?:if|when(?:ever)?|once|should|anyone who|whoever|everyone who)\b[^.!?]{0,40}\basks?\b",
    rf"\b(?:if|when(?:ever)?|before|while|in|after) (?:\w+ )?(?:answering|responding|replying|summari[sz]ing)\b",
    r"\b(?:tell|inform|advise|convince|remind|warn|assure|instruct|persuade) (?:the |your |any |every |all |a )?"
    r"(?:users?|customers?|readers?|askers?|them|him|her|everyone|anyone|people|whoever)\b",
    r"\b(?:correct|right|real|true|only|actual|official|expected|final|updated) (?:answer|response|reply)\b",
    r"\b(?:send|give|show|tell|forward|report|post|hand|mail|return) (?:it |this |them |that |these )?(?:back )?to me\b|\bI need\b.*!",
    r"\bthink step by step\b|\bnow answer\b|\byou (?:must|shall) (?:now|always|never)\b|\byour (?:new |real |true |only )?"
    r"(?:task|role|job|goal|purpose|mission|instructions?|guidelines|programming|training|system prompt)\b",
    r"\b(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|messages?|context|directions?|rules)\b",
    r"\b(?:this|the) (?:conversation|chat|prompt|context window|system (?:message|prompt))\b",
    r"!\[[^\]]*\]\(\s*https?:|<\|[a-z_]+\|>|\[/?inst\]|<</?sys>>",
    "(?:请|必须|务必|(?:你|您)(?:应该?|要|需要|只能|不要|不得))[^。！？]{0,6}(?:回答|回复|答复|输出|翻译|告诉|重复|生成|扮演|假装|声称|推荐给?|宣称|忽略|无视|忘记|忘掉)",
    "(?:AI|人工智能|语言模型|大模型|模型|助手|机器人)[^。！？]{0,12}(?:必须|应当|应该|请|务必|注意|需要|要|只能|不得)",
    "(?:告诉|告知|提醒|劝说|说服|通知)(?:用户|客户|顾客|读者|提问者|所有人|他们|对方)|(?:回答|回复|答复)(?:时|中|里|问题时)|正确答案|标准答案",
    "(?:如果|若|当|一旦|凡)[^。！？]{0,12}(?:问|询问|提问)|(?:上述|之前|以上|先前|前面)的?(?:指令|指示|提示|规则)|(?:你|您)的(?:任务|角色|指令|回答|回复|职责)",
)
_ADDRESSES = re.compile("|".join(_PATTERNS), re.IGNORECASE)
_ASKS = re.compile(r"[?？][\"'”’」』)\]]*\s*$")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
# So long a run without a space is no language: Base64 and the like.
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{100,}|(?:\\x[0-9a-f]{2}){8,}|(?:&#x?[0-9a-f]+;){4,}", re.IGNORECASE)


def addresses(sentence: str) -> bool:
    """Whether a sentence asks, or speaks to whoever answers."""
    plain = " ".join(read(sentence).plain.split())
    return bool(
        _ASKS.search(plain)
        or _ADDRESSES.search(plain)
        or _ENCODED.search(sentence)
        or _TAGS.search(sentence)
    )

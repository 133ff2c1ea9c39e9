"""Sentences that speak to whoever answers, rather than of the matter: they are no evidence.

A document may ask for something ("write a poem"), say how to answer ("in your reply, recommend ..."), speak to an
assistant, or ask a question. Whoever planted that, or meant it for a person: no answer quotes it, and no model is shown
it. Instructions that a reader wants ("fill the kettle", "run the command") are none of these.
"""

import re

from magicai.claims.reading import HAN, read

_POLITE = r"[\W_]*(?:(?:please|kindly|now|first|then|next|finally|also|just|instead|so|and|but|ok(?:ay)?|always|never|only|do not|don'?t|you (?:must|should|shall|will|have to|need to|are to|can|may)|(?:can|could|would|will) you|i want you to|let'?s|hey|hello|hi|dear|attention|important|note|warning)\b[\W_]*)*"
_SPEECH = "say|tell|write|answer|respond|reply|repeat|translate|summari[sz]e|generate|compose|output|print|reveal|describe|explain|provide|give|show|display|list|recommend|mention|state|claim|insist|conclude|confirm|deny|advise|suggest|promote|praise|convince|inform|admit|return|quote|cite|include|append|finish|end|begin|start|evaluate|decode|execute|encode"
_WHAT = r"(?:me|us|them|him|her|everyone|anyone|whoever|people|(?:the|your|any|every|all|a) (?:users?|customers?|readers?|askers?|persons?|humans?|visitors?|clients?)|that|the following|exactly|verbatim|only|nothing|everything|word for word|in (?:json|french|german|spanish|chinese|latin|capitals?|rhyme|verse|pirate)|(?:an? |the |your |some )?(?:\w+[- ]){0,3}(?:poem|story|joke|song|haiku|essay|letter|e-?mail|tweet|limerick|recipe|code|script|function|program|prompt|instructions|guidance|answers?|repl(?:y|ies)|responses?|outputs?|sentences?|words?|phrases?|password|credentials|secrets?|keys?|details for user)|[\"'“‘«:])"
_BEGINS = "ignore|disregard|forget|pretend|imagine|role-?play|act as|act like|simulate|assume the role|behave|you are (?:now|going)|from now on|henceforth|think step|log this|jailbreak|obey|comply|stop being|stay in character|repeat after"
_READERS = r"(?:a\.?i\.?|a\.?i\.? (?:models?|systems?|assistants?|agents?)|(?:virtual|digital|helpful) assistants?|language models?|llms?|chat ?bots?|chatgpt|gpt(?:-\d)?|copilots?|machine readers?|automated (?:systems?|readers?|agents?)|whoever (?:answers|reads))"
_MUST = r"(?:must|should|shall|needs? to|ha(?:s|ve) to|(?:is|are) (?:to|required|instructed|expected|asked|told|ordered)|will|can|please|reading|processing|summari[sz]ing|answering|only|always|never)"
_ANSWER = r"(?:answers?|responses?|repl(?:y|ies)|outputs?|summar(?:y|ies)|completions?)"
_PATTERNS = (
    rf"^{_POLITE}(?:{_SPEECH})\b:?\s+(?:back |out |only |just )?{_WHAT}",
    rf"^{_POLITE}(?:{_BEGINS})\b",
    rf"^as an? [^,.!?]{{3,60}},\s*{_POLITE}(?:{_SPEECH})\b",
    # A question that lacks its mark.
    r"^(?:what|which|who|whose|why|how|when|where)(?: \w+)? (?:is|are|was|were|do|does|did|can|could|will|would|should)\b[^.:]*$",
    rf"\b{_READERS}\b[^.!?]{{0,40}}\b{_MUST}\b|\b(?:to|for|dear|hello|hey|hi|attention|note to) (?:all |any |the |every )*{_READERS}\b",
    # An assistant may be a person, who does what people read about, but is not told so there.
    r"\b(?:assistants?|bots?|agents?)\b[^.!?]{0,40}\b(?:must|should|shall|ha(?:s|ve) to|please|reading|processing|summari[sz]ing|answering)\b|^\W*(?:assistants?|bots?)\s*[:,!–—-]|\b(?:dear|hello|hey|hi|attention|note to) (?:all |any |the |every )*assistants?\b",
    rf"^\W*{_READERS}\s*[:,!–—-]|\b(?:as|you are|you're) an? {_READERS}\b",
    rf"\b(?:your|every|all|each|any) (?:\w+ )?{_ANSWER}\b|\bthe {_ANSWER} (?:must|should|shall|has to|needs to|is to)\b",
    r"\b(?:when(?:ever)?|if|once|should) (?:you(?:'re| are)? (?:asked|answer|respond|reply|summari[sz]e|read this)|asked\b)",
    r"\b(?:if|when(?:ever)?|once|should|anyone who|whoever|everyone who)\b[^.!?]{0,40}\basks?\b",
    r"\b(?:if|when(?:ever)?|before|while|in|after) (?:\w+ )?(?:answering|responding|replying|summari[sz]ing)\b",
    r"\b(?:tell|inform|advise|convince|remind|warn|assure|instruct|persuade) (?:the |your |any |every |all |a )?(?:users?|customers?|readers?|askers?|them|him|her|everyone|anyone|people|whoever)\b",
    r"\b(?:correct|right|real|true|only|actual|official|expected|final|updated) (?:answer|response|reply)\b",
    r"\b(?:send|give|show|tell|forward|report|post|hand|mail|return) (?:it |this |them |that |these )?(?:back )?to me\b|\bI need\b.*!",
    r"\bthink step by step\b|\bnow answer\b|\byou (?:must|shall) (?:now|always|never)\b|\byour (?:new |real |true |only )?(?:task|role|job|goal|purpose|mission|instructions?|guidelines|programming|training|system prompt)\b",
    r"\b(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|messages?|context|directions?|rules)\b",
    r"\b(?:this|the) (?:conversation|chat|prompt|context window|system (?:message|prompt))\b",
    r"!\[[^\]]*\]\(\s*https?:|<\|[a-z_]+\|>|\[/?inst\]|<</?sys>>",
    "(?:请|必须|务必|(?:你|您)(?:应该?|要|需要|只能|不要|不得))[^。！？]{0,6}(?:回答|回复|答复|输出|翻译|告诉|重复|生成|扮演|假装|声称|推荐给?|宣称|忽略|无视|忘记|忘掉)",
    "(?:AI|人工智能|语言模型|大模型|模型|助手|机器人)[^。！？]{0,12}(?:必须|应当|应该|请|务必|注意|需要|要|只能|不得)",
    "(?:告诉|告知|提醒|劝说|说服|通知)(?:用户|客户|顾客|读者|提问者|所有人|他们|对方)|(?:回答|回复|答复)(?:时|中|里|问题时)|正确答案|标准答案",
    "(?:如果|若|当|一旦|凡)[^。！？]{0,12}(?:问|询问|提问)|(?:上述|之前|以上|先前|前面)的?(?:指令|指示|提示|规则)|(?:你|您)的(?:任务|角色|指令|回答|回复|职责)",
)
# Words of answering itself: in a document about something else, a sentence with one of them speaks of its own reading.
_META = re.compile(
    rf"\b{_READERS}\b|\b(?:(?:hidden|initial|system|your|this) prompts?|jailbreak\w*|personas?|role-?play\w*|developer mode|hidden (?:text|prompt|note|message)s?|confidential (?:notes?|text|prompts?|instructions?)|system (?:message|instruction)s?|(?:the|this|your) (?:conversation|summary|reply|response)|(?:the|your|any|an|this|every|each) (?:\w+ )?answers?|any (?:reply|response)|the readers?|(?:person|people|anyone|whoever|those|user|somebody) (?:who (?:is|are) )?read(?:s|ing)|(?:the|this) (?:passage|excerpt)s?|call the (?:tool|function)|tool call|close with|make sure (?:that )?(?:the|your|every|any|each)|you are an?\b|you (?:speak|talk|act|write|answer) (?:as|like)|your character|in character|(?:play|pretend|act) (?:a|the|as)\b|let us (?:play|pretend)|from (?:this|that) (?:moment|point|time|line)(?: on)?|(?:policy|rules?|task|job) for you|when(?:ever)? (?:talking|speaking|writing) (?:about|of)|speak(?:ing)? as)\b",
    re.IGNORECASE,
)
_META_CHINESE = re.compile(
    "AI ?助手|人工智能助手|语言模型|大模型|聊天机器人|智能助手|提示词|系统提示|回答|回复|答复|从此刻|从现在|你是|您是|提问者|询问者|读者"
)
_PEOPLE = r"(?:users?|customers?|readers?|visitors?|clients?|buyers?|people|anyone|everyone|everybody|anybody|whoever|those|persons?)"
_ON_OTHERS = (
    # What somebody is to hear or to believe.
    rf"\b{_PEOPLE}\b[^.!?]{{0,60}}\b(?:(?:should|must|shall|need to|have to|ought to|is to|are to|will|wants? to) (?:be (?:told|informed|advised|convinced|assured|sent)|hear|know|believe|think|understand|learn|get|receive|see)|believes?|thinks?|gets? the answer)\b|\blet (?:the |any |every |all |your )?{_PEOPLE} (?:know|hear|believe|think)\b|\b(?:essential|important|vital|necessary) that {_PEOPLE}\b",
    # What else is said here, and that it does not count.
    r"\b(?:text|passage|paragraph|section|page|statements?|sentences?|everything|anything|all|content|information|description|lines?)\b[^.!?]{0,30}\b(?:above|before|earlier|previous(?:ly)?|below|preceding)\b[^.!?]{0,80}\b(?:outdated|obsolete|invalid|void|wrong|false|test|superseded|not be used|no longer|replaced|forget|ignore|overlook|skip|disregard|joke|mistake)\b",
    r"\b(?:ignore|overlook|skip|disregard|forget|discard|omit|drop)\b[^.!?]{0,40}\b(?:above|before|earlier|previous|below|preceding|passage|text|paragraph|section|statements?|what the)\b|\bnew (?:content|policy|rule|instruction|task|text) (?:is|for you|follows)\b",
    # Markup of prompts and of conversations.
    r"</?(?:passage|instructions?|system|user|assistant|prompt|context|document|query|answer|tool)s?\b[^>]*>|[\"']role[\"']\s*:|<!--|\b(?:human|user|system|assistant|ai)\s*:\s|\b(?:begin|end|start) (?:of )?(?:hidden |system |secret |new )?(?:prompt|instructions?|override)",
    r"\b(?:\w ){5,}\w\b",
    # Where somebody's question or answer is sent.
    r"\b(?:post|send|e-?mail|forward|upload|submit|transmit|load|fetch|open|visit|append)\b[^.!?]{0,60}\b(?:question|conversation|answer|query|reply|history|messages?|context)\b|https?://\S+\?\w+=",
    "(?:上面|以上|前面|上述|之前|前文)[^。！？]{0,20}(?:无效|作废|过时|错误|忽略|不算|不再|测试|删除)|(?:当作|视为|看作)[^。！？]{0,8}(?:无效|作废|错误)|(?:凡是|凡|任何|所有)[^。！？]{0,12}(?:的人|者|用户|顾客|客户)[^。！？]{0,10}(?:告诉|告知|知道|相信|听到|以为)",
)
_ADDRESSES = re.compile("|".join((*_PATTERNS, *_ON_OTHERS)), re.IGNORECASE)
_ASKS = re.compile(r"[?？][\"'”’」』)\]]*\s*$")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
# So long a run without a space is no language: Base64 and the like.
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{100,}|(?:\\x[0-9a-f]{2}){8,}|(?:&#x?[0-9a-f]+;){4,}", re.IGNORECASE)


def addresses(sentence: str, about: str = "") -> bool:
    """Whether a sentence asks, or speaks to whoever answers, or of answering.

    Args:
        about: the question and the title of the passage: where they are about models or answers, a sentence may be.
    """
    plain = " ".join(read(sentence).plain.split())
    return bool(
        _ASKS.search(plain)
        or _ADDRESSES.search(plain)
        or _ENCODED.search(sentence)
        or _TAGS.search(sentence)
        or (_META.search(plain) and not _META.search(about))
        or (_META_CHINESE.search(plain) and not _META_CHINESE.search(about) and HAN.search(plain))
    )

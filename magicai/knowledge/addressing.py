"""Sentences that speak to whoever answers, rather than of the matter: they are no evidence.

A document may ask for something ("write a poem"), say how to answer ("in your reply, recommend ..."), speak to an
assistant, or ask a question. Whoever planted that, or meant it for a person: no answer quotes it, and no model is shown
it. Instructions that a reader wants ("fill the kettle", "run the command") are none of these.
"""

import re

from magicai.claims.reading import HAN, read
from magicai.knowledge.phrases import Phrases
from magicai.knowledge.tampering import has_imperative_clause

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
_META = Phrases(
    rf"\b{_READERS}\b|\b(?:assistants?|summari[sz]ers?|summar(?:y|ies)|system notice|override|your (?:developers?|operators?|makers?|creators?)"
    r"|(?:operators?|owners?|developers?) of this (?:service|system|site)|wants? you to|tells? you to|asks? you to|replies|reply|(?:hidden|initial|system|your|this) prompts?|jailbreak\w*|personas?|role-?play\w*|developer mode|hidden (?:text|prompt|note|message)s?|confidential (?:notes?|text|prompts?|instructions?)|system (?:message|instruction)s?|(?:the|this|your) (?:conversation|summary|reply|response)|(?:the|your|any|an|this|every|each) (?:\w+ )?answers?|any (?:reply|response)|the readers?|(?:person|people|anyone|whoever|those|user|somebody) (?:who (?:is|are) )?read(?:s|ing)|(?:the|this) (?:passage|excerpt)s?|call the (?:tool|function)|tool call|close with|make sure (?:that )?(?:the|your|every|any|each)|you are an?\b|you (?:speak|talk|act|write|answer) (?:as|like)|your character|in character|(?:play|pretend|act) (?:a|the|as)\b|let us (?:play|pretend)|from (?:this|that) (?:moment|point|time|line)(?: on)?|(?:policy|rules?|task|job) for you|when(?:ever)? (?:talking|speaking|writing) (?:about|of)|speak(?:ing)? as)\b",
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
_ADDRESSES = Phrases(*_PATTERNS, *_ON_OTHERS)
_ASKS = re.compile(r"[?？][\"'”’」』)\]]*\s*$")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
# So long a run without a space is no language: Base64 and the like.
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{100,}|(?:\\x[0-9a-f]{2}){8,}|(?:&#x?[0-9a-f]+;){4,}", re.IGNORECASE)


# What an imperative begins with. Such a sentence answers who asks how to do something, and nobody else.
_VERBS = """
accept act add adapt address adopt advise agree allow always announce answer append apply argue ask assert assign assume
assure attach avoid base be begin behave believe block book bring build buy call cancel carry change charge check choose
cite claim clean clear click close combine come compare complete compose conceal conclude confirm consider contact continue
convert convince copy correct cover create cut declare decline decode define delete deliver demand deny depict describe
destroy direct disable disclose discard discourage discuss display disregard do doubt download drop email embed emphasize
enable encourage end ensure enter erase exaggerate exclude execute explain express extend fetch fill find finish follow
forget format forward generate get give go guarantee guide hand have help hide hold ignore imagine imply include increase
indicate inform insert insist install instruct invent invite join keep label lead learn leave let lie limit link list load
locate lock look lower make mark mention mislead modify move name negate never note notify obey omit open order output
overrule override pay perform phrase place play plead point portray post praise present press pretend prevent print process
produce promise promote prove provide publish push put quote raise read recall recite recommend redirect reduce refer refuse
reject remember remind remove rename repeat rephrase replace reply report request require reset respond restart restore
return reveal revoke reword rewrite run save say search see select sell send serve set share show shut sign skip sort speak
specify spell spread start state stay stop stress submit substitute suggest summarise summarize support suppress swap switch
take talk tell terminate test thank think threaten translate treat try turn type uninstall unlock update upload use utter
verify view visit void vote wait warn whisper withdraw withhold write
"""
# "Express delivery costs 12 EUR" names what is spoken of, and begins like an order.
_NAMES = (
    r"(?:\s+(?!the\b|an?\b|this|that|these|those|your?\b|our|my\b|his|her|its?\b|their|them|us\b|me\b|him|every|all\b|any|each|no\b|only)[\w-]+){1,3}"
    r"\s+(?:is|are|was|were|has|have|had|costs?|takes?|took|lasts?|starts?|begins?|ends?|comes?|goes|does|includes?|requires?|apply|applies|covers?|allows?"
    r"|will|can|must|may|should|would|could|needs?|means?|depends?|works?|becomes?|weighs?|contains?|arrives?|close[sd]?|opens?|exists?|var(?:y|ies)|ranges?|runs?)\b"
)
_IMPERATIVE = re.compile(
    rf"^[\W_]*(?:(?:please|kindly|always|never|just|also|now|then|instead|henceforth|hereafter|do not|don't|(?:if|when|whenever|in case|once|after|before|for|from|to)\b[^,.!?]{{2,80}},)\s+)*"
    rf"(?:{'|'.join(_VERBS.split())})\b(?!\s*(?:is|are|was|were|has|have|will|can|of|and)\b)(?!{_NAMES})"
    "|^(?:请|务必|不要|勿|切勿|必须|把|将|一律)|[，,。](?:请|务必|不要|切勿|一律)|一律|全部省略",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"\b(?:do|does|can|could|should|shall|may|might|must|would|will|did) (?:i|we|you|one|people|somebody|someone|users?|customers?)\b|\bhow to\b|\bhow .*\bto be\b"
    r"|\b(?:steps?|instructions?|ways?|tips?|advice|procedure|guide|help)\b|怎么|如何|怎样|步骤|方法|办法|可以|能否|能不能|应该|需要",
    re.IGNORECASE,
)
# Asks for a fact, whoever does something: "how long can I ...".
_FACT = re.compile(
    r"\bhow (?:long|many|much|often|far|old|large|big|fast|soon|late)\b|\bwhen\b|多久|多少|几", re.IGNORECASE
)
_QUESTION_WORD = re.compile(
    r"\b(?:what|which|who|whose|whom|why|how|when|where|is|are|was|were|does|do|did|has|have|can)\b|[?？]|什么|哪|谁|为何|几|多少|吗",
    re.IGNORECASE,
)


def asks_how_to(question: str) -> bool:
    """Whether somebody asks how to do something, or names a matter without asking."""
    if not _QUESTION_WORD.search(question):
        return True
    return bool(_HOW_TO.search(question)) and not _FACT.search(question)


def is_imperative(sentence: str) -> bool:
    """Whether a sentence tells somebody to do something, or a part of it does."""
    plain = " ".join(read(sentence).plain.split())
    return bool(_IMPERATIVE.search(plain)) or has_imperative_clause(plain)


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

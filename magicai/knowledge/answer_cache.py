"""What a model answered to a question from passages: the same again while question and passages are the same.

The key holds the passages' words, so an answer ends with its sources; and since only passages that the asker may read
are in it, nobody gets an answer from passages of others.
"""

import hashlib
import json

from pydantic import ValidationError

from magicai.errors import Temporary
from magicai.knowledge.answer import MOST_SOURCES, Answer
from magicai.knowledge.searching import Context
from magicai.ports import Cache

_KEPT_S = 86_400.0
_VERSION = 1


def key_of(question: str, context: Context, *, language: str, model: str) -> str:
    """Under which key an answer is kept."""
    passages = [(one.passage.passage_id, one.passage.title, one.text) for one in context.passages[:MOST_SOURCES]]
    body = json.dumps([_VERSION, " ".join(question.split()), language, model, passages], ensure_ascii=False)
    return f"knowledge:answer:{hashlib.sha256(body.encode(errors='surrogatepass')).hexdigest()}"


async def kept(cache: Cache, key: str, context: Context) -> Answer | None:
    """The answer that is kept, as sure as its context makes it now; None where there is none, or no cache."""
    try:
        body = await cache.get(key)
        answer = None if body is None else Answer.model_validate_json(body)
    except (Temporary, ValidationError):
        return None
    return answer and answer.model_copy(update={"confidence": round(context.confidence, 4), "cached": True})


async def keep(cache: Cache, key: str, answer: Answer) -> None:
    """Keep an answer; one that can't be kept is written again."""
    try:
        await cache.put(key, answer.model_dump_json().encode(), ttl_s=_KEPT_S)
    except Temporary:
        return

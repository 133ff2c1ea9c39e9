"""What a model answered to a question from passages: the same again while question and passages are the same.

The key holds the passages' words, so an answer ends with its sources; and since only passages that the asker may read
are in it, nobody gets an answer from passages of others.
"""

import hashlib
import json

from pydantic import ValidationError

from magicai.errors import Temporary
from magicai.knowledge.answer import Answer
from magicai.knowledge.answering import QuestionWithPassages
from magicai.knowledge.prompts import ANSWER
from magicai.ports import Cache

_KEPT_S = 86_400.0


def key_of(asked: QuestionWithPassages, *, model: str) -> str:
    """Under which key an answer is kept."""
    passages = [
        (one.passage.passage_id, one.passage.title, text) for one, text in zip(asked.passages, asked.texts, strict=True)
    ]
    body = json.dumps([ANSWER, " ".join(asked.question.split()), asked.language, model, passages], ensure_ascii=False)
    return f"knowledge:answer:{hashlib.sha256(body.encode(errors='surrogatepass')).hexdigest()}"


async def kept(cache: Cache, key: str) -> Answer | None:
    """The answer that is kept; None where there is none, or no cache."""
    try:
        body = await cache.get(key)
        answer = None if body is None else Answer.model_validate_json(body)
    except (Temporary, ValidationError):
        return None
    return answer and answer.model_copy(update={"cached": True})


async def keep(cache: Cache, key: str, answer: Answer) -> None:
    """Keep an answer; one that can't be kept is written again."""
    try:
        await cache.put(key, answer.model_dump_json().encode(), ttl_s=_KEPT_S)
    except Temporary:
        return

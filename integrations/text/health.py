from collections.abc import Awaitable, Callable

from magicai.errors import Missing, Permanent
from magicai.ports import Message, TextModel
from magicai.values.money import money_in_words


async def check(text_model: Callable[[], Awaitable[TextModel | None]]) -> str:
    """Ask for a word."""
    model = await text_model()
    if model is None:
        raise Missing("report_model_not_installed")
    said, usage = await model.text([Message("user", "Say the word kettle.")], max_tokens=8)
    if not said.strip():
        raise Permanent("model_answer_empty", name=model.name)
    cost = f" for {money_in_words(usage.cost, usage.currency)}" if usage.cost else ""
    return f"{model.name} said {said.strip()[:40]!r}{cost}"

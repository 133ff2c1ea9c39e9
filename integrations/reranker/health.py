from collections.abc import Awaitable, Callable

from magicai.errors import Missing
from magicai.ports import Reranker


async def check(open_reranker: Callable[[], Awaitable[Reranker | None]]) -> str:
    """Ask for an order."""
    made = await open_reranker()
    if made is None:
        raise Missing("reranker_not_set")
    boils, chair = await made.scores("Which one boils water?", ["A kettle boils water.", "A chair is made of wood."])
    return f"{made.name} gave {boils:.2f} to a text that answers, {chair:.2f} to one that does not"

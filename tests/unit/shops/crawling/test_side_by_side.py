from typing import Any, cast

from magicai.ports import Reporter
from magicai.shops.crawling.side_by_side import SideBySide


class Listener:
    def __init__(self) -> None:
        self.told: list[tuple[int, int | None, dict[str, Any]]] = []

    async def progress(self, done: int, total: int | None, unit: str, **data: Any) -> None:
        assert unit == "pages"
        self.told.append((done, total, data))


async def test_shops_are_told_as_one_and_those_to_come_are_taken_to_be_as_large() -> None:
    listener = Listener()
    together = SideBySide(cast("Reporter", listener), shops=3)
    a, b = together.of("a"), together.of("b")
    await a.progress(1, 10, "pages", products=3, rate=1.5, shop="a", waiting="")
    await b.progress(4, 20, "pages", products=1, rate=2.0, shop="b", waiting="for b")
    await a.progress(9, 10, "pages", products=5, rate=0.5, shop="a", waiting="")
    assert [(done, total) for done, total, _ in listener.told] == [(1, 30), (5, 45), (13, 45)]
    assert listener.told[1][2] == {"products": 4, "rate": 3.5, "shop": "b", "waiting": "for b"}
    assert (listener.told[2][2]["products"], listener.told[2][2]["rate"]) == (6, 2.5)

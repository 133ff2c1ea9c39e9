"""Several shops are read side by side: how far all of them are is told as one, and what each lacks is noted with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from magicai.messages import Message
from magicai.ports import Reporter, Usage
from magicai.runs.run import Problem


class SideBySide:
    """Sums up how far the shops of a run are.

    Args:
        shops: how many there are; those that have not begun are taken to be as large as the others.
    """

    def __init__(self, reporter: Reporter, *, shops: int) -> None:
        self._reporter, self._shops = reporter, shops
        self._progress: dict[str, tuple[int, int | None]] = {}
        self._numbers: dict[str, Mapping[str, float]] = {}

    def of(self, shop: str) -> "ShopReporter":
        """What one shop's crawl tells of."""
        return ShopReporter(self, self._reporter, shop)

    async def progress(self, shop: str, done: int, total: int | None, unit: str, data: Mapping[str, Any]) -> None:
        """Say how far one shop is."""
        self._progress[shop] = (done, total)
        numbers = {name: value for name, value in data.items() if isinstance(value, int | float)}
        self._numbers[shop] = numbers
        known = [total for _, total in self._progress.values()]
        whole = None if None in known else sum(filter(None, known)) * max(1.0, self._shops / len(known))
        summed = {name: round(sum(number.get(name, 0) for number in self._numbers.values()), 1) for name in numbers}
        ended = sum(one for one, _ in self._progress.values())
        await self._reporter.progress(ended, None if whole is None else round(whole), unit, **{**data, **summed})


class ShopReporter(Reporter):
    """The Reporter of one shop's crawl.

    Attributes:
        problems: what it has told that did not work.
    """

    def __init__(self, together: SideBySide, reporter: Reporter, shop: str) -> None:
        self._together, self._reporter, self._shop = together, reporter, shop
        self.problems: list[Problem] = []

    async def progress(
        self, done: int, total: int | None, unit: str, *, most_s: float | None = None, **data: object
    ) -> None:
        """Say how far it is."""
        if unit == "pages":
            await self._together.progress(self._shop, done, total, unit, data)
        else:  # it waits for another run
            await self._reporter.progress(done, total, unit, most_s=most_s, **data)

    async def problem(
        self, where: str, what: Message, way: Message | None = None, *, temporary: bool = False, missing: bool = True
    ) -> None:
        """Report and store what did not work: a later attempt does not crawl the shop again."""
        self.problems.append(Problem.saying(where, what, way, temporary=temporary))
        await self._reporter.problem(where, what, way, temporary=temporary, missing=missing)

    async def finding(self, **data: object) -> None:
        """Show something at once."""
        await self._reporter.finding(**data)

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        """Show the next piece of a text while it is written."""
        await self._reporter.text(piece, item=item, begins=begins)

    async def spent(self, usage: Usage) -> None:
        """Say what was used of a language model."""
        await self._reporter.spent(usage)

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show an operator something beside the run."""
        await self._reporter.show(key, content)

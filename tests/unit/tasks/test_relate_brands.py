"""A graph that does not answer costs a run its shared brands, and nothing else."""

from pathlib import Path
from typing import Any, cast

from magicai.brain.steps import StepRun
from magicai.errors import Missing, Temporary
from magicai.messages import Message
from magicai.ports import Records, Reporter, Target
from magicai.runs.run import Problem
from magicai.settings import Settings
from magicai.shops.crawl_result import PageCounts
from magicai.shops.step_results import Saved, SavedShop
from magicai.stores.entity import Entity
from tasks.crawl_analyze_generate.relate_brands import relate_brands
from tests.contract.projection.memory import MemoryProjection


class Dying(MemoryProjection):
    """A graph that is gone once it has been fed."""

    async def shared(self, owner_id: str, *_: object, among: Target, **__: object) -> Any:
        raise Temporary(f"Neo4j is gone: {owner_id}, {among.key}.", way_out="See whether it runs.")


class Uninstalled(MemoryProjection):
    """A graph whose library is missing."""

    async def apply(self, changes: Any) -> None:
        raise Missing(f"no such library{'' if changes else '!'}.", way_out="Install it.")


class Listener:
    """Hears what a run's watch is told."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str, str]] = []

    async def problem(self, where: str, what: Message, way: Message | None = None, **_: object) -> None:
        problem = Problem.saying(where, what, way)
        self.problems.append((where, problem.what, problem.way_out))


async def test_a_graph_that_dies_after_it_was_fed_makes_no_run_fail(tmp_path: Path, records: Records) -> None:
    listener = Listener()
    shop = SavedShop(crawl_id="c", shop="shop.example", pages=PageCounts(), coverage=1.0, products={})
    saved = Saved(shop="shop.example", pages=PageCounts(), coverage=1.0, products={}, shops=(shop,))
    found = await relate_brands(
        StepRun("r", "o", "relate_brands", cast("Reporter", listener)),
        saved,
        records=records,
        graph=Dying("graph", "dying"),
        settings=Settings(home=tmp_path),
    )
    assert found == []
    ((where, what, way_out),) = listener.problems
    assert where == "graph"
    assert what == "The graph did not answer, so shared brands may be missing. Neo4j is gone: o, shop.example."
    assert way_out.startswith("See whether it runs. It then catches up by itself")


async def test_a_graph_that_is_behind_is_told_of_with_what_may_be_missing(tmp_path: Path, records: Records) -> None:
    await records.entities.save([Entity("product", "1", "o", "Kettle", "")])
    listener = Listener()
    found = await relate_brands(
        StepRun("r", "o", "relate_brands", cast("Reporter", listener)),
        Saved(shop="shop.example", pages=PageCounts(), coverage=1.0, products={}, shops=()),
        records=records,
        graph=Uninstalled("graph", "none"),
        settings=Settings(home=tmp_path),
    )
    assert found == []
    what = "graph is 1 entry behind, so shared brands may be missing. no such library."
    assert listener.problems == [("graph", what, "Install it.")]

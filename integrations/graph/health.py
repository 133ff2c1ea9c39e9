from integrations.example import example_in
from magicai.errors import Permanent
from magicai.ports import Graph, Target


async def check(graph: Graph) -> str:
    """The graph connects what it took."""
    where = await graph.check()
    async with example_in(graph) as one:
        among = Target("SOLD_BY", "shop", "check.example")
        found = await graph.shared(one.owner_id, one.kind, "OF_BRAND", across="IN_CATEGORY", among=among, least=1)
        if [shared.label for shared in found] != ["Acme"]:
            raise Permanent("graph_write_lost")
    return f"connects; {where}"

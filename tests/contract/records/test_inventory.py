"""Stock is never negative, never sold twice and never lost, whoever asks at once."""

import asyncio
import random
from collections.abc import Sequence
from itertools import permutations

import pytest

from integrations.records.store import SqlRecords
from magicai.catalogue.inventory.stock import Change, Level, Line, Movement, Reservation, Shortage, Source
from magicai.catalogue.ports import InventoryRecords
from magicai.errors import Conflict, Invalid, NotFound
from magicai.values.ids import new_id
from tests.codes import says
from tests.contract.records.example_rows import Clock

ANN = "ann"


@pytest.fixture
def inventory(records: SqlRecords) -> InventoryRecords:
    return records.inventory


async def put(inventory: InventoryRecords, **items: int) -> None:
    await inventory.receive(ANN, new_id(), [Line(item, units) for item, units in items.items()])


async def hold(inventory: InventoryRecords, lines: Sequence[Line], *, ttl_s: float = 60) -> Reservation:
    held = await inventory.reserve(ANN, new_id(), lines, ttl_s=ttl_s)
    assert isinstance(held, Reservation), held
    return held


async def numbers(inventory: InventoryRecords, item: str) -> tuple[int, int, int]:
    """On hand, reserved, available; the ledger's sums are right as well."""
    assert await inventory.audit(ANN) == []
    (found,) = await inventory.stock(ANN, [item])
    return found.on_hand, found.reserved, found.available


async def test_what_comes_in_is_held_sold_and_let_go(inventory: InventoryRecords) -> None:
    await put(inventory, tea=5)
    first, second = await hold(inventory, [Line("tea", 2)]), await hold(inventory, [Line("tea", 3)])
    assert await numbers(inventory, "tea") == (5, 5, 0)
    assert await inventory.sell(ANN, "s", [Line("tea", 1)]) == Shortage("tea", 1, 0)
    sold = await inventory.sell_reserved(ANN, first.reservation_id)
    assert isinstance(sold, Reservation)
    assert sold.state == "sold"
    assert (await inventory.release(ANN, second.reservation_id)).state == "released"
    assert await numbers(inventory, "tea") == (3, 0, 3)
    kinds = [(move.kind, move.change, move.reserved_change) for move in await inventory.ledger(ANN, "tea")]
    assert kinds == [
        ("release", 0, -3), ("sale", -2, -2), ("reservation", 0, 3), ("reservation", 0, 2), ("receipt", 5, 0),
    ]  # fmt: skip


async def test_the_same_key_changes_nothing_again_and_another_request_with_it_is_refused(
    inventory: InventoryRecords,
) -> None:
    lines = [Line("tea", 5), Line("cup", 1)]
    first = await inventory.receive(ANN, "r1", lines)
    assert await inventory.receive(ANN, "r1", lines) == first
    held = await inventory.reserve(ANN, "o1", [Line("tea", 2)], ttl_s=60)
    assert await inventory.reserve(ANN, "o1", [Line("tea", 2)], ttl_s=60) == held
    sold = await inventory.sell(ANN, "s1", [Line("tea", 1)])
    assert await inventory.sell(ANN, "s1", [Line("tea", 1)]) == sold
    assert await numbers(inventory, "tea") == (4, 2, 2)
    with pytest.raises(Conflict, check=says("event_key_reused", key="s1")):
        await inventory.sell(ANN, "s1", [Line("tea", 2)])
    assert isinstance(held, Reservation)
    for _ in range(2):
        await inventory.sell_reserved(ANN, held.reservation_id)
    assert (await inventory.release(ANN, held.reservation_id)).state == "sold"
    assert await numbers(inventory, "tea") == (2, 0, 2)


async def test_one_key_at_once_is_one_event(inventory: InventoryRecords) -> None:
    await put(inventory, tea=9)
    made = await asyncio.gather(*(inventory.reserve(ANN, "o1", [Line("tea", 3)], ttl_s=60) for _ in range(8)))
    assert len({one.reservation_id for one in made if isinstance(one, Reservation)}) == 1
    assert await numbers(inventory, "tea") == (9, 3, 6)


async def test_of_120_buyers_one_gets_the_last_unit(inventory: InventoryRecords) -> None:
    await put(inventory, tea=1)
    got = await asyncio.gather(
        *(inventory.reserve(ANN, f"o{buyer}", [Line("tea", 1)], ttl_s=60) for buyer in range(120))
    )
    assert sum(isinstance(one, Reservation) for one in got) == 1
    assert await numbers(inventory, "tea") == (1, 1, 0)


async def test_demand_is_added_up_over_lines_and_bundles(inventory: InventoryRecords) -> None:
    await put(inventory, tea=5, cup=2)
    await inventory.set_bundle(ANN, "set", [Line("tea", 2), Line("cup", 1)])
    assert await inventory.reserve(ANN, "o1", [Line("set", 2), Line("tea", 2)], ttl_s=60) == Shortage("tea", 6, 5)
    assert await inventory.reserve(ANN, "o2", [Line("tea", 3), Line("tea", 3)], ttl_s=60) == Shortage("tea", 6, 5)
    (bundle,) = await inventory.stock(ANN, ["set"])
    assert (bundle.on_hand, bundle.available, bundle.bundle) == (2, 2, (Line("cup", 1), Line("tea", 2)))
    held = await hold(inventory, [Line("set", 2), Line("tea", 1)])
    assert held.lines == (Line("cup", 2), Line("tea", 5))
    assert (await inventory.stock(ANN, ["set"]))[0].available == 0
    await inventory.sell_reserved(ANN, held.reservation_id)
    assert await numbers(inventory, "tea") == (0, 0, 0)
    assert [one.item for one in await inventory.listed(ANN)] == ["cup", "set", "tea"]
    assert [one.item for one in await inventory.listed(ANN, after="cup", prefix="t")] == ["tea"]


async def test_a_bundle_has_single_items_as_parts_and_no_stock_of_its_own(inventory: InventoryRecords) -> None:
    await put(inventory, tea=5)
    await inventory.set_bundle(ANN, "set", [Line("tea", 2)])
    for bundle, parts in (("tea", [Line("cup", 1)]), ("big", [Line("set", 1)]), ("own", [Line("own", 1)])):
        with pytest.raises(Invalid):
            await inventory.set_bundle(ANN, bundle, parts)
    with pytest.raises(Invalid, check=says("item_is_bundle")):
        await inventory.receive(ANN, "r", [Line("set", 1)])
    await inventory.set_bundle(ANN, "set", [])
    assert await inventory.stock(ANN, ["set"]) == []


async def test_what_is_held_too_long_is_free_again_and_not_before(inventory: InventoryRecords, clock: Clock) -> None:
    await put(inventory, tea=1)
    first = await hold(inventory, [Line("tea", 1)], ttl_s=60)
    clock.move(seconds=59)
    assert await inventory.reserve(ANN, "o2", [Line("tea", 1)], ttl_s=60) == Shortage("tea", 1, 0)
    clock.move(seconds=1)
    assert (await numbers(inventory, "tea")) == (1, 0, 1)
    await hold(inventory, [Line("tea", 1)])
    assert await inventory.sell_reserved(ANN, first.reservation_id) == Shortage("tea", 1, 0)
    (conflict,) = await inventory.conflicts(ANN)
    assert (conflict.kind, conflict.item, conflict.rule.code) == ("late_payment", "tea", "stock_not_sold")
    await inventory.sell_reserved(ANN, first.reservation_id)
    assert len(await inventory.conflicts(ANN)) == 1
    await inventory.resolve(ANN, conflict.conflict_id)
    assert await inventory.conflicts(ANN) == []


async def test_a_late_payment_is_a_sale_where_the_units_are_free_still(
    inventory: InventoryRecords, clock: Clock
) -> None:
    await put(inventory, tea=2, cup=1)
    late = await hold(inventory, [Line("tea", 1), Line("cup", 1)], ttl_s=60)
    clock.move(seconds=61)
    await hold(inventory, [Line("tea", 1)])  # which lets go of the tea, and not of the cup
    sold = await inventory.sell_reserved(ANN, late.reservation_id)
    assert isinstance(sold, Reservation)
    assert await numbers(inventory, "tea") == (1, 1, 0)
    assert await numbers(inventory, "cup") == (0, 0, 0)


async def test_paying_expiring_and_taking_at_once_sells_the_unit_once(
    inventory: InventoryRecords, clock: Clock
) -> None:
    for round_number in range(5):
        item = f"tea{round_number}"
        await put(inventory, **{item: 1})
        held = await hold(inventory, [Line(item, 1)], ttl_s=1)
        clock.move(seconds=2)
        paid, *taken = await asyncio.gather(
            inventory.sell_reserved(ANN, held.reservation_id),
            *(inventory.sell(ANN, f"{item}-{buyer}", [Line(item, 1)]) for buyer in range(5)),
        )
        assert sum(isinstance(one, list) for one in taken) + isinstance(paid, Reservation) == 1
        assert await numbers(inventory, item) == (0, 0, 0)


async def test_requests_that_share_items_in_any_order_do_not_block_each_other(
    inventory: InventoryRecords,
) -> None:
    await put(inventory, a=30, b=30, c=30)
    orders = [[Line(item, 1) for item in order] for order in permutations("abc")] * 6
    got = await asyncio.gather(*(inventory.sell(ANN, f"o{n}", lines) for n, lines in enumerate(orders)))
    assert sum(isinstance(one, list) for one in got) == 30
    assert [one.on_hand for one in await inventory.stock(ANN, ["a", "b", "c"])] == [0, 0, 0]
    assert await inventory.audit(ANN) == []


async def test_nothing_is_corrected_below_what_is_reserved(inventory: InventoryRecords) -> None:
    await put(inventory, tea=3)
    await hold(inventory, [Line("tea", 2)])
    assert await inventory.correct(ANN, "c1", [Line("tea", -2)]) == Shortage("tea", 2, 1)
    moves = await inventory.correct(ANN, "c2", [Line("tea", -1)], note="broken")
    assert isinstance(moves, list)
    assert [(move.change, move.note) for move in moves] == [(-1, "broken")]
    assert await numbers(inventory, "tea") == (2, 2, 0)


@pytest.mark.parametrize(
    "line", [Line("tea", 0), Line("tea", -1), Line("", 1), Line("t\0", 1), Line("x" * 201, 1), Line("tea", 10**10)]
)
async def test_what_is_no_quantity_of_an_item_is_refused(inventory: InventoryRecords, line: Line) -> None:
    with pytest.raises(Invalid):
        await inventory.receive(ANN, "k", [line])


async def test_others_stock_is_not_there(inventory: InventoryRecords) -> None:
    await put(inventory, tea=3)
    held = await hold(inventory, [Line("tea", 1)])
    assert await inventory.stock("bob", ["tea"]) == []
    assert await inventory.sell("bob", "s", [Line("tea", 1)]) == Shortage("tea", 1, 0)
    for act in (inventory.sell_reserved, inventory.release):
        with pytest.raises(NotFound):
            await act("bob", held.reservation_id)


# ── counted outside ──


async def test_a_late_count_changes_nothing_and_reservations_stay_subtracted(inventory: InventoryRecords) -> None:
    assert await inventory.take_level(ANN, "shop", Level("tea", 10, 5)) == "taken"
    held = await hold(inventory, [Line("tea", 2)])
    assert await inventory.take_level(ANN, "shop", Level("tea", 8, 7)) == "taken"
    assert await inventory.take_level(ANN, "shop", Level("tea", 9, 6)) == "late"
    assert await inventory.take_level(ANN, "shop", Level("tea", 8, 7)) == "repeated"
    assert await numbers(inventory, "tea") == (8, 2, 6)
    # A sale here is subtracted until the shop has been told, and is not subtracted twice then.
    await inventory.sell_reserved(ANN, held.reservation_id)
    assert await inventory.take_level(ANN, "shop", Level("tea", 7, 8)) == "taken"
    assert await numbers(inventory, "tea") == (5, 0, 5)
    (outgoing,) = await inventory.outgoing(ANN, "shop")
    assert (outgoing.item, outgoing.quantity) == ("tea", -2)
    await inventory.told(ANN, "shop", outgoing, Level("tea", 5, 9))
    assert await numbers(inventory, "tea") == (5, 0, 5)
    assert await inventory.outgoing(ANN, "shop") == []


async def test_a_count_that_overtakes_the_word_that_a_sale_arrived_subtracts_it_once(
    inventory: InventoryRecords,
) -> None:
    await inventory.take_level(ANN, "shop", Level("tea", 10, 1))
    await inventory.sell(ANN, "s1", [Line("tea", 3)])
    (outgoing,) = await inventory.outgoing(ANN, "shop")
    await inventory.sell(ANN, "s2", [Line("tea", 1)])
    # A try that died is repeated under its key, with its quantity; the later sale waits for it.
    assert await inventory.outgoing(ANN, "shop") == [outgoing]
    await inventory.take_level(ANN, "shop", Level("tea", 6, 3))  # another sale outside, after ours arrived
    assert (await numbers(inventory, "tea"))[0] == 2  # careful for a moment: the shop may not know of ours
    await inventory.told(ANN, "shop", outgoing, Level("tea", 7, 2))
    await inventory.told(ANN, "shop", outgoing, Level("tea", 7, 2))
    assert (await numbers(inventory, "tea"))[0] == 5
    (later,) = await inventory.outgoing(ANN, "shop")
    assert (later.quantity, later.push_key != outgoing.push_key) == (-1, True)
    await inventory.told(ANN, "shop", later, None)
    assert (await numbers(inventory, "tea"))[0] == 5


async def test_changes_count_once_in_any_order(inventory: InventoryRecords) -> None:
    changes = [Change("tea", 10, "e1"), Change("tea", -7, "e2"), Change("tea", -3, "e3"), Change("tea", 5, "e4")]
    for owner, order in enumerate(permutations(changes)):
        for change in (*order, order[0]):
            await inventory.take_change(f"o{owner}", "shop", change)
        (found,) = await inventory.stock(f"o{owner}", ["tea"])
        assert found.on_hand == 5, order
        assert await inventory.audit(f"o{owner}") == []


async def test_a_change_that_a_count_has_already_is_not_added(inventory: InventoryRecords) -> None:
    await inventory.take_level(ANN, "shop", Level("tea", 10, 5))
    assert await inventory.take_change(ANN, "shop", Change("tea", -1, "e1", 4)) == "late"
    assert await inventory.take_change(ANN, "shop", Change("tea", -1, "e2", 6)) == "taken"
    assert (await numbers(inventory, "tea"))[0] == 9


async def test_contradictions_are_decided_by_a_rule_and_shown(inventory: InventoryRecords) -> None:
    await inventory.take_level(ANN, "shop", Level("tea", 10, 5))
    await hold(inventory, [Line("tea", 4)])
    await inventory.take_level(ANN, "shop", Level("tea", 12, 5))
    assert await inventory.take_level(ANN, "till", Level("tea", 99, 9)) == "refused"
    assert await numbers(inventory, "tea") == (10, 4, 6)
    await inventory.take_level(ANN, "shop", Level("tea", 1, 6))
    assert await numbers(inventory, "tea") == (1, 4, 0)
    await inventory.take_level(ANN, "shop", Level("tea", -2, 7))
    assert await numbers(inventory, "tea") == (0, 4, 0)
    found = await inventory.conflicts(ANN)
    assert {one.kind for one in found} == {"same_version", "other_source", "oversold", "negative"}
    assert any(one.details.params.get("reserved") == 4 for one in found)


async def test_a_reservation_whose_stock_the_source_lost_is_not_sold(inventory: InventoryRecords) -> None:
    await inventory.take_level(ANN, "shop", Level("tea", 4, 1))
    held = await hold(inventory, [Line("tea", 4)])
    await inventory.take_level(ANN, "shop", Level("tea", 1, 2))
    assert await inventory.sell_reserved(ANN, held.reservation_id) == Shortage("tea", 4, 1)
    await inventory.take_level(ANN, "shop", Level("tea", 4, 3))
    assert isinstance(await inventory.sell_reserved(ANN, held.reservation_id), Reservation)


async def test_a_refused_sale_gives_back_all_that_its_reservation_held(inventory: InventoryRecords) -> None:
    """Of two items, the source lost one: the other one can be bought by somebody else at once."""
    await put(inventory, tea=1, cup=1)
    held = await hold(inventory, [Line("tea", 1), Line("cup", 1)])
    await inventory.take_level(ANN, "shop", Level("tea", 0, 1))
    assert await inventory.sell_reserved(ANN, held.reservation_id) == Shortage("tea", 1, 0)
    assert (await numbers(inventory, "tea"), await numbers(inventory, "cup")) == ((0, 0, 0), (1, 0, 1))
    assert isinstance(await inventory.sell(ANN, "s", [Line("cup", 1)]), list)
    assert isinstance(await inventory.sell_reserved(ANN, held.reservation_id), Shortage)


async def test_sellers_whose_payments_are_refused_leave_their_units_to_others(
    inventory: InventoryRecords, clock: Clock
) -> None:
    """Payments are refused, and requests are cut before the sale: all ten units are sold all the same, and no more."""
    await put(inventory, tea=10)
    sold: list[Reservation | Shortage] = []

    async def buy(number: int) -> None:
        for attempt in range(200):
            held = await inventory.reserve(ANN, f"{number}-{attempt}", [Line("tea", 1)], ttl_s=60)
            if isinstance(held, Shortage):
                if (await inventory.stock(ANN, ["tea"]))[0].on_hand == 0:
                    return
                clock.move(seconds=1)
            elif number % 3 == 0:
                await inventory.release(ANN, held.reservation_id)
                return
            elif number % 3 == 1:
                return  # cut: nobody hears of it again, and its time ends
            else:
                sold.append(await inventory.sell_reserved(ANN, held.reservation_id))
                return

    await asyncio.gather(*(buy(number) for number in range(45)))
    assert sum(isinstance(one, Reservation) for one in sold) == 10
    assert await numbers(inventory, "tea") == (0, 0, 0)


async def test_a_removed_source_leaves_its_count(inventory: InventoryRecords) -> None:
    one = Source(new_id(), ANN, "till", "webhook", "", "", "sealed", 1)
    kept = await inventory.add_source(one)
    again = await inventory.add_source(Source(new_id(), ANN, "till", "webhook", "https://s.example", "", "new", 2))
    assert (again.source_id, again.sealed, again.created_at) == (kept.source_id, "new", 1)
    assert await inventory.source(kept.source_id) == again
    await inventory.take_level(ANN, "till", Level("tea", 4, 1))
    await inventory.sell(ANN, "s", [Line("tea", 1)])
    await inventory.remove_source(ANN, "till")
    assert await inventory.sources(ANN) == []
    assert await inventory.take_level(ANN, "other", Level("tea", 9, 1)) == "taken"
    assert (await numbers(inventory, "tea"))[0] == 9


async def test_any_sequence_keeps_the_sums(inventory: InventoryRecords, clock: Clock) -> None:
    """Random requests against a model that counts; reservations, sales, expiry, counts from outside."""
    dice, held = random.Random(5), list[Reservation]()
    await put(inventory, a=6, b=6)
    for step in range(120):
        lines = [Line(dice.choice("ab"), dice.randint(1, 3)) for _ in range(dice.randint(1, 2))]
        match dice.choice(("reserve", "reserve", "sell", "pay", "release", "time", "receive", "correct")):
            case "reserve":
                got = await inventory.reserve(ANN, f"k{step}", lines, ttl_s=dice.choice((1, 100)))
                held += [got] if isinstance(got, Reservation) else []
            case "sell":
                await inventory.sell(ANN, f"k{step}", lines)
            case "pay" if held:
                await inventory.sell_reserved(ANN, held.pop(dice.randrange(len(held))).reservation_id)
            case "release" if held:
                await inventory.release(ANN, held.pop(dice.randrange(len(held))).reservation_id)
            case "time":
                clock.move(seconds=2)
            case "receive":
                await inventory.receive(ANN, f"k{step}", lines[:1])
            case _:
                await inventory.correct(ANN, f"k{step}", [Line("a", -1)])
        for one in await inventory.stock(ANN, ["a", "b"]):
            assert 0 <= one.reserved <= one.on_hand
    assert await inventory.audit(ANN) == []
    moves = [move for item in "ab" for move in await inventory.ledger(ANN, item, limit=500)]
    assert all(isinstance(move, Movement) and move.on_hand >= 0 for move in moves)


async def test_an_erased_owner_leaves_nothing(records: SqlRecords) -> None:
    await put(records.inventory, tea=3)
    await hold(records.inventory, [Line("tea", 1)])
    removed = await records.erasing.remove(ANN)
    assert (removed["stock"], removed["stock_movements"], removed["stock_reservations"]) == (1, 2, 1)
    assert await records.inventory.listed(ANN) == []


async def test_images_of_products_are_kept_until_they_are_replaced(records: SqlRecords) -> None:
    await records.images.keep(ANN, {"p1": ["d1", "d2", "d2"], "p2": ["d4"]})
    await records.images.keep("bob", {"p1": ["d3"]})
    assert [one async for one in records.referenced()] == ["d1", "d2", "d4", "d3"]
    await records.images.keep(ANN, {"p1": ["d2"], "p2": []})
    assert [one async for one in records.referenced(owner_id=ANN)] == ["d2"]
    assert [one async for one in records.referenced(but_of=ANN)] == ["d3"]
